"""Every refusal and every state has its words, in both languages."""

from enum import StrEnum
from typing import Any

import pytest
from flask import Flask
from flask_babel import get_translations

from strefa.infra.i18n import force_locale
from strefa.outputs.names import NAMES, named
from strefa.outputs.plural import Plural
from strefa.outputs.words import WORDS, in_words
from strefa.rules.policy import May
from strefa.rules.refusal import Blocker, Reason
from tests.pages import POLISH


def test_every_reason_has_its_sentence() -> None:
    assert [reason for reason in Reason if reason not in WORDS] == []


def test_every_reason_is_said_in_both_languages(app: Flask) -> None:
    """A sentence is Polish in Polish, and holds no Polish letter in English; a counted one has its forms."""
    said: dict[str, dict[Reason, str]] = {}
    for language in ("pl", "en"):
        with app.test_request_context(), force_locale(language):
            said[language] = {reason: written(words) for reason, words in WORDS.items()}
    assert [reason for reason, text in said["en"].items() if POLISH.search(text)] == []
    assert [reason for reason in WORDS if said["pl"][reason] == said["en"][reason]] == []


def written(words: Any) -> str:
    """Return a sentence before its figures are put in."""
    if isinstance(words, Plural):
        return get_translations().ngettext(words.singular, words.plural, 5)
    return str(words)


@pytest.mark.parametrize("kind", NAMES)
def test_every_state_has_its_name(kind: type[StrEnum]) -> None:
    assert [member for member in kind if member not in NAMES[kind]] == []


def test_states_of_the_same_value_keep_their_own_names(app: Flask) -> None:
    from strefa.contest.jury.models import CardStatus
    from strefa.rules.lifecycle import Status

    with app.test_request_context(), force_locale("pl"):
        assert (named(Status.DRAFT), named(CardStatus.DRAFT)) == ("wersja robocza", "w przygotowaniu")


def test_every_permission_names_somebody() -> None:
    from strefa.rules.policy import WAYS

    assert set(WAYS) == set(May)


def test_a_counted_refusal_takes_the_right_polish_form(app: Flask) -> None:
    with app.test_request_context(), force_locale("pl"):
        said = [in_words(Blocker(Reason.ANSWER_TOO_LONG, "c1", {"over": n, "limit": 800})) for n in (1, 2, 5, 22)]
    assert [next(word for word in text.split() if word.startswith("znak")).rstrip(".,") for text in said] == [
        "znak",
        "znaki",
        "znaków",
        "znaki",
    ]


def test_a_number_of_people_is_written_as_people_write_it(app: Flask) -> None:
    fits = Blocker(Reason.FORMAL_TERRITORY_FITS, "", {"voivodeship": "lubelskie", "population": 41000})
    for language, written_as in (("pl", "41 000"), ("en", "41,000")):
        with app.test_request_context(), force_locale(language):
            assert written_as in in_words(fits).replace("\xa0", " ")
