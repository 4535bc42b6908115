# The digests of some releases; none of one that is not there.
root=$1 T=$2 Z=$3 names=$4
shift 4
cd -P "$root/releases" || die "cannot enter releases"
set -f
IFS=/
for n in $names; do
  unset IFS
  p release "$n"
  ! cd "./$n" || { say_digest "$@"; cd ..; }
done
