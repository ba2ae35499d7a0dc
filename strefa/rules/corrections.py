"""Mending defects on request: what is asked, until when, and what stands in the way of sending it anew."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Any

from strefa.rules.formspec import FormSpec
from strefa.rules.refusal import Blocker
from strefa.rules.timetable import WARSAW, Timetable, end_of, is_working_day, shown_close

REMINDED_AT = time(8)  # of Warsaw: read on the working day before the last one
SHORTEST_NOTE = 10  # characters of what is wrong and how to mend it


@dataclass(frozen=True)
class Item:
    """One defect to mend: the formal criterion, the field that opens, what is wrong and how to mend it.

    Without a field the application is only to be sent anew, say by somebody who is entitled to.
    """

    criterion: str
    field: str
    note: str

    def as_data(self) -> dict[str, str]:
        """Return the item as plain data."""
        return asdict(self)


def items_of(data: Iterable[Mapping[str, Any]]) -> list[Item]:
    """Read items back from plain data."""
    return [Item(one["criterion"], one["field"], one["note"]) for one in data]


def unlocked_by(items: Iterable[Item]) -> list[str]:
    """List the fields that open, each once, in the order of the items."""
    return list(dict.fromkeys(item.field for item in items if item.field))


def deadline(timetable: Timetable, now: datetime, days: int) -> datetime:
    """Return the exclusive end of a term of so many working days that begins the day after `now` in Warsaw."""
    return end_of(timetable.working_days_after(now.astimezone(WARSAW).date(), days))


def reminder_at(timetable: Timetable, until: datetime) -> datetime:
    """Return when people are reminded of a term: in the morning of the working day before its last day."""
    day = shown_close(until).date() - timedelta(days=1)
    while not is_working_day(day, timetable.days_off):
        day -= timedelta(days=1)
    return datetime.combine(day, REMINDED_AT, WARSAW).astimezone(until.tzinfo)


def standing_in_the_way(
    now_found: Sequence[Blocker], before: Collection[Blocker], unlocked: Collection[str]
) -> list[Blocker]:
    """List the problems that keep corrections from being sent: those of open fields, and those that came with them.

    What was wrong elsewhere when the application was sent cannot be mended now, so it stops nobody.
    """
    return [blocker for blocker in now_found if blocker.at.partition(".")[0] in unlocked or blocker not in before]


def sections_of(spec: FormSpec, items: Sequence[Item]) -> list[tuple[str, list[Item]]]:
    """Group items by the section of their field, in form order; those without a field come first, under ""."""
    order = {field.key: place for place, field in enumerate(spec.fields)}
    grouped: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda item: order.get(item.field, -1)):
        grouped.setdefault(spec.section_of(item.field).key if item.field else "", []).append(item)
    return list(grouped.items())
