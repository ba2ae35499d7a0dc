"""Bring the catalogues up to date with a template of texts: update_catalogues.py TEMPLATE.

Known translations stay, texts that nobody uses any more go, new ones wait empty. The header says what the
languages need and nothing about whoever ran this or when, so a run that finds nothing changes nothing.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = {"pl": "Polish", "en": "English"}


def main(template_path: Path) -> None:
    """Update both catalogues, or begin one that is missing."""
    with template_path.open("rb") as file:
        template = read_po(file)
    for language in LANGUAGES:
        path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
        catalogue = Catalog(locale=language)
        if path.exists():
            with path.open("rb") as file:
                catalogue = read_po(file, locale=language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(catalogue, language))


def written(catalogue: Catalog, language: str) -> bytes:
    """Write a catalogue with a header of our own: plural forms are not read without one."""
    body = io.BytesIO()
    write_po(body, catalogue, width=120, no_location=True, sort_output=True, omit_header=True)
    header = [
        f"# {LANGUAGES[language]} texts of Strefa.",
        'msgid ""',
        'msgstr ""',
        '"Project-Id-Version: Strefa\\n"',
        f'"Language: {language}\\n"',
        f'"Plural-Forms: {catalogue.plural_forms}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
    ]
    return ("\n".join(header) + "\n\n").encode() + body.getvalue()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
