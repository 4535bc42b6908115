# Signals the process group of a started process and waits until it is gone; says whether it is. Needs processes.sh.
# $1 its process id; $2 and $3 when it started and in which boot; $4 the signal, or nothing; $5 how often to look
pid=$1 began=$2 its_boot=$3

# Whether anything is left in its group. Its leader may be gone: the kernel gives no new process an id that is still a
# session's, so the rest of the session is its own unless the id has a new owner or the host was booted since.
present() {
  [ "$boot" = "$its_boot" ] || return 1
  if look "$pid"; then
    [ "$start" = "$began" ] || return 1
    if alive && [ "$group" = "$pid" ] && [ "$session" = "$pid" ]; then return 0; fi
  fi
  for entry in /proc/[1-9]*; do
    look "${entry#/proc/}" || continue
    if [ "$group" = "$pid" ] && [ "$session" = "$pid" ] && alive; then return 0; fi
  done
  return 1
}

rounds=0
while present; do
  if [ "$rounds" = 0 ] || [ "$4" = KILL ]; then
    # It fails when the group has ended meanwhile, which is what is wanted.
    [ -z "$4" ] || kill -s "$4" -- "-$pid" 2>/dev/null
  fi
  if [ "$rounds" -ge "$5" ]; then
    echo present
    exit 0
  fi
  rounds=$((rounds + 1))
  pause
done
echo gone
