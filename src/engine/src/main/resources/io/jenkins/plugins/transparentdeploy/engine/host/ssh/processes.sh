# What the kernel says of processes, read from /proc as proc_pid_stat(5) describes it. Part of the other scripts.

# Sets state, parent, group, session and start of a process; fails when there is none. The second field, the program's
# name, may hold anything; the last parenthesis ends it.
look() {
  stat=
  { while IFS= read -r line || [ -n "$line" ]; do stat="$stat $line"; done <"/proc/$1/stat"; } 2>/dev/null
  [ -n "$stat" ] || return 1
  set -f
  set -- ${stat##*) }
  set +f
  state=$1 parent=$2 group=$3 session=$4 start=${20}
}

# Whether the process that was looked at is neither a zombie nor dead.
alive() {
  case $state in
    [ZXx]) return 1 ;;
  esac
}

pause() {
  sleep 0.05 2>/dev/null || sleep 1
}

read -r boot </proc/sys/kernel/random/boot_id
