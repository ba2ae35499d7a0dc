"""Every refusal and every state has its words, in both languages."""

from enum import StrEnum

import pytest
from flask import Flask

from strefa.infra.i18n import force_locale
from strefa.outputs.names import NAMES, named
from strefa.outputs.words import WORDS, in_words
from strefa.rules.policy import May
from strefa.rules.refusal import Blocker, Reason


def test_every_reason_has_its_sentence() -> None:
    assert [reason for reason in Reason if reason not in WORDS] == []


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
