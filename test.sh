#!/usr/bin/env bash
# Runs every test of the repository. The last line is always `N passed, N failed, N skipped`.
#   ./test.sh                  everything
#   ./test.sh --dotnet-only    only the .NET test projects
#   ./test.sh --js-only        only the suites that drive the server with JavaScript clients
#   ./test.sh --filter TEXT    only tests whose name contains TEXT (npm scripts find it in TEST_NAME_FILTER)
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=scripts/common.sh
source scripts/common.sh

readonly RESULTS="$PWD/artifacts/test-results"
readonly SUITE_TIMEOUT=1200 # seconds; the whole run is meant to stay under 15 minutes on two cores, and a busy machine takes twice as long
readonly JS_TIMEOUT=1200   # the suites with JavaScript clients, when Node's column of the matrix has to be run as well
run_dotnet=true run_js=true filter=
passed=0 failed=0 skipped=0 exit_code=0

while (($# > 0)); do
  case $1 in
    --dotnet-only) run_js=false ;;
    --js-only) run_dotnet=false ;;
    --filter) filter=${2:?--filter needs a text}; shift ;;
    --filter=*) filter=${1#--filter=} ;;
    -h | --help) sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "Unknown option: $1 (see ./test.sh --help)" >&2; exit 2 ;;
  esac
  shift
done

# Whatever ends this script, the sum is its last line, and a run in which nothing passed is a failure.
report() {
  local status=$?
  trap - EXIT
  ((exit_code != 0)) || exit_code=$status
  if ((exit_code != 0 && failed == 0)); then
    failed=1
  fi
  if ((passed == 0 && failed == 0)); then
    echo "No test passed: that is a failure, not a success." >&2
    failed=1
  fi
  if ((failed > 0 && exit_code == 0)); then
    exit_code=1
  fi
  if ((failed > 0)) && [[ -d $RESULTS ]]; then
    heading "what failed"
    node scripts/failed-tests.mjs "$RESULTS" artifacts/interop || true
  fi
  echo "$passed passed, $failed failed, $skipped skipped"
  exit "$exit_code"
}
trap report EXIT
trap 'echo "test.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR

heading() { printf '\n== %s\n' "$1"; }

# add NAME STATUS PASSED FAILED SKIPPED: a suite that failed without a failed test (crash, abort, timeout) counts as one failure.
add() {
  local name=$1 status=$2 suite_failed=$4
  if ((status != 0 && suite_failed == 0)); then
    echo "$name: exit code $status without a failed test; counted as one failure." >&2
    suite_failed=1
  fi
  passed=$((passed + $3)) failed=$((failed + suite_failed)) skipped=$((skipped + $5))
  if ((status != 0 && exit_code == 0)); then
    exit_code=$status
  fi
  echo "-- $name: $3 passed, $suite_failed failed, $5 skipped"
}

# The Python clients of the interop tests, in any interpreter where the suite looks for them.
readonly PYTHON_CLIENTS=(python3-socketio python3-aiohttp python3-requests python3-websocket python3-msgpack)
has_python_clients() {
  local python
  for python in python3 /usr/bin/python3; do
    if "$python" -c "import socketio, aiohttp, requests, websocket, msgpack" 2>/dev/null; then
      return 0
    fi
  done
  return 1
}

