#!/usr/bin/env bash
# Gathers every text from code and templates into the catalogues; what is new waits there to be translated.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
template=$(mktemp)
trap 'rm -f "$template"' EXIT
.venv/bin/pybabel --quiet extract -F babel.cfg -k _ -k _l -k _n:1,2 -k ngettext:1,2 -k Plural:1,2 -c "tłumacz:" \
  --no-location --sort-output --project=Strefa -o "$template" .
for language in pl en; do
  catalogue=translations/$language/LC_MESSAGES/messages.po
  if [ -f "$catalogue" ]; then
    .venv/bin/pybabel --quiet update -i "$template" -o "$catalogue" -l "$language" \
      --no-fuzzy-matching --ignore-obsolete --width 120
  else
    mkdir -p "$(dirname "$catalogue")"
    .venv/bin/pybabel --quiet init -i "$template" -o "$catalogue" -l "$language" --width 120
  fi
done
bash scripts/setup.sh run
.venv/bin/python scripts/check_translations.py || true
