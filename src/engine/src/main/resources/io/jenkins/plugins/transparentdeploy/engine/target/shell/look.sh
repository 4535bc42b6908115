# Tells what is there. With a token it also begins a change: from then on nothing that was begun before can end.
root=$1 token=$2 id=$3 owner=$4 take=$5 want=$6
shift 6
bad=
no() { bad=1; p "$1" "$2"; }
open() {
  o=
  m=$(df -P "$1" | sed -n '$s/^.*% //p')
  [ ! -r /proc/mounts ] || while read -r x mp y q z; do [ "$mp" != "$m" ] || o=$q; done </proc/mounts
  case $o in ro | ro,*) return 1 ;; esac
  [ -r "$1" ] && [ -w "$1" ] && [ -x "$1" ]
}

p user "$(id -un)"
p uid "$(id -u)"
for c in cat chmod cp dd df find ln mkdir mv readlink rm sed sha256sum sort stat sync tar touch tr xargs; do
  command -v "$c" >/dev/null 2>&1 || no lacks "$c"
done
[ "$(printf 'b\0a\0' | sort -z 2>/dev/null | tr '\0' .)" = a.b. ] || no lacks 'sort -z'
[ "$(printf 'a\0' | xargs -0 -r printf %s 2>/dev/null)" = a ] || no lacks 'xargs -0'
stat -c %a / >/dev/null 2>&1 || no lacks 'stat -c'
[ -z "$bad" ] || exit 0

T=%Y
case $(stat -c %.9Y /) in
  *.?????????) tar --version 2>/dev/null | grep -q -e GNU -e bsdtar && touch -c -d @0.5 /nonexistent 2>/dev/null && T=%.9Y ;;
esac
Z=
! sha256sum -z </dev/null >/dev/null 2>&1 || Z=-z
p time "$T"
p zero "$Z"
! command -v gzip >/dev/null 2>&1 || p gzip yes

if [ -L "$root" ]; then
  no root link
  p real "$(cd -P "$root" 2>/dev/null && pwd -P)"
elif [ ! -e "$root" ]; then
  no root missing
elif [ ! -d "$root" ]; then
  no root file
elif ! cd -P "$root" 2>/dev/null; then
  no root closed
elif [ "$(stat -c %d:%i .)" = "$(stat -c %d:%i ..)" ] || [ "$(stat -c %d .)" != "$(stat -c %d ..)" ] ||
  { command -v mountpoint >/dev/null 2>&1 && mountpoint -q "$(pwd -P)"; }; then
  no root mount
elif ! open .; then
  no root closed
fi
case ,$o, in *,noexec,*) p noexec yes ;; esac
[ -z "$bad" ] || exit 0

for d in releases shared; do
  if [ -L "$d" ] || { [ -e "$d" ] && [ ! -d "$d" ]; }; then
    no misplaced "$d"
  elif [ -d "$d" ]; then
    open "$d" || no closed "$d"
  fi
done
[ ! -d releases ] || [ "$(stat -c %d .)" = "$(stat -c %d releases)" ] || no mount releases

f=.transparent-deploy-owner
o=
[ ! -e $f ] || read -r o <$f || o=unreadable
if [ -n "$token" ] && [ -z "$bad" ]; then
  if [ -z "$o" ] || { [ "${o%% *}" != "$id" ] && [ -n "$take" ]; }; then
    rm -f $f.new.*
    printf '%s %s\n' "$id" "$owner" >"$f.new.$token" || die "cannot write $f"
    if [ -n "$o" ]; then mv -f "$f.new.$token" $f; else ln "$f.new.$token" $f 2>/dev/null; fi
    rm -f "$f.new.$token"
    read -r o <$f || die "cannot make $f"
  fi
  if [ "${o%% *}" = "$id" ]; then
    [ -d releases ] || mkdir releases || die "cannot make releases"
    for d in releases/*.partial; do
      [ ! -d "$d" ] || [ -L "$d" ] || drop "$d"
    done
    w=releases/$token.partial
    mkdir "$w" || die "cannot make $w"
    for R in -T -h python3 perl none; do
      rm -rf "$w/try" && mkdir "$w/try" "$w/try/d" && ln -s a "$w/try/a" && ln -s d "$w/try/l"
      ren "$w/try/a" "$w/try/l" 2>/dev/null && [ "$(readlink "$w/try/l")" = a ] && break
    done
    rm -rf "$w/try"
    p rename "$R"
    p begun yes
  fi
fi

live=
if [ -L current ]; then
  l=$(readlink current)
  p link "$l"
  l=${l%/}
  live=${l##*/}
  to=$(cd -P current 2>/dev/null && pwd -P)
  if [ -z "$to" ] || [ -L "releases/$live" ] || [ "$to" != "$(cd -P releases 2>/dev/null && pwd -P)/$live" ]; then
    no astray "${to:-$l}"
  else
    p live "$live"
  fi
elif [ -e current ]; then
  no current thing
fi

[ -z "$o" ] || p owner "$o"
p df "$(df -P -k . | sed -n '$p')"
p ids "$(stat -c %u:%g .)"

for d in releases/*; do
  n=${d#releases/}
  case $n in *.partial) continue ;; esac
  if [ -L "$d" ] || [ ! -d "$d" ]; then
    { [ ! -e "$d" ] && [ ! -L "$d" ]; } || p taken "$n"
    continue
  fi
  l=releases/.$n.json
  a=$d j=
  [ ! -f "$l" ] || { a=$l; j=$(cat "$l"); }
  p release "$n"
  p age "$(stat -c "$T" "$a")"
  p label "$j"
  [ -z "$bad" ] || continue
  case $j in
    *"\"$want\""*) ;;
    *) [ "$n" = "$live" ] || continue ;;
  esac
  [ -z "$want" ] || ! cd "$d" || { say_digest "$@"; cd ../..; }
done
