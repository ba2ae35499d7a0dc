#!/usr/bin/env bash
# Pins every package with its hashes and without any host: compile-requirements.sh [--upgrade]. Needs uv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
uv=${UV:-uv}
compile=("$uv" pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
  --no-emit-index-url --no-emit-find-links --quiet "$@")

# setuptools is what puts Strefa itself into .venv, which happens without build isolation.
printf 'setuptools>=80\n' | "${compile[@]}" pyproject.toml - -o requirements.txt
"${compile[@]}" --extra development pyproject.toml -o requirements-development.txt
if grep -nE '://|^--(index|extra|find)' requirements*.txt; then
  echo "Przypięte pakiety nie mogą zawierać adresów." >&2
  exit 1
fi