# The servers, clients and the browser that some suites talk to: found, installed, or named.
install_system_tools() {
  local missing=() as_root=()
  command -v redis-server >/dev/null || missing+=(redis-server)
  command -v nginx >/dev/null || [[ -x /usr/sbin/nginx ]] || missing+=(nginx)
  command -v haproxy >/dev/null || [[ -x /usr/sbin/haproxy ]] || missing+=(haproxy)
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
  command -v curl >/dev/null || missing+=(curl)
  command -v openssl >/dev/null || missing+=(openssl)
  has_python_clients || missing+=("${PYTHON_CLIENTS[@]}")
  ((${#missing[@]} > 0)) || return 0

  if ((EUID != 0)); then
    as_root=(sudo -n)
  fi
  if command -v apt-get >/dev/null && { ((EUID == 0)) || sudo -n true 2>/dev/null; }; then
    heading "apt-get install ${missing[*]}"
    if "${as_root[@]}" apt-get update -qq \
      && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; then
      return 0
    fi
  fi
  echo "Missing: ${missing[*]}. On Debian or Ubuntu: sudo apt-get install ${missing[*]}" >&2
  if [[ ${CI:-} == true ]]; then
    return 1
  fi
  echo "Going on without; tests that need them will fail." >&2
}

# trx_count FILE NAME: one number of the <Counters> element.
trx_count() { sed -n "s/.*<Counters[^>]* $2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1; }

test_dotnet_project() {
  local name
  name=$(basename "$1" .csproj)
  timeout -k 10 "$SUITE_TIMEOUT" dotnet test "$1" -c Release --no-build --nologo ${filter:+--filter "$filter"} \
    --results-directory "$RESULTS" --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" \
    --blame-hang-timeout 5m --blame-hang-dump-type none </dev/null
}

# count_dotnet_project PROJECT STATUS: adds what it has written to the sum.
count_dotnet_project() {
  local name trx status=$2 total ok bad kind
  name=$(basename "$1" .csproj)
  trx=$RESULTS/$name.trx
  if [[ ! -f $trx ]]; then
    if [[ -n $filter && $status -eq 0 ]]; then
      return 0
    fi
    echo "$name: wrote no results." >&2
    add "$name" "$((status == 0 ? 1 : status))" 0 0 0
    return 0
  fi
  total=$(trx_count "$trx" total) ok=$(trx_count "$trx" passed) bad=0
  for kind in failed error timeout aborted disconnected; do
    bad=$((bad + $(trx_count "$trx" "$kind")))
  done
  if ((bad > 0 && status == 0)); then
    status=1
  elif ((total == 0 && status == 0)) && [[ -z $filter ]]; then
    echo "$name: no test was found." >&2
    status=1
  fi
  # The logger leaves its own count of skipped tests at 0, so they are what remains of the total.
  add "$name" "$status" "$ok" "$bad" "$((total - ok - bad))"
}

# A server published trimmed, with JSON reflection off, and run: what the libraries claim about trimming. Counts as one test.
run_trimmed_check() {
  local status=0 out=artifacts/trimmed
  heading "SocketIoSharp.AotCheck, trimmed"
  timeout -k 10 "$SUITE_TIMEOUT" dotnet publish tests/SocketIoSharp.AotCheck -c Release --nologo -v quiet -o "$out" </dev/null \
    && timeout -k 10 60 "$out/SocketIoSharp.AotCheck" </dev/null || status=$?
  add SocketIoSharp.AotCheck "$status" "$((status == 0))" 0 0
}

# The longest project mostly waits for Redis: it runs beside the others.
readonly BESIDE=tests/SocketIoSharp.Redis.Tests/SocketIoSharp.Redis.Tests.csproj

run_dotnet_tests() {
  local project projects status beside
  rm -f "$RESULTS"/*.trx
  test_dotnet_project "$BESIDE" >"$RESULTS/beside.log" 2>&1 &
  beside=$!
  projects=$(find tests -name '*.Tests.csproj' -not -path '*/bin/*' -not -path '*/obj/*' | LC_ALL=C sort)
  for project in $projects; do
    if [[ $project != "$BESIDE" ]]; then
      status=0
      heading "$(basename "$project" .csproj)"
      test_dotnet_project "$project" || status=$?
      count_dotnet_project "$project" "$status"
    fi
  done
  status=0
  wait "$beside" || status=$?
  heading "$(basename "$BESIDE" .csproj)"
  cat "$RESULTS/beside.log"
  count_dotnet_project "$BESIDE" "$status"
  if [[ -z $filter ]]; then
    run_trimmed_check
  fi
}

# Adds up the summaries of node:test, `# pass 3` from the tap reporter and `ℹ pass 3` from the spec reporter.
# A summary starts at its `tests` line and ends at its `duration_ms` line, so that a printed "pass 3" is not counted.
# Prints: summaries passed failed skipped.
sum_node_summaries() {
  sed 's/\x1b\[[0-9;]*m//g' "$1" | tr -d '\r' | awk '
    $1 != "#" && $1 != "ℹ" { next }
    $2 == "tests" && $3 ~ /^[0-9]+$/ && NF == 3 { open = 1; pass = fail = skip = 0; next }
    !open { next }
    $2 == "pass" { pass = $3 }
    $2 == "fail" || $2 == "cancelled" { fail += $3 }
    $2 == "skipped" || $2 == "todo" { skip += $3 }
    $2 == "duration_ms" { open = 0; count++; passes += pass; fails += fail; skips += skip }
    END { print count + 0, passes + 0, fails + 0, skips + 0 }'
}

has_npm_script() { node -e 'process.exit(require("./package.json").scripts?.[process.argv[1]] ? 0 : 1)' "$1"; }

run_js_suite() {
  local script=$1 log=$RESULTS/$1.log status=0 count ok bad skip
  heading "npm run $script"
  TEST_NAME_FILTER=$filter timeout -k 10 "$JS_TIMEOUT" npm run "$script" </dev/null 2>&1 | tee "$log" || status=${PIPESTATUS[0]}
  read -r count ok bad skip < <(sum_node_summaries "$log")
  if ((count == 0)); then
    echo "npm run $script: ended without a summary." >&2
    status=$((status == 0 ? 1 : status))
  elif ((bad > 0 && status == 0)); then
    status=1
  fi
  # node:test counts what the filter leaves out as skipped.
  [[ -z $filter ]] || skip=0
  add "npm run $script" "$status" "$ok" "$bad" "$skip"
}

require_dotnet
require_node
rm -rf "$RESULTS" artifacts/interop
mkdir -p "$RESULTS"
install_system_tools
install_npm_packages

heading "build"
# Build nodes that outlive the command would hold on to the pipe of whoever reads this output.
export MSBUILDDISABLENODEREUSE=1
dotnet restore SocketIoSharp.sln
# One compiler for all projects, which ends with the build.
dotnet build SocketIoSharp.sln -c Release --no-restore -p:UseSharedCompilation=true
dotnet build-server shutdown --vbcscompiler >/dev/null || true

if $run_dotnet; then
  run_dotnet_tests
fi
if $run_js && [[ -f package.json ]] && has_npm_script interop; then
  run_js_suite interop
fi
printf '\n'
