#!/usr/bin/env bash
# run.sh [WORK_QUEUE [JOBS]]: starts three processes of the service in a directory of their own, gives
# them jobs, kills the one that leads, gives them more, and waits until each job is done.
set -euo pipefail
program=$(realpath "${1:-build/release/examples/work_queue}")
jobs=${2:-300}
base=${QUORATE_WORK_QUEUE_PORT:-7440}

where=$(mktemp -d)
declare -A process
trap 'kill -9 "${process[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$where"' EXIT
cd "$where"

seeds=127.0.0.1:$((base + 1)),127.0.0.1:$((base + 2)),127.0.0.1:$((base + 3))
start() { # NUMBER [OPTION...]
  local n=$1
  shift
  "$program" --name "n$n" --cluster-name work --listen "127.0.0.1:$((base + n))" --seeds "$seeds" \
    --data-dir "n$n" --http "127.0.0.1:$((base + 10 + n))" "$@" 2>"n$n.log" &
  process[$n]=$!
}

say() {
  printf '%s\n' "$*"
}

# Asks one process after the other until one answers.
ask() { # PATH [CURL OPTION...]
  local path=$1 n
  shift
  for _ in $(seq 300); do
    for n in 1 2 3; do
      curl --silent --fail --max-time 15 "$@" "http://127.0.0.1:$((base + 10 + n))$path" && return
    done
    sleep 0.1
  done
  say "nobody answers $path"
  return 1
}

number() { # NAME: of that number in the state
  ask /state | sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p"
}

start 1 --found
start 2
start 3
say "three processes"
until ask /state | grep -q '"7":"n'; do sleep 0.2; done
until [[ $(ask /state | grep -o '"n[123]"' | sort -u | wc -l) == 3 ]]; do sleep 0.2; done
say "work is given to all of them: $(ask /state)"

for i in $(seq $((jobs / 2))); do ask /jobs --data "job $i" >/dev/null; done
say "$((jobs / 2)) jobs are taken: $(ask /state)"

# The first has founded the cluster, and leads it.
kill -9 "${process[1]}"
say "n1, which leads, is killed"
for i in $(seq $((jobs / 2 + 1)) "$jobs"); do ask /jobs --data "job $i" >/dev/null; done
until [[ $(number waiting) == 0 ]]; do sleep 0.2; done
until ! ask /state | grep -q '"n1"'; do sleep 0.2; done
say "all others go on: $(ask /state)"

done_jobs=$(number "done")
# A job whose answer the killed process took with it was sent again, and may be there twice.
((done_jobs >= jobs && done_jobs <= jobs + 2)) || { say "$done_jobs of $jobs jobs are done"; exit 1; }
start 1
until ask /state | grep -q '"n1"'; do sleep 0.2; done
say "n1 is back, and works: $(ask /state)"
