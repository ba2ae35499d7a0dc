"""When people are reminded of a draft that is not sent yet."""

from datetime import datetime, timedelta

STEPS = (6, 48, 168)  # hours before the close, the last reminder first


def due_reminder(closes: datetime, begun: datetime, last: int | None, now: datetime) -> int | None:
    """Return which reminder of a draft is due, in hours before the close; None when none is.

    Only the latest one whose moment has come counts: who was not reminded in time, since nothing ran, is not told
    twice in one day. A draft that was begun after that moment needs no reminder of it.

    Args:
        closes: the end of the call.
        begun: when the draft was begun.
        last: the reminder that went out last.

    >>> from datetime import UTC
    >>> noon = datetime(2027, 2, 11, 12, tzinfo=UTC)
    >>> due_reminder(noon, noon - timedelta(days=30), None, noon - timedelta(days=2))
    48
    >>> due_reminder(noon, noon - timedelta(days=30), 48, noon - timedelta(days=1))
    """
    if now >= closes:
        return None
    for hours in STEPS:
        moment = closes - timedelta(hours=hours)
        if moment <= now:
            return hours if moment > begun and (last is None or hours < last) else None
    return None
