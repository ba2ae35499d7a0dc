"""Answers on their way between a page and the store: what a browser sent, and what its fields are called.

Names are the contract with the scripts: `field`, `field-part`, `field-0-column`. Nothing is judged
here: whatever was typed is kept.
"""

import re
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from strefa.rules.fields import Field, Kind
from strefa.rules.formspec import Section
from strefa.rules.text import normalised

TICKED = "y"
_CELL = re.compile(r"([a-z][a-z0-9_]*)-([0-9]{1,4})-([a-z0-9_]+)")


def typed(section: Section, sent: MultiDict[str, str]) -> dict[str, Any]:
    """Read the answers of a section from a sent form; a field that the form did not carry is left out.

    Ticks are the exception, since a browser sends nothing for an empty box. Rows left wholly empty
    at the end go.
    """
    rows = _rows(sent)
    read = {field.key: _answer(field, sent, rows) for field in section.fields if field.kind is not Kind.ATTACHMENTS}
    return {key: answer for key, answer in read.items() if answer is not None}


def _answer(field: Field, sent: MultiDict[str, str], rows: Mapping[str, dict[int, dict[str, str]]]) -> Any:
    key = field.key
    match field.kind:
        case Kind.TABLE | Kind.BUDGET:
            return _table(field, rows[key]) if key in rows else None
        case Kind.DECLARATIONS:
            return {d.key: d.version for d in field.declarations if f"{key}-{d.key}" in sent}
        case Kind.CHOICES:
            return [normalised(value) for value in sent.getlist(key)]
        case Kind.DATE_RANGE:
            days = {part: normalised(sent.get(f"{key}-{part}", "")) for part in ("from", "to")}
            return days if f"{key}-from" in sent else None
        case _:
            return normalised(sent[key]) if key in sent else None


def columns_of(field: Field) -> list[str]:
    """List the columns that are typed; a budget's row total is computed."""
    return [column.key for column in field.columns if (field.kind, column.key) != (Kind.BUDGET, "total")]


def _rows(sent: Mapping[str, str]) -> dict[str, dict[int, dict[str, str]]]:
    found: dict[str, dict[int, dict[str, str]]] = {}
    for name, value in sent.items():
        if cell := _CELL.fullmatch(name):
            found.setdefault(cell[1], {}).setdefault(int(cell[2]), {})[cell[3]] = value
    return found


def _table(field: Field, rows: Mapping[int, Mapping[str, str]]) -> list[dict[str, str]]:
    columns = columns_of(field)
    table = [{column: normalised(rows[place].get(column, "")) for column in columns} for place in sorted(rows)]
    while table and not any(table[-1].values()):
        table.pop()
    return table


def flat(section: Section, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """Write answers as a browser sends them: every name of the section's fields, with its values."""
    sent: dict[str, list[str]] = {}
    for field in section.fields:
        if field.kind is not Kind.ATTACHMENTS:
            sent |= _flat(field, answers.get(field.key))
    return sent


def _flat(field: Field, value: Any) -> dict[str, list[str]]:
    key = field.key
    match field.kind:
        case Kind.TABLE | Kind.BUDGET:
            rows: list[Mapping[str, str]] = value if isinstance(value, list) and value else [{}]
            return {
                f"{key}-{place}-{column}": [row.get(column, "")]
                for place, row in enumerate(rows)
                for column in columns_of(field)
            }
        case Kind.DECLARATIONS:
            given = value if isinstance(value, dict) else {}
            return {f"{key}-{d.key}": [TICKED] if given.get(d.key) == d.version else [] for d in field.declarations}
        case Kind.DATE_RANGE:
            given = value if isinstance(value, dict) else {}
            return {f"{key}-{part}": [given.get(part, "")] for part in ("from", "to")}
        case Kind.CHOICES:
            return {key: list(value) if isinstance(value, list) else []}
        case _:
            return {key: [value] if isinstance(value, str) else [""]}


def with_rows_changed(answers: dict[str, Any], change: str) -> dict[str, Any]:
    """Take away the row that a button without a script names: `remove:NAME:INDEX`."""
    verb, _, rest = change.partition(":")
    name, _, place = rest.partition(":")
    rows = answers.get(name)
    if verb == "remove" and isinstance(rows, list):
        return {**answers, name: [row for index, row in enumerate(rows) if str(index) != place]}
    return answers


def joined(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Join two people's answers: what one alone changed is taken, what both changed is listed by its key."""
    together, disputed = dict(mine), []
    for key in mine.keys() | theirs.keys():
        was, here, there = base.get(key), mine.get(key), theirs.get(key)
        if here == there or _same(there, was):
            continue
        if _same(here, was):
            together[key] = there
        else:
            disputed.append(key)
    return together, disputed


def _same(one: Any, other: Any) -> bool:
    return one == other or not (one or other)
