"""What may still arrive after the close, sent in time: while it may, nobody decides about it."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from strefa.contest.applications.models import Application, Extension
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import timetable_of
from strefa.infra.database import db
from strefa.rules.lifecycle import Status, Step, steps_from

PATIENCE = timedelta(minutes=25)  # what began in time may still be on its way, or keep a place in the queue
SENDABLE = frozenset(one for one in Status if Step.SUBMIT in steps_from(one)) - {Status.CORRECTING}
"""The statuses from which a version sent in the call may come; mending defects has a term of its own."""


def may_come_until(application: Application, now: datetime) -> datetime | None:
    """Return until when another version of a sent application may arrive though its time is over; None when none can.

    Only one that is open for changes can be sent anew: opening a sent one after the close is refused.
    """
    if application.status not in SENDABLE:
        return None
    closes = [moment for moment in (_close_for_all(application.round, now), application.late_until) if moment]
    return _patient(max(closes), now) if closes else None


def round_may_grow_until(round_: Round, now: datetime) -> datetime | None:
    """Return until when something sent in time may arrive in a round whose call is over, exceptions included; or None.

    Two statements, however many applications there are.
    """
    mine = Application.round_id == round_.id, Application.status.in_(SENDABLE)
    waiting, late = db.session.execute(select(func.count(), func.max(Application.late_until)).where(*mine)).one()
    to_begin = db.session.scalar(
        select(func.max(Extension.until)).where(
            Extension.round_id == round_.id, Extension.organisation_id.is_not(None), Extension.application_id.is_(None)
        )
    )
    common = _close_for_all(round_, now) if waiting else None
    moments = [moment for moment in (common, late, to_begin) if moment]
    return _patient(max(moments), now) if moments else None


def _close_for_all(round_: Round, now: datetime) -> datetime | None:
    """Return when the call that is over was over, its grace included; None while one is open or before all."""
    times = timetable_of(round_)
    call = times.last_call(now)
    return None if call is None or times.call_is_open(now) else call.ends + times.grace


def _patient(close: datetime, now: datetime) -> datetime | None:
    until = close + PATIENCE
    return until if now < until else None
