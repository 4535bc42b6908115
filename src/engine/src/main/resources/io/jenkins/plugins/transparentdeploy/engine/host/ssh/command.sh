# How a command is prepared and becomes a process. Part of the scripts that run or start one.
# On standard input: a number of lines, then so many, which are assignments; so their values stand on no command line.
IFS= read -r count || exit 1
assignments=
while [ "$count" -gt 0 ]; do
  # Without its last line, the end of the input is that of the connection.
  IFS= read -r line || exit 1
  assignments="$assignments$line
"
  count=$((count - 1))
done

# What marks the processes of a build, which Jenkins kills; and names of files, which the C locale cannot read.
unset BUILD_ID JENKINS_NODE_COOKIE JENKINS_SERVER_COOKIE HUDSON_COOKIE HUDSON_SERVER_COOKIE
[ -n "${LC_ALL-}${LC_CTYPE-}${LANG-}" ] || export LANG=C.UTF-8
setsid=$(command -v setsid)

refuse() {
  echo "tdeploy refused $1" >&2
  exit 0
}

# Whether a program can be executed here and now.
program() {
  case $1 in
    */*) [ -f "$1" ] && [ -x "$1" ] ;;
    *) (
      IFS=:
      set -f
      for place in ${PATH-/usr/bin:/bin}; do
        [ -f "${place:-.}/$1" ] && [ -x "${place:-.}/$1" ] && exit 0
      done
      exit 1
    ) ;;
  esac
}

# Refuses what cannot become a process, before anything is run. $1 its directory, or nothing; $2 its program
check() {
  if [ -n "$1" ] && ! (cd "$1") 2>/dev/null; then refuse directory; fi
  (eval "$assignments") >/dev/null 2>&1 || refuse environment
  (
    [ -z "$1" ] || cd "$1"
    eval "$assignments"
    program "$2"
  ) || refuse program
}
