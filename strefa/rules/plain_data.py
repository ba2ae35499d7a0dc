"""From frozen dataclasses to plain data (dict, list, str, int, bool) and back, with every error at once.

Forms, rubrics and rule sets are stored as JSON and exchanged as YAML; both go through this
file, so what a template may hold is exactly what the dataclasses say. A class may offer
`flaws()`, which yields what is wrong with its values though their types are right.
"""

import hashlib
import json
import re
import types
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, NewType, Protocol, TypeVar, Union, cast, get_args, get_origin, get_type_hints, runtime_checkable

from strefa.rules import timetable
from strefa.rules.refusal import Blocker, Reason, Refused

Grosze = NewType("Grosze", int)  # written in plain data as złote with two decimals: "8000.00"
LocalTime = NewType("LocalTime", str)  # wall clock of Warsaw as typed: "2027-02-11 15:00"

T = TypeVar("T")
_BROKEN: Any = object()
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INTEGER = re.compile(r"\d{1,12}")
_DECIMAL = re.compile(r"\d{1,12}(\.\d{1,6})?")
_ZLOTE = re.compile(r"\d{1,12}(\.\d{1,2})?")


@runtime_checkable
class _Checked(Protocol):
    def flaws(self) -> Iterable[Blocker]: ...


def as_data(thing: Any) -> Any:
    """Turn a dataclass into plain data; what equals its default is left out, so old hashes stay true."""
    return _written(type(thing), thing)


