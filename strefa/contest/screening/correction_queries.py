"""Reading correction requests: what was asked of an application, what may be asked, whose time is over."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from strefa.contest.applications.models import Application, Submission
from strefa.contest.rounds.queries import template_of, timetable_of
from strefa.contest.screening.models import CorrectionRequest
from strefa.contest.screening.queries import machine
from strefa.infra.database import db
from strefa.infra.journal import Entry
from strefa.rules import corrections
from strefa.rules.corrections import Item
from strefa.rules.formspec import FormSpec
from strefa.rules.lifecycle import Status
from strefa.rules.refusal import Blocker

TELLING = ("request_corrections", "extend_corrections", "remind_corrections")
"""Deeds that write to the applicant about a term: whoever was written to since needs no reminder of it."""
LONGEST_AHEAD = timedelta(days=14)  # a working day before a term may be so far, over holidays


def requests_of(application: Application) -> list[CorrectionRequest]:
    """List what was asked of an application, the newest first, also what was taken back."""
    asked = select(CorrectionRequest).where(CorrectionRequest.application_id == application.id)
    return list(db.session.scalars(asked.order_by(CorrectionRequest.id.desc())))


def standing_request(application: Application) -> CorrectionRequest | None:
    """Return the newest request that was not taken back."""
    return next((one for one in requests_of(application) if one.cancelled_at is None), None)


def request_by_id(request_id: int) -> CorrectionRequest | None:
    """Return one request."""
    return db.session.get(CorrectionRequest, request_id)


def answer_to(application: Application, request: CorrectionRequest) -> Submission | None:
    """Return the version that was sent in answer to a request; None while there is none."""
    later = (one for one in application.submissions if one.corrects and one.sent_at >= request.sent_at)
    return next(later, None)


def asked_before(application: Application) -> int:
    """Count the requests that stand, answered or not."""
    return sum(one.cancelled_at is None for one in requests_of(application))


def mendable(application: Application) -> list[str]:
    """List the keys of the criteria whose defects the round lets be mended in this application, in its order."""
    return [word.key for word in machine(application, application.submissions[-1]) if word.mendable]


def found_by_machine(application: Application, spec: FormSpec) -> dict[str, tuple[str, list[Blocker]]]:
    """Return what the machine finds wrong and may be mended: by field, the criterion and the problems."""
    keys = {field.key for field in spec.fields}
    found: dict[str, tuple[str, list[Blocker]]] = {}
    for word in machine(application, application.submissions[-1]):
        for blocker in word.blockers if word.mendable else ():
            field = blocker.at.partition(".")[0]
            if field in keys:
                found.setdefault(field, (word.key, []))[1].append(blocker)
    return found


def not_mendable(application: Application) -> list[str]:
    """List the keys of the criteria that the machine finds unmet and that no correction can mend."""
    said = machine(application, application.submissions[-1])
    return [word.key for word in said if word.passed is False and not word.mendable]


def deadline(application: Application, now: datetime) -> datetime:
    """Return until when a request sent now would let defects be mended, exclusive."""
    plan = template_of(application.round).timetable
    return corrections.deadline(plan.in_utc(), now, plan.correction_days)


def items_of(request: CorrectionRequest) -> list[Item]:
    """Return what a request asks."""
    return corrections.items_of(request.items)


def overdue(now: datetime, patience: timedelta) -> list[str]:
    """List the public ids of applications whose time for mending is over; one statement.

    Args:
        patience: how long an upload that began in time may take to arrive.
    """
    late = Application.status == Status.CORRECTING, Application.correct_by <= now - patience
    return list(db.session.scalars(select(Application.public_id).where(*late).order_by(Application.id)))


def to_remind(now: datetime, *which: ColumnElement[bool]) -> list[str]:
    """List the public ids of applications whose applicants are to be reminded of the term now; two statements.

    Args:
        which: what else narrows them down, such as to one whose lock is held: the others are not looked at then.
    """
    soon = Application.correct_by > now, Application.correct_by <= now + LONGEST_AHEAD
    mended = select(Application).where(Application.status == Status.CORRECTING, *soon, *which)
    found = db.session.scalars(mended.options(joinedload(Application.round)).order_by(Application.id)).all()
    due = {f"application:{one.public_id}": at for one in found if (at := _reminded_at(one)) and at <= now}
    said = select(Entry.subject, func.max(Entry.at)).where(Entry.verb.in_(TELLING), Entry.subject.in_(due))
    told = {subject: at for subject, at in db.session.execute(said.group_by(Entry.subject))} if due else {}
    return [subject.partition(":")[2] for subject, at in due.items() if subject not in told or told[subject] < at]


def _reminded_at(application: Application) -> datetime | None:
    until = application.correct_by
    return corrections.reminder_at(timetable_of(application.round), until) if until else None
