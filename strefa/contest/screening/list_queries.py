"""Reading the published results of the formal check, and what of them an applicant may know."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import and_, exists, or_, select

from strefa.contest.applications.models import Application, Submission
from strefa.contest.rounds.models import Round
from strefa.contest.screening.models import FormalCheck, FormalList
from strefa.infra.database import db
from strefa.rules.lifecycle import Status

LISTED = (Status.ELIGIBLE, Status.INELIGIBLE, Status.UNCONSIDERED)
"""The statuses that the list tells of: how the formal check ended."""

OPEN = frozenset({Status.SUBMITTED, Status.CORRECTED, Status.ELIGIBLE, Status.INELIGIBLE})
"""The statuses between which an applicant sees no difference before she is told."""

_TOLD = or_(
    Round.results_published_at.is_not(None),
    exists()
    .where(
        FormalList.round_id == Application.round_id,
        FormalCheck.application_id == Application.id,
        FormalCheck.passed.is_not(None),
        FormalCheck.decided_at <= FormalList.published_at,
    )
    .correlate(Application),
)
_CORRECTED = (
    exists().where(and_(Submission.application_id == Application.id, Submission.corrects)).correlate(Application)
)


def newest_list(round_: Round) -> FormalList | None:
    """Return the list that was published last; None before the first."""
    mine = select(FormalList).where(FormalList.round_id == round_.id)
    return db.session.scalar(mine.order_by(FormalList.version.desc()).limit(1))


def list_by_id(list_id: int) -> FormalList | None:
    """Return one published list."""
    return db.session.get(FormalList, list_id)


def ended(round_: Round) -> Sequence[Application]:
    """List the applications whose formal check has ended, by number."""
    mine = select(Application).where(Application.round_id == round_.id, Application.status.in_(LISTED))
    return db.session.scalars(mine.order_by(Application.number)).all()


def rows_of(applications: Sequence[Application]) -> list[dict[str, Any]]:
    """Return what the list tells of applications, as plain data."""
    return [
        {
            "number": one.number, "applicant": one.applicant_name, "title": one.title,
            "voivodeship": one.voivodeship, "status": one.status.value,
        }
        for one in applications
    ]  # fmt: skip


def untold(round_: Round) -> Sequence[Application]:
    """List the applications whose check has ended and whose applicants have not been told by any list."""
    mine = select(Application).join(Application.round).where(Application.round_id == round_.id, ~_TOLD)
    judged = mine.where(Application.status.in_((Status.ELIGIBLE, Status.INELIGIBLE)))
    return db.session.scalars(judged.order_by(Application.number)).all()


def told_by(application: Application, check: FormalCheck) -> FormalList | None:
    """Return the list that first told the outcome of a check; None when none has."""
    if check.decided_at is None:
        return None
    later = FormalList.round_id == application.round_id, FormalList.published_at >= check.decided_at
    return db.session.scalar(select(FormalList).where(*later).order_by(FormalList.version).limit(1))


def known_to_applicant(applications: Collection[Application]) -> dict[int, Status]:
    """Return where applications stand as far as their applicants may know, by id: one statement.

    How the formal check ended shows once a list or the results are published; until then an application is what
    it was when it was last sent.
    """
    hidden = [one.id for one in applications if one.status in OPEN]
    asked = select(Application.id, _TOLD, _CORRECTED).join(Application.round).where(Application.id.in_(hidden))
    found = {row[0]: (row[1], row[2]) for row in db.session.execute(asked)} if hidden else {}
    return {one.id: _known(one.status, *found.get(one.id, (True, False))) for one in applications}


def _known(status: Status, told: bool, corrected: bool) -> Status:
    if status not in OPEN or (told and status in LISTED):
        return status
    return Status.CORRECTED if corrected else Status.SUBMITTED