def canonical_json(thing: Any) -> str:
    """Write a dataclass as JSON that is the same text for equal values: sorted keys, no spaces."""
    return json.dumps(as_data(thing), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_hash(thing: Any) -> str:
    """Return the SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(thing).encode()).hexdigest()


def differences(one: Any, other: Any, at: str = "") -> list[str]:
    """List the paths at which two pieces of plain data differ, such as "frame.pool"; a list of another length whole."""
    if isinstance(one, dict) and isinstance(other, dict):
        left, right = cast("dict[str, Any]", one), cast("dict[str, Any]", other)
        parts = [(key, left.get(key), right.get(key)) for key in dict.fromkeys([*left, *right])]
    elif (
        isinstance(one, list)
        and isinstance(other, list)
        and len(cast("list[Any]", one)) == len(cast("list[Any]", other))
    ):
        pairs = zip(cast("list[Any]", one), cast("list[Any]", other), strict=True)
        parts = [(str(place), a, b) for place, (a, b) in enumerate(pairs)]
    else:
        return [] if one == other else [at]
    return [path for key, a, b in parts for path in differences(a, b, f"{at}.{key}".strip("."))]


def from_data(cls: type[T], data: Any) -> T:
    """Build a dataclass from plain data.

    Raises:
        Refused: with every error in the data, in its order; `at` is the path from the root,
            such as "form.sections.2.title.pl".
    """
    reader = _Reader()
    thing = reader.read(cls, data, "")
    if reader.blockers:
        raise Refused(*reader.blockers)
    return cast("T", thing)


def joined(*parts: object) -> str:
    """Join the parts of a path, leaving out the empty ones."""
    return ".".join(str(part) for part in parts if part != "")


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _inner(hint: Any) -> Any:
    """Return X for `X | None`, any other hint unchanged."""
    if get_origin(hint) in (types.UnionType, Union):
        return next(part for part in get_args(hint) if part is not types.NoneType)
    return hint


def _is_default(field: "Field[Any]", value: Any) -> bool:
    return field.default is not MISSING and value == field.default


def _written(hint: Any, value: Any) -> Any:
    hint = _inner(hint)
    if hint is Grosze and value is not None:
        return f"{value // 100}.{value % 100:02}"
    if is_dataclass(value):
        hints = _hints(type(value))
        kept = [f for f in fields(value) if not _is_default(f, getattr(value, f.name))]
        return {f.name: _written(hints[f.name], getattr(value, f.name)) for f in kept}
    if isinstance(value, tuple):
        return [_written(get_args(hint)[0], part) for part in cast("tuple[Any, ...]", value)]
    return _written_scalar(value)


def _written_scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return value


class _Reader:
    """Walks data beside the type hints and collects every error on the way."""

    def __init__(self) -> None:
        self.blockers: list[Blocker] = []

    def read(self, hint: Any, data: Any, at: str) -> Any:
        if data is None and hint is not _inner(hint):
            return None
        hint = _inner(hint)
        if is_dataclass(hint):
            return self._mapping(cast("type[Any]", hint), data, at)
        if get_origin(hint) is tuple:
            return self._list(get_args(hint)[0], data, at)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return self._enum(hint, data, at)
        return self._scalar(hint, data, at)

    def _wrong(self, reason: Reason, at: str, **values: Any) -> Any:
        key = at.rpartition(".")[2]
        self.blockers.append(Blocker(reason, at, {"key": key, **values}))
        return _BROKEN

    def _mapping(self, cls: type[Any], data: Any, at: str) -> Any:
        if not isinstance(data, Mapping):
            return self._wrong(Reason.TEMPLATE_NEEDS_KEYS, at)
        given = cast("Mapping[str, Any]", data)
        known = {f.name: f for f in fields(cls)}
        for key in given:
            if key not in known:
                self._wrong(Reason.TEMPLATE_UNKNOWN_KEY, joined(at, key), known=", ".join(known))
        hints = _hints(cls)
        read: dict[str, Any] = {}
        for name, field in known.items():
            if name in given:
                read[name] = self.read(hints[name], given[name], joined(at, name))
            elif field.default is MISSING and field.default_factory is MISSING:
                read[name] = self._wrong(Reason.TEMPLATE_MISSING_KEY, joined(at, name))
        if any(value is _BROKEN for value in read.values()):
            return _BROKEN
        return self._sound(cls(**read), at)

    def _sound(self, thing: Any, at: str) -> Any:
        if isinstance(thing, _Checked):
            for flaw in thing.flaws():
                where = joined(at, flaw.at)
                values = {"key": where.rpartition(".")[2], **flaw.values}
                self.blockers.append(replace(flaw, at=where, values=values))
        return thing

    def _list(self, hint: Any, data: Any, at: str) -> Any:
        if not isinstance(data, list):
            return self._wrong(Reason.TEMPLATE_NEEDS_LIST, at)
        parts = [self.read(hint, part, joined(at, i)) for i, part in enumerate(cast("list[Any]", data))]
        return _BROKEN if any(part is _BROKEN for part in parts) else tuple(parts)

    def _enum(self, hint: type[Enum], data: Any, at: str) -> Any:
        for member in hint:
            if member.value == data:
                return member
        known = ", ".join(str(member.value) for member in hint)
        return self._wrong(Reason.TEMPLATE_UNKNOWN_VALUE, at, value=str(data), known=known)

    def _scalar(self, hint: Any, data: Any, at: str) -> Any:
        needed, read = _SCALARS[hint]
        try:
            return read(data)
        except _Unfit:
            return self._wrong(needed, at, value=str(data))
        except _Impossible:
            return self._wrong(Reason.TEMPLATE_NO_SUCH_DATE, at, value=str(data))


class _Unfit(Exception):  # noqa: N818
    """The data is of another kind than asked for."""


class _Impossible(Exception):  # noqa: N818
    """A date or hour that the calendar does not have, or has twice."""


def _text(data: Any) -> str:
    if not isinstance(data, str):
        raise _Unfit
    return data


def _yes_no(data: Any) -> bool:
    if not isinstance(data, bool):
        raise _Unfit
    return data


def _integer(data: Any) -> int:
    if isinstance(data, bool) or not _INTEGER.fullmatch(str(data)):
        raise _Unfit
    return int(data)


def _decimal(data: Any) -> Decimal:
    if isinstance(data, bool) or not _DECIMAL.fullmatch(str(data)):
        raise _Unfit
    return Decimal(str(data))


def _grosze(data: Any) -> Grosze:
    if isinstance(data, bool) or not _ZLOTE.fullmatch(str(data)):
        raise _Unfit
    return Grosze(int(Decimal(str(data)) * 100))


def _date(data: Any) -> date:
    if not _DATE.fullmatch(str(data)):
        raise _Unfit
    try:
        return date.fromisoformat(str(data))
    except ValueError:
        raise _Impossible from None


def _local_time(data: Any) -> LocalTime:
    if not isinstance(data, str):
        raise _Unfit
    _date(data[:10])
    try:
        timetable.parse_local(data)
    except Refused:
        raise _Impossible from None
    return LocalTime(data)


_SCALARS: dict[Any, tuple[Reason, Any]] = {
    str: (Reason.TEMPLATE_NEEDS_TEXT, _text),
    bool: (Reason.TEMPLATE_NEEDS_YES_NO, _yes_no),
    int: (Reason.TEMPLATE_NEEDS_NUMBER, _integer),
    Decimal: (Reason.TEMPLATE_NEEDS_NUMBER, _decimal),
    Grosze: (Reason.TEMPLATE_NEEDS_AMOUNT, _grosze),
    date: (Reason.TEMPLATE_NEEDS_DATE, _date),
    LocalTime: (Reason.TEMPLATE_NEEDS_DATE, _local_time),
}
