# Goes before every other script. Nothing of the user's environment may change what the tools do or say.
LC_ALL=C
export LC_ALL
unset CDPATH TAR_OPTIONS GZIP POSIXLY_CORRECT
exec 4>&1

# p KEY VALUE: something that is told.
p() { printf '%s=%s\0' "$1" "$2"; }
die() { echo "$1" >&2; exit 65; }

# t COMMAND...: one part of a pipeline; that it failed is told on 3.
t() { "$@" || echo "$1" >&3; }
# whole COMMAND...: fails when any part of its pipelines did.
whole() { bad=$({ "$@" >&4; } 3>&1); [ -z "$bad" ] || die "failed: $bad"; }

# What follows is about the tree here. Its arguments are the expression of find for what is not managed.
names() { k=$1; shift; t find . -xdev "$@" -prune -o -type "$k" ! -path . -print0 | t sort -z; }
others() { t find . -xdev "$@" -prune -o ! -type d ! -type f ! -type l -print0 | t sort -z; }
links() {
  if find . -prune -printf '' 2>/dev/null; then
    t find . -xdev "$@" -prune -o -type l -printf '%p//%l\0'
  else
    names l "$@" | t xargs -0 -r sh -c 'for l; do printf "%s//" "$l" && readlink -n "$l" && printf "\0" || exit 1; done' sh
  fi | t sort -z
}
state() {
  names d "$@" | t xargs -0 -r stat -c '%a %n'
  names f "$@" | t xargs -0 -r stat -c "%a $T %n"
  names f "$@" | t xargs -0 -r sha256sum $Z
  links "$@"
  others "$@"
}
digest() { state "$@" | t sha256sum; }
say_digest() { printf 'digest='; whole digest "$@"; printf '\0'; }

# What shows of the tree without reading it. Whatever is done to a file, the kernel sets its change time, which nobody else
# can. Not that of a directory: it changes with what is not managed, too, and all that is managed is here by itself.
marks() {
  if find . -prune -printf '' 2>/dev/null; then
    t find . -xdev "$@" -prune -o -type d -printf 'd %D %i %m %p\0' -o -printf '%y %D %i %m %s %T@ %C@ %p//%l\0'
  else
    names d "$@" | t xargs -0 -r stat -c '%f %d %i %n'
    leaves "$@" | t xargs -0 -r stat -c '%f %d %i %s %Y %Z %n'
  fi
}
leaves() { t find . -xdev "$@" -prune -o ! -type d -print0 | t sort -z; }
changes() {
  if find . -prune -printf '' 2>/dev/null; then
    t find . -xdev "$@" -prune -o ! -type d -printf '%C@\n'
  else
    leaves "$@" | t xargs -0 -r stat -c %Z
  fi
}
signature() { marks "$@" | t sha256sum; }
newest() { changes "$@" | t sort -rn | t sed -n 1p; }
# caught COMMAND...: what it says, into $caught; fails when any part of its pipelines did.
caught() { caught=$(exec 4>&1 && whole "$@") || exit 65; }
# say_tree KNOWN CLOCK ...: the signature of the tree, and its digest unless the signature is the known one. The signature is
# from before anything is read, so that whatever changes meanwhile has another one later; if nothing was changed just then.
say_tree() {
  known_tree=$1 clock=$2
  shift 2
  caught signature "$@"
  s=${caught%% *}
  p signature "$s"
  [ "$s" != "$known_tree" ] || return 0
  p clock "$clock"
  caught newest "$@"
  p newest "$caught"
  say_digest "$@"
}

# mounted DIRECTORY: where something is mounted below it; nothing where the kernel does not say.
mounted() {
  [ -r /proc/self/mountinfo ] || return 0
  d=$(cd -P "$1" && pwd -P | sed 's/\\/\\134/g; s/ /\\040/g; s/	/\\011/g') || return 0
  while read -r a b c e m rest; do
    case $m in
      "$d"/*) printf '%b\n' "$m" && return ;;
    esac
  done </proc/self/mountinfo
}
# drop DIRECTORY: removes it for sure, also while something that lost its connection still writes there.
drop() {
  for try in 1 2 3 4 5 6 7 8 9; do
    rm -rf "$1" 2>/dev/null && return
    find "$1" -type d ! -perm -0700 -exec chmod u+rwx {} \; 2>/dev/null
  done
  rm -rf "$1" || die "cannot remove $1"
}
# Makes all that was written to this filesystem durable: so many files are not worth asking for one by one.
settle_disk() {
  case $(sync --help 2>&1) in
    *-f,* | *-df*) sync -f . || die "cannot sync" ;;
    *) sync ;;
  esac
}
# settle FILE...: makes just these durable, or the names in these directories.
settle() {
  case $(sync --help 2>&1) in
    *FILE*) sync "$@" || die "cannot sync" ;;
    *) sync ;;
  esac
}

# still LINK: unless current says something else than it did.
still() {
  l=
  [ ! -L current ] || l=$(readlink current)
  [ "$l" = "$1" ] || die "somebody else has switched current to '$l' since it was looked at"
}

# ren FROM TO: one rename, also where TO is a link to a directory.
ren() {
  case $R in
    python3) python3 -c 'import os, sys; os.rename(sys.argv[1], sys.argv[2])' "$1" "$2" ;;
    perl) perl -e 'rename($ARGV[0], $ARGV[1]) or die "$!\n"' "$1" "$2" ;;
    none) return 1 ;;
    *) mv -f "$R" "$1" "$2" ;;
  esac
}
