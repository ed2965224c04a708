#!/usr/bin/env bash
# CPU per delivery from one server to another over Redis, ours beside Node's adapters in turn. Both servers are pinned to core 0,
# Redis and the load to core 1. RUNS (1), ADAPTERS, KINDS ("ours node"), SECONDS_EACH (5) and WARMUP (20) may be given.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ -n ${NO_BUILD:-} ]] || dotnet build -c Release benchmarks/Host >/dev/null
port=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
taskset -c 1 redis-server --bind 127.0.0.1 --port "$port" --save '' --appendonly no --daemonize no >/dev/null &
redis=$!
trap 'kill "$redis"' EXIT
for _ in $(seq 100); do
  redis-cli -p "$port" ping >/dev/null 2>&1 && break
  sleep 0.1
done
for _ in $(seq "${RUNS:-1}"); do
  redis-cli -p "$port" flushall >/dev/null
  taskset -c 1 node benchmarks/redis/driver.mjs "${ADAPTERS:-classic streams streams-recovery}" "${SECONDS_EACH:-5}" "${WARMUP:-20}" "127.0.0.1:$port"
done
