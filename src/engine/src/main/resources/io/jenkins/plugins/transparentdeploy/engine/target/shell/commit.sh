# Gives a tree its name, switches the link, or both: each is one rename out of what this change began with, or into it.
root=$1 token=$2 name=$3 label=$4 link=$5 R=$6 before=$7
cd -P "$root" || die "cannot enter $root"
w=releases/$token.partial
[ -d "$w" ] || die "another change has begun since"
still "$before"
if [ -n "$name" ]; then
  [ ! -e "releases/$name" ] || die "releases/$name is there already"
  printf %s "$label" >"$w/label" && mv -f "$w/label" "releases/.$name.json" || die "cannot write releases/.$name.json"
  ren "$w/tree" "releases/$name" || die "cannot make releases/$name"
fi
if [ -n "$link" ]; then
  ln -s "$link" "$w/link" && ren "$w/link" current || die "cannot switch current"
elif [ -L current ]; then
  ren current "$w/was" || die "cannot remove current"
fi
if [ -n "$name" ]; then settle "releases/.$name.json" releases .; else settle .; fi
[ ! -L current ] || p link "$(readlink current)"
drop "$w"
