"""Find texts without a translation: English must have every one, Polish the plural forms.

Also finds a translation that drops or invents a named placeholder, and catalogues that name texts nobody uses.
Exit 1 with one line for each text.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
KEYWORDS = DEFAULT_KEYWORDS | {"_": None, "_l": None, "_n": (1, 2), "ngettext": (1, 2), "Plural": (1, 2)}

Text = str | tuple[str, ...]


def texts() -> set[Text]:
    """Return every text in code and templates; a plural one is a tuple."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    return {message for _name, _line, message, _comments, _context in found}


def problems(language: str, wanted: set[Text]) -> Iterator[str]:
    """Name what is wrong with one language's catalogue."""
    path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        yield f"{language}: no catalogue"
        return
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    if re.search(r"^#, .*fuzzy", path.read_text(encoding="utf-8"), re.MULTILINE):
        yield f"{language}: the catalogue, or a text in it, is marked fuzzy, so it is not compiled"
    complete = language != "pl"
    for text in sorted(wanted, key=str):
        message = catalogue.get(text[0] if isinstance(text, tuple) else text)
        if message is None or not translated(message):
            if complete or isinstance(text, tuple):
                yield f"{language}: no translation of {text!r}"
        elif not same_placeholders(message):
            yield f"{language}: other placeholders in the translation of {text!r}"
    if complete:
        yield from (f"{language}: nobody uses {unused!r}" for unused in unused_in(catalogue, wanted))


def translated(message: Message) -> bool:
    forms = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return bool(forms) and all(forms) and not message.fuzzy


def same_placeholders(message: Message) -> bool:
    source = message.id if isinstance(message.id, (list, tuple)) else [message.id]
    target = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    allowed = {name for text in source for name in PLACEHOLDER.findall(text)}
    used = {name for text in target for name in PLACEHOLDER.findall(text)}
    return used == allowed


def unused_in(catalogue: Catalog, wanted: set[Text]) -> list[str]:
    known = {text[0] if isinstance(text, tuple) else text for text in wanted}
    ids = (message.id[0] if isinstance(message.id, (list, tuple)) else message.id for message in catalogue)
    return sorted(text for text in ids if text and text not in known)


def main() -> int:
    wanted = texts()
    found = [problem for language in ("pl", "en") for problem in problems(language, wanted)]
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(wanted)} texts, {len(found)} problems", file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
