# Ends a change, and with it removes releases.
root=$1 token=$2 R=$3 before=$4
shift 4
cd -P "$root" || die "cannot enter $root"
w=releases/$token.partial
[ -d "$w" ] || die "another change has begun since"
[ $# -eq 0 ] || still "$before"
for n; do
  m=$(mounted "releases/$n")
  [ -z "$m" ] || die "something is mounted in an old release, at $m; unmount it, and the next release removes the directory"
done
for n; do
  ren "releases/$n" "$w/$n" || die "cannot remove releases/$n"
  rm -f "releases/.$n.json"
done
drop "$w"
settle releases
