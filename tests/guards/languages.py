"""What may not stand on a page: words of the other language, and a page without the contest's phone and e-mail."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import lxml.html
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
POLISH = re.compile("[ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]")
OF_ONE = re.compile(r'name="(?:csrf_token|secret|next)"[^>]*|data-person="[^"]*"|href="/konto">[^<]*')
SHOWN = ("title", "placeholder", "aria-label", "alt", "content")
SILENT = frozenset({"script", "style", "textarea"})
OWN = frozenset({"Polski", "English", "Strefa Eksperymentu"})
"""Names, the same on every page."""


@cache
def said_only_in(language: str) -> frozenset[str]:
    """Return the texts of a catalogue that stand in one language and not in the other: Polish is their source."""
    with (ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    pairs = [(message.id, message.string) for message in catalogue if isinstance(message.id, str) and message.id]
    polish, english = ({str(pair[place]).strip() for pair in pairs} for place in (0, 1))
    texts = polish - english if language == "pl" else english - polish
    return frozenset(text for text in texts if "%(" not in text)


def bare(page: str) -> str:
    """Return a page without its tokens, its address and who is looking: the same for everybody who sees the same."""
    return OF_ONE.sub("", page)


def words_of_another_language(page: str, language: str) -> list[str]:
    """List what stands on a page and belongs to the other language."""
    other = said_only_in("en" if language == "pl" else "pl")
    return [
        text
        for text in shown(page)
        if text not in OWN and (text in other or (language == "en" and POLISH.search(text)))
    ]


def shown(page: str) -> list[str]:
    """Return every text of a page that is said in the page's language, piece by piece.

    Left out are what people type, and parts that say by themselves which language they are in, such as a letter.
    """
    texts = list(_texts(lxml.html.fromstring(page)))
    return [" ".join(text.split()) for text in texts if text and text.strip()]


def _texts(node: Any) -> Iterator[str | None]:
    if node.tag not in SILENT:
        yield from (node.text, *(node.get(name) for name in SHOWN))
        for child in node:
            if isinstance(child.tag, str) and child.get("lang") is None:
                yield from _texts(child)
            yield child.tail


def lacks_contact(page: str, settings: Any) -> list[str]:
    """List which of the contest's phone and e-mail a page does not show."""
    texts = shown(page)
    return [wanted for wanted in (settings.contact_phone, settings.contact_email) if wanted not in texts]
