#!/usr/bin/env bash
# Server CPU per message, ours beside Node's, each pinned to one core with the load generator on the other.
# LOADGEN names the load generator's executable; SCENARIOS its command lines, one each. Three runs of each, in turn.
# On one busy core the runtime takes some ten seconds to compile everything well: WARMUP (15) seconds are not measured.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${LOADGEN:?set LOADGEN to the load generator}"
runs=${RUNS:-3}
dotnet build -c Release benchmarks/Host >/dev/null
scenarios=${SCENARIOS:-"-s echo -n 100 -w 1 -p 64
-s echo -n 20 -w 16 -p 64
-s ack -n 100 -w 1 -p 64
-s fanout -n 1000 -w 1 -p 64
-s fanout -n 1000 -w 8 -p 64
-s connect -n 50
-s polling -n 50 -p 64"}

measure() { # label command...
  local label=$1
  shift
  PORT=4210 taskset -c 0 "$@" >/dev/null 2>&1 &
  local pid=$!
  for _ in $(seq 100); do
    curl -fs "http://127.0.0.1:4210/socket.io/?EIO=4&transport=polling" >/dev/null 2>&1 && break
    sleep 0.1
  done
  # shellcheck disable=SC2086
  taskset -c 1 "$LOADGEN" $scenario --warmup "${WARMUP:-15}" --port 4210 --pid "$pid" --label "$label" || true
  kill "$pid"
  wait "$pid" 2>/dev/null || true
}

while IFS= read -r scenario; do
  echo "== $scenario"
  for _ in $(seq "$runs"); do
    measure ours dotnet benchmarks/Host/bin/Release/net10.0/SocketIoSharp.BenchmarkHost.dll
    measure node node benchmarks/node/server.mjs
  done
done <<<"$scenarios"
