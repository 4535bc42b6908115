# The contents of the files whose names are read, one after the other.
root=$1 name=$2
cd -P "$root/releases/$name" || die "cannot enter $name"
fetch() { t xargs -0 -r cat; }
whole fetch
