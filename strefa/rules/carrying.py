"""Which answers of an earlier application a new form takes over: questions with the same key and kind."""

from collections.abc import Iterable
from typing import Any

from strefa.rules.answers import Answers, Row, chosen_of, rows_of, text_of
from strefa.rules.fields import WITH_ROWS, Column, Field, Kind, Option
from strefa.rules.formspec import FormSpec

LEFT = frozenset({Kind.DECLARATIONS, Kind.ATTACHMENTS})
DATES = frozenset({Kind.DATE, Kind.DATE_RANGE})


def carried(earlier: FormSpec, form: FormSpec, answers: Answers) -> dict[str, Any]:
    """Return the answers that a new form takes from those given to an earlier one, field key to value.

    Left out, since somebody has to say it anew: declarations (they are made for one round, by whoever sends),
    attachments (letters and offers are of their time), dates inside the time of work (the new round has another;
    rows of activities come without theirs), and choices that the new form does not offer. Limits are not judged: a
    text that has grown too long is taken whole, and the form says so.
    """
    known = {field.key: field for field in earlier.fields}
    taken: dict[str, Any] = {}
    for field in form.fields:
        before = known.get(field.key)
        if before and before.kind is field.kind and _may_be_taken(field) and (value := _value(before, field, answers)):
            taken[field.key] = value
    return taken


def _may_be_taken(field: Field) -> bool:
    return field.kind not in LEFT and not (field.inside_frame and field.kind in DATES)


def _value(before: Field, field: Field, answers: Answers) -> Any:
    """Return what is taken of one answer; something empty when there is nothing."""
    if field.kind in WITH_ROWS:
        return _rows(before, field, answers)
    if field.kind is Kind.DATE_RANGE:
        return answers.get(field.key)
    if field.kind is Kind.CHOICES:
        return [key for key in chosen_of(answers, field.key) if field.option(key)]
    given = text_of(answers, field.key)
    if field.kind in {Kind.CHOICE, Kind.YES_NO} and not field.is_choice_of(given):
        return ""
    return answers[field.key] if given else ""


def _rows(before: Field, field: Field, answers: Answers) -> list[dict[str, str]]:
    """Return the rows as they stood, empty ones among them too: a budget names activities by their place."""
    kinds = {column.key: column.kind for column in before.columns}
    shared = [column for column in field.columns if kinds.get(column.key) is column.kind]
    filled = dict(rows_of(answers, field.key))
    rows = [_row(field, shared, filled.get(place, {})) for place in range(max(filled, default=-1) + 1)]
    return rows if any(any(row.values()) for row in rows) else []


def _row(field: Field, columns: Iterable[Column], row: Row) -> dict[str, str]:
    return {column.key: _cell(field, column, row[column.key]) for column in columns if column.key in row}


def _cell(field: Field, column: Column, cell: str) -> str:
    """Return a cell; an empty one for a date inside the time of work and for what is not offered any more."""
    if field.inside_frame and column.kind in DATES:
        return ""
    offered: tuple[Option, ...] = column.options
    if field.kind is Kind.BUDGET and column.key == "group":
        offered = field.options
    return cell if not offered or cell in {option.key for option in offered} else ""
