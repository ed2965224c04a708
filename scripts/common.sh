# shellcheck shell=bash
# Sourced by test.sh and run-example.sh; the caller stands in the repository root.

# No colours and no questions: the output is read by programs as often as by people.
export NO_COLOR=1 FORCE_COLOR=0 npm_config_color=false npm_config_fund=false npm_config_audit=false
export npm_config_update_notifier=false DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDTERMINALLOGGER=off
export DOTNET_CLI_UI_LANGUAGE=en

require_dotnet() {
  if command -v dotnet >/dev/null && dotnet --list-sdks | grep -q '^10\.'; then
    return 0
  fi
  cat >&2 <<'TEXT'
The .NET SDK 10 is missing. On Debian or Ubuntu, after adding the Microsoft package feed:
    apt-get install dotnet-sdk-10.0
Every other way is described at https://learn.microsoft.com/dotnet/core/install/linux
TEXT
  return 1
}

require_node() {
  local major
  if command -v node >/dev/null && command -v npm >/dev/null; then
    major=$(node -p 'process.versions.node.split(".")[0]')
    if ((major >= 20)); then
      return 0
    fi
    echo "Node 20 or later is needed, this is $(node --version)." >&2
  else
    echo "Node 20 or later and npm are missing." >&2
  fi
  echo "See https://nodejs.org/en/download, or on Debian: apt-get install nodejs npm" >&2
  return 1
}

# Installs the npm packages when package.json or the lock changed since the last time.
install_npm_packages() {
  local stamp=node_modules/.installed-from wanted manifests=(package.json)
  [[ -f package.json ]] || return 0
  [[ ! -f package-lock.json ]] || manifests+=(package-lock.json)
  wanted=$(cat "${manifests[@]}" | cksum)
  if [[ -f $stamp && $(<"$stamp") == "$wanted" ]]; then
    return 0
  fi
  if [[ -f package-lock.json ]]; then
    npm ci --loglevel=error || return 1
  else
    npm install --no-package-lock --loglevel=error || return 1
  fi
  mkdir -p node_modules
  printf '%s\n' "$wanted" >"$stamp"
}
