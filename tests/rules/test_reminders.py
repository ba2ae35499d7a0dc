from datetime import UTC, datetime, timedelta

import pytest

from strefa.rules.reminders import due_reminder

CLOSES = datetime(2027, 2, 11, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("begun", "last", "left", "due"),
    [
        (700, None, 168.01, None),
        (700, None, 168, 168),
        (700, 168, 100, None),
        (700, 168, 48, 48),
        (700, None, 30, 48),  # nothing ran for days: the first one is not sent late
        (700, 48, 6, 6),
        (700, 6, 1, None),
        (700, None, 0, None),
        (700, None, -1, None),
        (100, None, 90, None),  # begun after the seven days: not told at once
        (100, None, 48, 48),
        (48, None, 48, None),
        (5, None, 1, None),
    ],
)
def test_the_last_reminder_whose_time_has_come_is_due_once(
    begun: float, last: int | None, left: float, due: int | None
):
    moments = [CLOSES - timedelta(hours=hours) for hours in (begun, left)]
    assert due_reminder(CLOSES, moments[0], last, moments[1]) == due
