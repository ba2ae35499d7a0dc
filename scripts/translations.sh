#!/usr/bin/env bash
# Gathers every text from code and templates into the catalogues; what is new waits there to be translated.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
template=$(mktemp)
trap 'rm -f "$template"' EXIT
.venv/bin/pybabel --quiet extract -F babel.cfg -k _ -k _l -k _n:1,2 -k ngettext:1,2 -k Plural:1,2 -c "tłumacz:" \
  --no-location --sort-output --project=Strefa -o "$template" .
.venv/bin/python scripts/update_catalogues.py "$template"
bash scripts/setup.sh run
.venv/bin/python scripts/check_translations.py || true
