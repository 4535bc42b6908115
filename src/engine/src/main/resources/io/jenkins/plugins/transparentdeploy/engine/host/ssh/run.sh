# Runs a command to its end; needs processes.sh and command.sh. Its output goes to standard output; the last line on
# standard error says how it ended. When its time is up, or standard input ends, it is killed with all that it started.
# $1 its directory, or nothing; $2 its time in seconds; $3… the command
directory=$1 seconds=$2
shift 2
check "$directory" "$1"
exec 5<&0
look $$
outer=$session

# Everything below the process $1 that is in another session than this one, and all that is in such a session.
doomed() {
  pids=" $1 " rows=
  for entry in /proc/[1-9]*; do
    if look "${entry#/proc/}" && alive && [ "$session" != "$outer" ]; then
      rows="$rows ${entry#/proc/}:$parent:$session"
    fi
  done
  found= more=yes
  while [ -n "$more" ]; do
    more=
    for row in $rows; do
      pid=${row%%:*} session=${row##*:} parent=${row#*:}
      parent=${parent%:*}
      case $pids in *" $pid "*) continue ;; esac
      case $pids$sessions in
        *" $parent "* | *" s$session "*)
          pids="$pids$pid " sessions="$sessions s$session " found="$found $pid" more=yes
          ;;
      esac
    done
  done
}

# Whoever is stopped forks no more: only when a round finds nobody new are all of them ended. Goes on until the command
# is gone ($1 says so by SIGTERM, or has ended itself) and nothing was left twice.
destroy() {
  trap 'gone=yes' TERM
  gone= none=0 sessions=" " stopped=-
  while [ "$none" -lt 2 ] || { [ -z "$gone" ] && look "$1" && alive; }; do
    doomed "$1"
    if [ -z "$found" ]; then
      none=$((none + 1))
      pause
    elif [ "$found" = "$stopped" ]; then
      none=0 stopped=-
      for pid in $found; do kill -s KILL "$pid" 2>/dev/null; done
      pause
    else
      none=0 stopped=$found
      for pid in $found; do kill -s STOP "$pid" 2>/dev/null; done
    fi
  done
}

watch_input() {
  IFS= read -r line <&5
  destroy "$1"
}

watch_time() {
  sleeper=
  trap '[ -z "$sleeper" ] || kill "$sleeper"; exit 0' TERM
  sleep "$seconds" &
  sleeper=$!
  wait "$sleeper"
  destroy "$1"
  exit 7
}

supervise() {
  read -r self rest </proc/self/stat
  watch_input "$self" >/dev/null 2>&1 4>&- &
  input=$!
  watch_time "$self" >/dev/null 2>&1 4>&- 5<&- &
  time=$!
  (
    [ -z "$directory" ] || cd "$directory"
    eval "$assignments"
    exec "$setsid" "$@"
  ) </dev/null 2>&1 4>&- 5<&-
  code=$?
  # What it left in the background may hold its output open for ever; that is read on, but not awaited.
  exec >/dev/null
  kill "$input" "$time" 2>/dev/null
  wait "$time"
  if [ $? = 7 ]; then echo "tdeploy timeout" >&4; else echo "tdeploy exit $code" >&4; fi
  release_relay
}

# Waits until what copies the output has done so, and lets it go after a second.
release_relay() {
  children=
  read -r children 2>/dev/null </proc/$$/task/$$/children
  for pid in ${children:-$(children_of $$)}; do
    [ "$pid" != "$self" ] || continue
    rounds=0
    while [ "$rounds" -lt 70 ] && look "$pid" && alive && [ "$parent" = $$ ]; do
      rounds=$((rounds + 1))
      [ "$rounds" -lt 50 ] || pause
    done
    [ "$rounds" -lt 70 ] || kill "$pid"
  done
}

# Where the kernel does not list them.
children_of() {
  for entry in /proc/[1-9]*; do
    if look "${entry#/proc/}" && [ "$parent" = "$1" ]; then echo "${entry#/proc/}"; fi
  done
}

relay() {
  exec 6<&0
  trap 'kill "$copy"; cat <&6 >/dev/null 2>&1 & exit 0' TERM
  cat <&6 &
  copy=$!
  wait "$copy"
}

exec 4>&2
supervise "$@" | relay 4>&- 5<&-
exit 0
