"""What can be wrong with one typed answer or one cell of a table, by its kind."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from strefa.rules import answers as reading
from strefa.rules import identifiers, money, text
from strefa.rules.answers import Row
from strefa.rules.facts import Facts
from strefa.rules.fields import IDENTIFIERS, Column, Field, Kind
from strefa.rules.refusal import Blocker, Reason, Refused


def text_problems(field: Field, raw: str, facts: Facts) -> Iterator[Blocker]:
    """Yield what is wrong with the answer of a field that is one text; `raw` is as typed and not blank."""
    yield from _too_long(raw, field.limit, field.key)
    raw = raw.strip()
    match field.kind:
        case Kind.DATE:
            yield from day_problems(raw, field.key, facts, inside_frame=field.inside_frame)
        case Kind.CHOICE:
            if field.option(raw) is None:
                yield Blocker(Reason.ANSWER_NOT_OFFERED, field.key, {"typed": raw})
        case Kind.NUMBER:
            yield from _number(raw, field)
        case kind:
            yield from _of_kind(kind, raw, field.key)


def cell_problems(field: Field, column: Column, row: Row, at: str, facts: Facts) -> Iterator[Blocker]:
    """Yield what is wrong with one cell of a row that is not empty."""
    raw = row.get(column.key, "")
    if field.kind is Kind.BUDGET and column.key == "total":
        return  # computed, never typed
    if not raw:
        if column.required:
            yield Blocker(Reason.ANSWER_MISSING, at)
        return
    yield from _too_long(raw, column.limit, at)
    raw = raw.strip()
    options = field.options if column.key == "group" and field.kind is Kind.BUDGET else column.options
    match column.kind:
        case Kind.DATE:
            yield from day_problems(raw, at, facts, inside_frame=field.inside_frame)
        case Kind.CHOICE:
            if raw not in {option.key for option in options}:
                yield Blocker(Reason.ANSWER_NOT_OFFERED, at, {"typed": raw})
        case kind:
            yield from _of_kind(kind, raw, at)


def day_problems(raw: str, at: str, facts: Facts, *, inside_frame: bool) -> Iterator[Blocker]:
    """Yield why this is no date, or why it lies outside the round's time of work."""
    try:
        day = reading.day(raw, at)
    except Refused as refused:
        yield from refused.blockers
        return
    if inside_frame and facts.work_from and day < facts.work_from:
        yield Blocker(Reason.DATE_BEFORE_FRAME, at, {"day": day, "first": facts.work_from})
    if inside_frame and facts.work_to and day > facts.work_to:
        yield Blocker(Reason.DATE_AFTER_FRAME, at, {"day": day, "last": facts.work_to})


def _too_long(raw: str, limit: int | None, at: str) -> Iterator[Blocker]:
    length = text.length(raw)
    if limit is not None and length > limit:
        values = {"length": length, "limit": limit, "over": length - limit}
        yield Blocker(Reason.ANSWER_TOO_LONG, at, values)


def _number(raw: str, field: Field) -> Iterator[Blocker]:
    try:
        number = reading.whole_number(raw, field.key)
    except Refused as refused:
        yield from refused.blockers
        return
    if field.least is not None and number < field.least:
        yield Blocker(Reason.ANSWER_TOO_SMALL, field.key, {"typed": raw, "least": field.least})
    if field.most is not None and number > field.most:
        yield Blocker(Reason.ANSWER_TOO_LARGE, field.key, {"typed": raw, "most": field.most})


def _of_kind(kind: Kind, raw: str, at: str) -> Iterator[Blocker]:
    try:
        if kind in IDENTIFIERS:
            identifiers.checked(kind.value, raw, at)
        elif kind in _READERS:
            _READERS[kind](raw, at)
    except Refused as refused:
        yield from refused.blockers


def _yes_no(raw: str, at: str) -> None:
    if raw not in {"yes", "no"}:
        raise Refused(Blocker(Reason.ANSWER_NOT_OFFERED, at, {"typed": raw}))


def _link(raw: str, at: str) -> None:
    """Only web addresses: a page shows the link, and another scheme could run in it."""
    try:
        parts = urlsplit(raw)
        sound = parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and not any(map(str.isspace, raw))
    except ValueError:
        sound = False
    if not sound:
        raise Refused(Blocker(Reason.ANSWER_NOT_A_LINK, at, {"typed": raw}))


_READERS: dict[Kind, Callable[[str, str], object]] = {
    Kind.NUMBER: reading.whole_number,
    Kind.DECIMAL: reading.decimal_number,
    Kind.MONEY: money.parse,
    Kind.YES_NO: _yes_no,
    Kind.LINK: _link,
}
