# Says of a process when it started, in clock ticks since the boot, which boot that is, and when that was by the host's
# clock, in seconds since 1970; nothing when it does not run. Needs processes.sh. $1 its id
if look "$1" && alive; then echo "$1 $start $boot $(grep '^btime ' /proc/stat)"; fi
