#!/usr/bin/env bash
# Runs an example: ./run-example.sh [name] [arguments of the example]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=scripts/common.sh
source scripts/common.sh

readonly DEFAULT_EXAMPLE=Chat
name=${1:-$DEFAULT_EXAMPLE}
(($# == 0)) || shift

# `chat` and `Chat` are the same example.
project=$(find . -mindepth 2 -maxdepth 2 -type d -ipath "./examples/$name" | head -n 1)
if [[ -z $project || -z $(find "$project" -maxdepth 1 -name '*.csproj') ]]; then
  echo "There is no example called $name. There are:" >&2
  find . -mindepth 3 -maxdepth 3 -path './examples/*.csproj' | cut -d/ -f3 | LC_ALL=C sort | sed 's/^/  /' >&2
  exit 2
fi

require_dotnet
if [[ -f package.json ]]; then
  require_node
  install_npm_packages
fi
# An example of several programs has a script that starts them.
if [[ -f $project/run.sh ]]; then
  exec bash "$project/run.sh" "$@"
fi
exec dotnet run -c Release --project "$project" -- "$@"
