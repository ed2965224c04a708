#!/usr/bin/env bash
# Runs the cluster: Redis, two nodes, and nginx before them. Ctrl+C ends all of it.
#   PORT=8000                  the first port to try; default 5000
#   REDIS=host:6379            a Redis that runs already, as StackExchange.Redis takes it; without it one is started
#   PROGRAM=path/Cluster.dll   a build of the example; without it one is made
set -euo pipefail
set -m # every program gets a process group of its own: Ctrl+C reaches this script alone, which then ends them in order
cd "$(dirname "${BASH_SOURCE[0]}")"
PATH=$PATH:/usr/sbin:/usr/local/sbin
readonly HEALTH='GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n'

die() {
  echo "$1" >&2
  exit 1
}

require() {
  command -v "$1" >/dev/null || die "$1 is missing. On Debian or Ubuntu: sudo apt-get install $1"
}

# take_port VARIABLE: the next port on which nobody listens.
next_port=${PORT:-5000}
take_port() {
  while (: <>"/dev/tcp/127.0.0.1/$next_port") 2>/dev/null; do
    next_port=$((next_port + 1))
  done
  printf -v "$1" %s "$next_port"
  next_port=$((next_port + 1))
}

# answers PORT REQUEST ANSWER: whether that is in what comes back.
answers() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1" && printf '%b' "$2" >&3 && timeout 5 grep -q -m 1 "$3" <&3) 2>/dev/null
}

# wait_for NAME PID PORT REQUEST ANSWER
wait_for() {
  local tries
  for ((tries = 0; tries < 150; tries++)); do
    kill -0 "$2" 2>/dev/null || break
    ! answers "$3" "$4" "$5" || return 0
    sleep 0.2
  done
  cat "$work"/*.log >&2 2>/dev/null || true
  die "$1 does not answer."
}

nodes=() others=()
work=$(mktemp -d)
end_all() {
  trap '' INT TERM HUP
  # The nodes first, which say goodbye to their visitors and to each other; then what they did it through.
  local pid
  for pid in "${nodes[@]}" "${others[@]}"; do
    kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
  done
  rm -rf "$work"
}
trap end_all EXIT
trap 'exit 0' INT TERM HUP

require nginx
if [[ -z ${PROGRAM:-} ]]; then
  echo "Building the example..."
  dotnet build -c Release --nologo -v quiet
  PROGRAM=bin/Release/net10.0/Cluster.dll
fi

take_port nginx_port
if [[ -z ${REDIS:-} ]]; then
  require redis-server
  take_port redis_port
  redis-server --bind 127.0.0.1 --port "$redis_port" --save "" --appendonly no --dir "$work" --loglevel warning </dev/null >"$work/redis.log" &
  others+=($!)
  wait_for Redis $! "$redis_port" 'PING\r\nQUIT\r\n' PONG
  REDIS=127.0.0.1:$redis_port
fi
export REDIS # the nodes read it from their environment: a password would not show in the list of processes

start_node() {
  dotnet "$PROGRAM" --node "$1" --urls "http://127.0.0.1:$2" </dev/null &
  nodes+=($!)
}

take_port node_a
take_port node_b
start_node A "$node_a"
start_node B "$node_b"
wait_for 'Node A' "${nodes[0]}" "$node_a" "$HEALTH" Healthy
wait_for 'Node B' "${nodes[1]}" "$node_b" "$HEALTH" Healthy

chmod 755 "$work" # nginx may work as another user
sed -e "s/@PORT@/$nginx_port/" -e "s/@NODE_A@/$node_a/" -e "s/@NODE_B@/$node_b/" nginx.conf >"$work/nginx.conf"
nginx -e stderr -p "$work" -c nginx.conf </dev/null &
nginx=$!
others=("$nginx" "${others[@]}")
wait_for nginx "$nginx" "$nginx_port" "$HEALTH" Healthy

echo "The cluster is at http://127.0.0.1:$nginx_port/ (node A is process ${nodes[0]}, node B is process ${nodes[1]}). Ctrl+C ends it."
wait "$nginx"
