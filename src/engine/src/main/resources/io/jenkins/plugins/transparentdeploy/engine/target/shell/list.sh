# Tells all of a tree: names end with NUL, and so does each list of them.
root=$1 name=$2 T=$3 Z=$4 gzip=$5
shift 5
cd -P "$root/releases/$name" || die "cannot enter $name"
stats() { names f "$@" | t xargs -0 -r stat -c "%a $T %s %n"; }
list() {
  printf '%s\0' "$(stat -c %d .)"
  names d "$@"
  printf '\0'
  names d "$@" | t xargs -0 -r stat -c '%a %d %n'
  names f "$@"
  printf '\0'
  stats "$@"
  names f "$@" | t xargs -0 -r sha256sum $Z
  links "$@"
  printf '\0'
  others "$@"
  printf '\0'
  t find . -xdev "$@" -prune -print0
  printf '\0'
}
all() {
  exec 4>&1
  a=$(stats "$@" 3>&1 | sha256sum)
  whole list "$@"
  [ "$a" = "$(stats "$@" 3>&1 | sha256sum)" ] && printf end || printf changed
}
# Of a pipeline only the last part's end is known: that of gzip, which ends well whatever it was given.
listing() { (all "$@"); }
zipped() { t listing "$@" | t gzip -1c; }
if [ -n "$gzip" ]; then whole zipped "$@"; else all "$@"; fi
