"""Where a round stands, read over every stage: the counts on the first page of its office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from strefa.contest.applications.models import Application
from strefa.contest.applications.queries import STANDS
from strefa.contest.decisions.models import Proposal
from strefa.contest.jury.models import Assignment, AssignmentKind, AssignmentPlan, CardStatus, JuryMember, ScoreCard
from strefa.contest.people.models import Invitation
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import template_of
from strefa.infra.database import db
from strefa.rules.lifecycle import UNCHECKED, Status
from strefa.rules.policy import Role


@dataclass(frozen=True)
class Standing:
    """A round at a glance.

    `cards` are expected and `submitted` in; `complete` applications have all of theirs, `lacking` ones
    fewer jurors than they need; `thirds` are third cards awaited. Of the `invitations` to the jury that
    nobody has answered, `expired` ones cannot be answered any more. `plan` is the address id of a
    proposed assignment that nobody has applied; `proposal` the decisions that stand, `returned` those
    that came back, when none stand since.
    """

    statuses: Mapping[Status, int]
    cards: int
    submitted: int
    complete: int
    lacking: int
    thirds: int
    jurors: int
    invitations: int
    expired: int
    plan: str
    proposal: Proposal | None
    returned: Proposal | None

    @property
    def assessed(self) -> int:
        """How many applications the jury judges."""
        return self.statuses.get(Status.ELIGIBLE, 0)

    @property
    def unchecked(self) -> int:
        """How many wait for the formal check."""
        return sum(self.statuses.get(status, 0) for status in UNCHECKED)

    @property
    def correcting(self) -> int:
        """How many are being mended on request."""
        return self.statuses.get(Status.CORRECTING, 0)

    @property
    def sent(self) -> int:
        """How many sent versions count, those being mended too."""
        return self.checked + self.unchecked + self.correcting

    @property
    def checked(self) -> int:
        """How many have passed or failed the formal check, or were left since nobody mended them."""
        return self.assessed + sum(self.statuses.get(one, 0) for one in (Status.INELIGIBLE, Status.UNCONSIDERED))


def standing_of(round_: Round, now: datetime) -> Standing:
    """Count where a round stands: six statements, however large it is."""
    rows, needed = _cards(round_), template_of(round_).scoring.jury.cards
    invitations, expired = _unanswered(round_, now)
    newest = db.session.scalar(
        select(Proposal)
        .where(Proposal.round_id == round_.id)
        .order_by(Proposal.returned_at.is_not(None), Proposal.id.desc())  # the one that stands comes first
        .limit(1)
    )
    return Standing(
        statuses=_statuses(round_),
        cards=sum(row.expected for row in rows),
        submitted=sum(row.submitted for row in rows),
        complete=sum(row.expected == row.submitted and row.submitted >= needed for row in rows),
        lacking=sum(row.expected - row.thirds < needed for row in rows),
        thirds=sum(row.thirds - row.thirds_in for row in rows),
        jurors=_count(select(JuryMember.id).where(JuryMember.round_id == round_.id, JuryMember.left_at.is_(None))),
        invitations=invitations,
        expired=expired,
        plan=_plan(round_),
        proposal=None if newest is None or newest.returned_at else newest,
        returned=newest if newest and newest.returned_at else None,
    )


def _count(rows: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _unanswered(round_: Round, now: datetime) -> tuple[int, int]:
    """Count the invitations to the jury that nobody has answered, and the expired ones among them."""
    asked = Invitation.round_id == round_.id, Invitation.role == Role.JUROR, Invitation.claimed_at.is_(None)
    expired = func.count().filter(Invitation.expires_at <= now)
    whole, late = db.session.execute(select(func.count(), expired).select_from(Invitation).where(*asked)).one()
    return whole, late


def _statuses(round_: Round) -> dict[Status, int]:
    rows = db.session.execute(
        select(Application.status, func.count())
        .where(Application.round_id == round_.id, STANDS)
        .group_by(Application.status)
    )
    return {status: count for status, count in rows}


def _cards(round_: Round) -> Sequence[Any]:
    """Count, for each application that the jury judges, the cards expected and submitted, thirds apart."""
    third, done = Assignment.kind == AssignmentKind.THIRD, ScoreCard.status == CardStatus.SUBMITTED
    return db.session.execute(
        select(
            func.count(Assignment.id).label("expected"),
            func.count(ScoreCard.id).filter(done).label("submitted"),
            func.count(Assignment.id).filter(third).label("thirds"),
            func.count(ScoreCard.id).filter(third, done).label("thirds_in"),
        )
        .select_from(Application)
        .outerjoin(Assignment, (Assignment.application_id == Application.id) & Assignment.ended_at.is_(None))
        .outerjoin(ScoreCard, ScoreCard.assignment_id == Assignment.id)
        .where(Application.round_id == round_.id, Application.status == Status.ELIGIBLE)
        .group_by(Application.id)
    ).all()


def _plan(round_: Round) -> str:
    newest = db.session.execute(
        select(AssignmentPlan.public_id, AssignmentPlan.applied_at)
        .where(AssignmentPlan.round_id == round_.id)
        .order_by(AssignmentPlan.id.desc())
        .limit(1)
    ).one_or_none()
    return newest.public_id if newest and newest.applied_at is None else ""
