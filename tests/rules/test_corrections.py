"""Mending defects on request: the term in working days, and what stands in the way of sending."""

from datetime import UTC, date, datetime

import pytest

from strefa.rules.corrections import Item, deadline, items_of, standing_in_the_way, unlocked_by
from strefa.rules.refusal import Blocker, Reason
from strefa.rules.timetable import Timetable


@pytest.mark.parametrize(
    ("sent", "days", "ends"),
    [
        (datetime(2027, 2, 15, 11, tzinfo=UTC), 3, datetime(2027, 2, 18, 23, tzinfo=UTC)),
        (datetime(2027, 2, 15, 23, 30, tzinfo=UTC), 3, datetime(2027, 2, 19, 23, tzinfo=UTC)),  # in Warsaw the 16th
        (datetime(2027, 2, 19, 11, tzinfo=UTC), 1, datetime(2027, 2, 22, 23, tzinfo=UTC)),  # over a weekend
        (datetime(2027, 3, 25, 11, tzinfo=UTC), 2, datetime(2027, 3, 30, 22, tzinfo=UTC)),  # Easter, clocks changed
    ],
)
def test_the_term_ends_with_a_working_day_in_warsaw(sent: datetime, days: int, ends: datetime) -> None:
    assert deadline(Timetable(()), sent, days) == ends


def test_the_rounds_own_days_off_do_not_count() -> None:
    times = Timetable((), frozenset({date(2027, 2, 17)}))
    sent = datetime(2027, 2, 15, 11, tzinfo=UTC)
    assert deadline(times, sent, 3) == datetime(2027, 2, 19, 23, tzinfo=UTC)


def test_only_what_can_be_mended_or_came_with_the_mending_stands_in_the_way() -> None:
    old = Blocker(Reason.ANSWER_MISSING, "c1_need")
    came = Blocker(Reason.BUDGET_ACTIVITY_UNKNOWN, "g1_budget.0.activity")
    opened = Blocker(Reason.ANSWER_MISSING, "b1_title")
    assert standing_in_the_way([old, came, opened], [old, opened], {"b1_title"}) == [came, opened]
    cell = Blocker(Reason.ANSWER_MISSING, "d1_activities.0.what")
    assert standing_in_the_way([cell], [cell], {"d1_activities"}) == [cell], "a cell belongs to its field"


def test_items_come_back_from_plain_data_and_open_each_field_once() -> None:
    items = [Item("F3", "b1_title", "Raz."), Item("F10", "", "Całość."), Item("F11", "b1_title", "Dwa.")]
    assert items_of(item.as_data() for item in items) == items
    assert unlocked_by(items) == ["b1_title"]
