#!/usr/bin/env bash
# Everything that can be judged without running Strefa. All of it runs; any complaint fails.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
failed=()

judge() {  # judge NAME COMMAND…: silent while it is content
  local name=$1 answer
  shift
  if answer=$("$@" 2>&1); then
    printf '✓ %s\n' "$name"
  else
    printf '✗ %s\n%s\n' "$name" "$answer"
    failed+=("$name")
  fi
}

bin=.venv/bin
judge "ruff check" $bin/ruff check .
judge "ruff format" $bin/ruff format --check .
judge "pyright" $bin/pyright
judge "import-linter" $bin/lint-imports
# Only linted: djlint's formatting puts white space into inline text, where it shows.
judge "djlint" $bin/djlint templates --lint --quiet
judge "translations" $bin/python scripts/check_translations.py
[ ${#failed[@]} -eq 0 ] || { printf 'Nie przeszły: %s\n' "${failed[*]}"; exit 1; }
