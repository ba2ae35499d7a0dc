"""Answers as they were typed, read without trust: a draft may hold anything, of any older form.

Nothing here refuses a shape: what is not text is empty, what is no list has no rows.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, cast

from strefa.rules import text
from strefa.rules.refusal import Blocker, Reason, Refused

Answers = Mapping[str, Any]
Row = Mapping[str, str]

_WHOLE = re.compile(r"[0-9]{1,12}")
_MINUS = ("-", "−", "–")
_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def typed(value: Any) -> str:
    """Return text without white space around it; anything that is not text is empty."""
    return whole(value).strip()


def whole(value: Any) -> str:
    """Return text with the white space around it, which counts in its length; blank text is empty."""
    written = text.normalised(value) if isinstance(value, str) else ""
    return written if written.strip() else ""


def text_of(answers: Answers, key: str) -> str:
    """Return the answer of a field that is one text, without white space around it."""
    return typed(answers.get(key))


def parts_of(answers: Answers, key: str) -> dict[str, str]:
    """Return the answer of a field that is named parts: a date range, declarations."""
    given = answers.get(key)
    if not isinstance(given, Mapping):
        return {}
    parts = cast("Mapping[Any, Any]", given)
    return {str(name): typed(part) for name, part in parts.items()}


def chosen_of(answers: Answers, key: str) -> tuple[str, ...]:
    """Return the keys chosen in a field of several choices, each once."""
    given = answers.get(key)
    if not isinstance(given, list | tuple):
        return ()
    return tuple(dict.fromkeys(filter(None, map(typed, cast("list[Any]", given)))))


def rows_of(answers: Answers, key: str) -> list[tuple[int, Row]]:
    """Return the rows that are not empty, each with its place (from 0) among all rows typed; cells are `whole`."""
    given = answers.get(key)
    if not isinstance(given, list | tuple):
        return []
    rows = [_row(row) for row in cast("list[Any]", given)]
    return [(place, row) for place, row in enumerate(rows) if any(row.values())]


def _row(given: Any) -> Row:
    if not isinstance(given, Mapping):
        return {}
    return {str(column): whole(cell) for column, cell in cast("Mapping[Any, Any]", given).items()}


def whole_number(raw: str, at: str = "") -> int:
    """Read a whole number from 0, spaces between thousands allowed.

    Raises:
        Refused: not a number, below zero, or not a whole one.
    """
    bare = re.sub(r"\s", "", raw)
    if _WHOLE.fullmatch(bare):
        return int(bare)
    whole = _DECIMAL.fullmatch(bare.replace(",", "."))
    raise Refused(Blocker(Reason.ANSWER_NOT_WHOLE if whole else _not_a_number(bare), at, {"typed": raw}))


def whole_number_or_none(raw: str) -> int | None:
    """Read a whole number as it was typed; None when it is none."""
    try:
        return whole_number(raw)
    except Refused:
        return None


def decimal_number(raw: str, at: str = "") -> Decimal:
    """Read a number from 0 with up to three decimals after a comma or a point.

    Raises:
        Refused: not such a number.
    """
    bare = re.sub(r"\s", "", raw).replace(",", ".")
    if not _DECIMAL.fullmatch(bare):
        raise Refused(Blocker(_not_a_number(bare), at, {"typed": raw}))
    return Decimal(bare)


def _not_a_number(bare: str) -> Reason:
    below = bare[:1] in _MINUS and _DECIMAL.fullmatch(bare[1:].replace(",", "."))
    return Reason.ANSWER_BELOW_ZERO if below else Reason.ANSWER_NOT_A_NUMBER


def day(raw: str, at: str = "") -> date:
    """Read a date as the browser writes it: 2027-05-01.

    Raises:
        Refused: not a date, or one the calendar does not have.
    """
    try:
        if _DAY.fullmatch(raw):
            return date.fromisoformat(raw)
    except ValueError:
        pass
    raise Refused(Blocker(Reason.ANSWER_NOT_A_DATE, at, {"typed": raw}))
