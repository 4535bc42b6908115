# The small files of a host. $1 what to do; $2 the file; then what it needs.
LC_ALL=C

# Ends with 44 when there is no such file; fails when somebody may not look.
require_there() {
  [ ! -e "$1" ] || return 0
  above=$1
  while [ ! -e "$above" ] && [ -n "$above" ]; do above=${above%/*}; done
  if [ -d "${above:-/}" ] && [ ! -x "${above:-/}" ]; then
    echo "$above: Permission denied" >&2
    exit 1
  fi
  exit 44
}

case $1 in
  read)
    require_there "$2"
    head -c "$3" "$2"
    ;;
  tail)
    require_there "$2"
    tail -c "$3" "$2"
    ;;
  modified)
    require_there "$2"
    stat -c %Y "$2"
    ;;
  write)
    # $3 how many bytes; $4 a name that nobody else has. A connection that breaks looks like the end of the content.
    if [ -d "$2" ]; then
      echo "$2 is a directory" >&2
      exit 1
    fi
    mkdir -p "${2%/*}/" || exit 1
    temporary=${2%/*}/.${2##*/}.$4
    trap 'rm -f "$temporary"' EXIT
    (umask 077 && cat >"$temporary") || exit 1
    if [ "$(wc -c <"$temporary")" -ne "$3" ]; then
      echo "its content did not arrive whole" >&2
      exit 1
    fi
    sync "$temporary" 2>/dev/null || sync
    mv -f "$temporary" "$2" || exit 1
    sync "${2%/*}/" 2>/dev/null || sync
    ;;
  mkdir)
    mkdir -p "$2"
    ;;
  delete)
    rm -f "$2"
    ;;
esac
