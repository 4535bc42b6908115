# Tells what is there. With a token it also begins a change: from then on nothing that was begun before can end.
root=$1 token=$2 id=$3 owner=$4 take=$5 want=$6 known=$7 tools=$8
shift 8
nl='
'
bad=
no() { bad=1; p "$1" "$2"; }
closed() { no "$1" "$2"; p user "$(id -un)"; }
# may DIRECTORY LINE: whether it can be written to. The line is df's: what is mounted read-only passes some shells' tests.
writable=
may() {
  o=
  if [ "${2##*% }" != "$writable" ] && [ -r /proc/mounts ]; then
    while read -r x mp y q z; do [ "$mp" != "${2##*% }" ] || o=$q; done </proc/mounts
    case $o in ro | ro,*) return 1 ;; esac
    writable=${2##*% }
  fi
  [ -r "$1" ] && [ -w "$1" ] && [ -x "$1" ]
}
look_for_tools() {
  for c in cat chmod cp date dd df find ln mkdir mv readlink rm sed sha256sum sort stat sync tar touch tr xargs; do
    command -v "$c" >/dev/null 2>&1 || no lacks "$c"
  done
  if [ "$(printf 'b\0a\0' | sort -z 2>/dev/null | xargs -0 -r printf %s. 2>/dev/null)" != a.b. ]; then
    [ "$(printf 'b\0a\0' | sort -z 2>/dev/null | tr '\0' .)" = a.b. ] || no lacks 'sort -z'
    [ "$(printf 'a\0' | xargs -0 -r printf %s 2>/dev/null)" = a ] || no lacks 'xargs -0'
  fi
  s=$(stat -c '%a %.9Y' / 2>/dev/null) || no lacks 'stat -c'
  [ -z "$bad" ] || exit 0
  T=%Y
  case $s in
    *.?????????) tar --version 2>/dev/null | grep -q -e GNU -e bsdtar && touch -c -d @0.5 /nonexistent 2>/dev/null && T=%.9Y ;;
  esac
  Z= g= R=
  ! sha256sum -z </dev/null >/dev/null 2>&1 || Z=-z
  ! command -v gzip >/dev/null 2>&1 || g=yes
}

p uid "$(id -u)"
if [ -n "$tools" ]; then
  # As it was found a moment ago.
  T=${tools%%/*} R=${tools##*/} tools=${tools#*/} g=
  Z=${tools%%/*}
  case $tools in */yes/*) g=yes ;; esac
else
  look_for_tools
fi
p time "$T"
p zero "$Z"
[ -z "$g" ] || p gzip yes

# mounted: whether something is mounted here; bind mounts have their parent's device.
mounted() {
  case $PWD in
    *[!A-Za-z0-9/._-]*) ;;
    *)
      if [ -r /proc/mounts ]; then
        while read -r x mp y; do [ "$mp" != "$PWD" ] || return 0; done </proc/mounts
        return 1
      fi
      ;;
  esac
  command -v mountpoint >/dev/null 2>&1 && mountpoint -q "$PWD"
}
if [ -L "$root" ]; then
  no root link
  p real "$(cd -P "$root" 2>/dev/null && pwd -P)"
elif [ ! -e "$root" ]; then
  no root missing
elif [ ! -d "$root" ]; then
  no root file
elif ! cd -P "$root" 2>/dev/null; then
  closed root closed
fi
[ -z "$bad" ] || exit 0
l=$(stat -c '%d:%i %u:%g' . .. releases 2>/dev/null)
here=${l%%"$nl"*} l=${l#*"$nl"}
above=${l%%"$nl"*} below=${l#*"$nl"}
if [ "${here%% *}" = "${above%% *}" ] || [ "${here%%:*}" != "${above%%:*}" ] || mounted; then
  no root mount
  exit 0
fi

r= s=
for d in releases shared; do
  if [ -L "$d" ] || { [ -e "$d" ] && [ ! -d "$d" ]; }; then
    no misplaced "$d"
  elif [ -d "$d" ]; then
    [ $d = releases ] && r=$d || s=$d
  fi
done
f=$(df -P -k . $r $s)
f=${f#*"$nl"}
df=${f%%"$nl"*} f=${f#*"$nl"}
may . "$df" || { closed root closed; exit 0; }
case ,$o, in *,noexec,*) p noexec yes ;; esac
[ -z "$r" ] || may releases "${f%%"$nl"*}" || closed closed releases
[ -z "$s" ] || may shared "${f##*"$nl"}" || closed closed shared
[ -z "$r" ] || [ "${here%%:*}" = "${below%%:*}" ] || no mount releases

f=.transparent-deploy-owner
o=
clock=
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
    if [ -z "$R" ]; then
      for R in -T -h python3 perl none; do
        rm -rf "$w/try" && mkdir "$w/try" "$w/try/d" && ln -s a "$w/try/a" && ln -s d "$w/try/l"
        ren "$w/try/a" "$w/try/l" 2>/dev/null && [ "$(readlink "$w/try/l")" = a ] && break
      done
      rm -rf "$w/try"
    fi
    p begun yes
  fi
fi
[ -z "$R" ] || p rename "$R"

live=
if [ -L current ]; then
  l=$(readlink current)
  p link "$l"
  l=${l%/}
  live=${l##*/}
  to=$(cd -P current 2>/dev/null && pwd -P)
  if [ -z "$to" ] || [ -L "releases/$live" ] || [ "$to" != "$PWD/releases/$live" ]; then
    no astray "${to:-$l}"
  else
    p live "$live"
  fi
elif [ -e current ]; then
  no current thing
fi

[ -z "$o" ] || p owner "$o"
p df "$df"
p ids "${here#* }"
p ages "$(stat -c "$T %n" releases/* releases/.*.json 2>/dev/null)"

for d in releases/*; do
  n=${d#releases/}
  case $n in *.partial) continue ;; esac
  if [ -L "$d" ] || [ ! -d "$d" ]; then
    { [ ! -e "$d" ] && [ ! -L "$d" ]; } || p taken "$n"
    continue
  fi
  l=releases/.$n.json
  j=
  [ ! -f "$l" ] || read -r j <"$l"
  p release "$n"
  [ ! -f "$l" ] || p label "$j"
  [ -z "$bad" ] || continue
  case $want in
    '') continue ;;
    =*) case $j in *"\"${want#=}\""*) ;; *) continue ;; esac ;;
    *) [ "$n" = "$live" ] || case $j in *"\"$want\""*) ;; *) continue ;; esac ;;
  esac
  [ -n "$clock" ] || clock=$(date +%s)
  # The signature that is known of this name, in a list of signatures and names.
  k=${known%%" $n/"*}
  ! cd "$d" || { say_tree "${k##*/}" "$clock" "$@"; cd ../..; }
done
