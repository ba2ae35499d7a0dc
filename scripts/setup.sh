#!/usr/bin/env bash
# Prepares this computer: setup.sh run|test. Says what it does, and does nothing that is done already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
purpose=${1:-run}
. scripts/system.sh

usable_python() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
  local name
  if [ -n "${PYTHON:-}" ] && ! usable_python "$PYTHON"; then
    stop "PYTHON=$PYTHON nie jest Pythonem 3.11 ani nowszym. Wskaż inny albo pomiń PYTHON, a znajdziemy sami."
  fi
  for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
    if command -v "$name" >/dev/null && usable_python "$name"; then
      "$name" -c 'import sys; print(sys.executable)'
      return
    fi
  done
  need "Strefa potrzebuje Pythona 3.11 lub nowszego." "$(python_packages)"
  usable_python python3 || stop "Nadal nie ma Pythona 3.11 lub nowszego: wskaż go, np. make ${purpose} PYTHON=/opt/python3.12/bin/python3"
  command -v python3
}

make_environment() {
  if [ -x .venv/bin/python ] && usable_python .venv/bin/python; then return; fi
  local python
  python=$(find_python)
  "$python" -c 'import venv, ensurepip' 2>/dev/null ||
    need "Temu Pythonowi brakuje modułu venv." "$(venv_packages "$python")"
  say "Tworzę środowisko .venv ($("$python" --version))"
  rm -rf .venv
  "$python" -m venv .venv
}

install_packages() {  # install_packages FILE: only when the pins, the place or Python changed
  local file=$1 stamp=.venv/stamp-${1%.txt} now
  now="$(pwd) $(readlink .venv/bin/python || true) $(cat "$file" pyproject.toml | cksum)"
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then return; fi
  say "Instaluję przypięte pakiety z $file (za pierwszym razem około minuty)"
  local pip=(.venv/bin/python -m pip install --disable-pip-version-check --no-input -qq)
  { "${pip[@]}" --require-hashes -r "$file" && "${pip[@]}" --no-deps --no-build-isolation -e .; } ||
    stop "Nie udało się zainstalować pakietów. Sprawdź połączenie z siecią i powtórz to samo polecenie."
  printf '%s\n' "$now" >"$stamp"
}

compile_translations() {
  local source target language
  for source in translations/*/LC_MESSAGES/*.po; do
    target=${source%.po}.mo
    if [ -f "$source" ] && ! [ "$target" -nt "$source" ]; then
      language=${source#translations/}
      .venv/bin/pybabel --quiet compile -i "$source" -o "$target" -l "${language%%/*}"
    fi
  done
}

compile_modules() {  # as pip does with packages: so no start waits for it, even where Python may not write beside them
  .venv/bin/python -m compileall -q app.py strefa
}

install_system_libraries
make_environment
if [ "$purpose" = test ]; then
  install_test_programs
  install_packages requirements-development.txt
  install_browser
else
  [ -f .venv/stamp-requirements-development ] || install_packages requirements.txt
  [ ! -f .venv/stamp-requirements-development ] || install_packages requirements-development.txt
fi
compile_translations
compile_modules
