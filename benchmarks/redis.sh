#!/usr/bin/env bash
# CPU per delivery from one server to another over Redis, ours beside Node's adapters in turn. All servers are pinned to core 0,
# the load and a Redis for each kind to core 1. ROUNDS (5), ADAPTERS, KINDS ("ours node"), SECONDS_EACH (2) and WARMUP (20) may be given.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ -n ${NO_BUILD:-} ]] || dotnet build -c Release benchmarks/Host >/dev/null
kinds=${KINDS:-ours node}
redises=() addresses=()
trap 'kill "${redises[@]}"' EXIT
for _ in $kinds; do
  port=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
  taskset -c 1 redis-server --bind 127.0.0.1 --port "$port" --save '' --appendonly no --daemonize no >/dev/null &
  redises+=("$!") addresses+=("127.0.0.1:$port")
  for _ in $(seq 100); do
    redis-cli -p "$port" ping >/dev/null 2>&1 && break
    sleep 0.1
  done
done
KINDS=$kinds taskset -c 1 node benchmarks/redis/driver.mjs \
  "${ADAPTERS:-classic streams streams-recovery}" "${ROUNDS:-5}" "${SECONDS_EACH:-2}" "${WARMUP:-20}" "${addresses[@]}"
