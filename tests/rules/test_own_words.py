"""A reason is counted as it is kept: one form, nothing around it."""

import pytest

from strefa.rules.own_words import blockers_of_words
from strefa.rules.refusal import Blocker, Reason

SHORT = [Blocker(Reason.REASON_TOO_SHORT, "why", {"least": 5})]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", SHORT),
        ("     ", SHORT),
        ("powó\n\n\n", SHORT),
        ("powo\u0301d\u200b"[:5], SHORT),
        ("powód", []),
        ("  powód \r\n", []),
        ("p" * 12, []),
        ("p" * 13, [Blocker(Reason.ANSWER_TOO_LONG, "why", {"over": 1, "limit": 12})]),
        ("p\r\n" * 6 + "p", [Blocker(Reason.ANSWER_TOO_LONG, "why", {"over": 1, "limit": 12})]),
    ],
)
def test_from_least_to_most_and_spaces_around_do_not_count(text: str, expected: list[Blocker]) -> None:
    assert blockers_of_words(text, "why", least=5, most=12) == expected


def test_without_a_most_any_length_will_do() -> None:
    assert blockers_of_words("p" * 10_000, least=5) == []
