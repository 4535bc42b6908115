# Makes the tree of a new release. Read are what is done before, what is done after, and a tar archive for between.
root=$1 token=$2 base=$3 before=$4 after=$5 owners=$6 T=$7 Z=$8 gzip=$9
shift 9
cd -P "$root/releases/$token.partial" || die "another change has begun since"
w=$(pwd -P)

# All that is managed in the base, as a copy of its own: what an application writes in place must not change two releases.
copy() {
  cd -P "../$base" || return 1
  h=$(cp --help 2>&1)
  # Nobody keeps root from writing.
  [ "$(id -u)" = 0 ] && open= || open='find "$0" -type d ! -perm -0700 -exec chmod u+rwx {} \; ; '
  case $h in
    *--one-file-system*--reflink* | *--reflink*--one-file-system*)
      # All at once, if nothing but links is not managed; else file by file, below.
      if [ -z "$(find . -xdev "$@" -prune ! -type l -print -o ! -type d ! -type f ! -type l -print)" ]; then
        m=$(stat -c %a "$w/tree")
        t cp -pPRx --reflink=auto . "$w/tree"
        chmod "00$m" "$w/tree"
        t find . -xdev "$@" -prune -print0 | (cd "$w/tree" && t xargs -0 -r rm -f)
        [ -z "$open" ] || sh -c "$open" "$w/tree"
        return
      fi
      ;;
  esac
  names d "$@" | (cd "$w/tree" && t xargs -0 -r mkdir -p)
  for m in $(names d "$@" | xargs -0 -r stat -c %a | sort -u); do
    t find . -xdev "$@" -prune -o -type d ! -path . -perm "$m" -print0 | (cd "$w/tree" && t xargs -0 -r chmod "00$m")
  done
  sh -c "$open:" "$w/tree"
  case $h in
    *--parents*)
      case $h in *--reflink*) r=--reflink=auto ;; *) r= ;; esac
      c="$open cp -pP $r --parents \"\$@\" \"\$0\""
      ;;
    *) c='for f; do cp -pP "$f" "$0/$f" || exit 1; done' ;;
  esac
  t find . -xdev "$@" -prune -o \( -type f -o -type l \) -print0 | t xargs -0 -r sh -c "$c" "$w/tree"
  sh -c "$open:" "$w/tree"
}
steps() {
  mkdir -p tree || return 1
  [ -z "$base" ] || (copy "$@") || return 1
  (cd tree && sh -e ../before) && (cd tree && tar -x -p -f - $owners) && (cd tree && sh -e ../after)
}
unpacked() { if [ -n "$gzip" ]; then t gzip -dc; else cat; fi; }
fill() {
  unpacked | {
    t dd bs=1 "count=$before" of=before 2>/dev/null
    t dd bs=1 "count=$after" of=after 2>/dev/null
    steps "$@" || {
      echo steps >&3
      # Not every tar says why it could not write.
      dd if=/dev/zero of=room bs=65536 count=1 2>&1 | grep -i -e 'no space' -e quota >&2
    }
    cat >/dev/null
  }
}
whole fill "$@"
settle_disk
cd tree || die "cannot enter tree"
# By the clock of the filesystem, some ticks after the last change.
clock=
[ "$T" = %Y ] || { sleep 0.1 && : >../clock && clock=$(stat -c %.9Z ../clock); }
say_tree '' "$clock" "$@"
