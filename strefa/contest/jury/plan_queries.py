"""Reading plans of the assignment: proposed ones, and what an applied one changed."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select

from strefa.contest.applications.models import Application
from strefa.contest.jury.models import DEALT_ANEW, Assignment, AssignmentKind, AssignmentPlan
from strefa.contest.jury.panel_queries import pair_of
from strefa.infra.database import db
from strefa.rules.assignment import Pair
from strefa.rules.lifecycle import Status


def plan_by_public_id(public_id: str) -> AssignmentPlan | None:
    """Return a proposed assignment by its address id."""
    return db.session.scalar(select(AssignmentPlan).where(AssignmentPlan.public_id == public_id))


def applied_changes(plan: AssignmentPlan) -> tuple[frozenset[Pair], frozenset[Pair]]:
    """Return the pairs that an applied plan began and those that it ended: both bear its instant ever since."""
    began, ended = Assignment.created_at == plan.applied_at, Assignment.ended_at == plan.applied_at
    dealt = ended & (Assignment.ended_because == DEALT_ANEW)
    rows = db.session.execute(
        select(Assignment.application_id, Assignment.juror_id, dealt.label("ended")).where(
            Assignment.round_id == plan.round_id, (began & (Assignment.kind == AssignmentKind.FIRST)) | dealt
        )
    ).all()
    planned = {(str(application), str(juror)) for application, juror in plan.pairs}
    pairs = frozenset(pair_of(row) for row in rows)
    return pairs & planned, frozenset(pair_of(row) for row in rows if row.ended) - planned


def sent_by_id(round_id: int) -> dict[str, Application]:
    """Return the applications of a round that have a number, by id as text, in the order of their numbers."""
    rows = db.session.scalars(
        select(Application)
        .where(Application.round_id == round_id, Application.number.is_not(None))
        .order_by(Application.number)
    )
    return {str(application.id): application for application in rows}


def latest_plan(round_id: int) -> AssignmentPlan | None:
    """Return the newest proposal of a round that has not been applied."""
    newest = db.session.scalar(
        select(AssignmentPlan).where(AssignmentPlan.round_id == round_id).order_by(AssignmentPlan.id.desc()).limit(1)
    )
    return newest if newest and newest.applied_at is None else None


def latest_applied(round_id: int) -> AssignmentPlan | None:
    """Return the plan of a round that was applied last."""
    applied = AssignmentPlan.round_id == round_id, AssignmentPlan.applied_at.is_not(None)
    return db.session.scalar(
        select(AssignmentPlan)
        .where(*applied)
        .order_by(AssignmentPlan.applied_at.desc(), AssignmentPlan.id.desc())
        .limit(1)
    )


def next_seed(round_id: int) -> int:
    """Return a seed that no plan of the round was made with: one more than there are plans."""
    made = select(func.count()).select_from(AssignmentPlan).where(AssignmentPlan.round_id == round_id)
    return (db.session.scalar(made) or 0) + 1


def eligible(round_id: int) -> Sequence[Application]:
    """List the applications that the jury assesses, by number."""
    return db.session.scalars(
        select(Application)
        .where(Application.round_id == round_id, Application.status == Status.ELIGIBLE)
        .order_by(Application.number)
    ).all()


def by_ids(ids: Collection[int]) -> dict[int, Application]:
    """Return applications by their ids."""
    rows = db.session.scalars(select(Application).where(Application.id.in_(ids))) if ids else []
    return {application.id: application for application in rows}
