"""Every text stands in both languages, and counted nouns take the form that their number asks for."""

import gettext
import importlib.util
import io
from functools import cache
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from tests.guards.test_habits import ROOT

LANGUAGES = ("pl", "en")
COUNTS = (1, 2, 5, 22)


def checker() -> ModuleType:
    """The script that `make check` runs."""
    spec = importlib.util.spec_from_file_location("check_translations", ROOT / "scripts" / "check_translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def wanted() -> frozenset[str | tuple[str, ...]]:
    """Every text of code and templates; gathering them takes seconds."""
    return frozenset(checker().texts())


def catalogue(language: str) -> Catalog:
    path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compiled(source: Catalog) -> gettext.GNUTranslations:
    """A catalogue as the application reads it."""
    made = io.BytesIO()
    write_mo(made, source)
    made.seek(0)
    return gettext.GNUTranslations(made)  # pyright: ignore[reportArgumentType]


def counted(language: str) -> list[tuple[str, str]]:
    return [message.id for message in catalogue(language) if isinstance(message.id, tuple)]  # pyright: ignore[reportReturnType]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_no_other(language: str) -> None:
    assert len(wanted()) > 1000
    assert list(checker().problems(language, wanted())) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_application_reads_was_made_from_the_catalogue(language: str) -> None:
    """A compiled catalogue is not committed: `make setup` makes it, unless the source is marked fuzzy."""
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        read = read_mo(file)
    source = catalogue(language)
    assert not source.fuzzy
    assert said(read) == said(source)


def said(texts: Catalog) -> dict[str, list[str]]:
    """Return what a catalogue says, form by form, by its source; what it leaves to the source is left out."""
    forms = {}
    for message in texts:
        key = message.id if isinstance(message.id, str) else message.id[0]
        words = [message.string] if isinstance(message.string, str) else list(message.string or ())
        if key and words and all(words):
            forms[key] = words
    return forms


def test_polish_has_three_forms_of_every_counted_text() -> None:
    """1 wniosek, 2 wnioski, 5 wniosków, 22 wnioski; some of them may be the same word: 2 dni, 5 dni."""
    source = catalogue("pl")
    texts, wrong = compiled(source), {}
    for one, many in counted("pl"):
        forms = [texts.ngettext(one, many, count) for count in COUNTS]
        if forms[1] != forms[3] or [forms[0], forms[1], forms[2]] != said(source)[one]:
            wrong[one] = forms
    assert wrong == {}


def test_polish_forms_are_three_words_where_a_noun_is_counted() -> None:
    texts = compiled(catalogue("pl"))
    one, many = next(pair for pair in counted("pl") if pair[0].startswith("%(count)s dzień"))
    assert [texts.ngettext(one, many, count) % {"count": count} for count in COUNTS] == [
        "1 dzień",
        "2 dni",
        "5 dni",
        "22 dni",
    ]


def test_english_has_two_forms() -> None:
    texts = compiled(catalogue("en"))
    wrong = {}
    for one, many in counted("en"):
        forms = [texts.ngettext(one, many, count) for count in COUNTS]
        if len(set(forms[1:])) != 1 or many in forms:
            wrong[one] = forms
    assert wrong == {}
    assert len(counted("en")) > 20
