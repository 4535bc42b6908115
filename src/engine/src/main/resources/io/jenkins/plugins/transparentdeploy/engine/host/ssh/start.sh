# Starts a command that outlives this; needs processes.sh and command.sh. Says its process id, when it started in clock
# ticks since the boot, which boot that is, and when that was.
# $1 its directory, or nothing; $2 where its output is appended; $3… the command
directory=$1 output=$2
shift 2
check "$directory" "$1"
# Two sessions: the first setsid leads a group, so the second has to fork, and the command is the child of neither.
pid=$(
  (
    [ -z "$directory" ] || cd "$directory"
    eval "$assignments"
    exec "$setsid" "$setsid" /bin/sh -c 'echo $$ >&3; exec 3>&-; exec "$@"' sh "$@"
  ) 3>&1 >>"$output" 2>&1 </dev/null
) || {
  echo "cannot append to $output" >&2
  exit 1
}
[ -n "$pid" ] || exit 1
look "$pid" || start=ended
echo "$pid $start $boot $(grep '^btime ' /proc/stat)"
