"""The cards that count: submitted ones of assignments that stand, under pseudonyms stable for a round.

Plain rows, not objects: ten thousand applications have two hundred thousand marks.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from strefa.contest.applications.models import Application
from strefa.contest.jury.models import Assignment, AssignmentKind, CardStatus, JuryMember, Mark, ScoreCard
from strefa.contest.rounds.models import Round
from strefa.infra.database import db
from strefa.rules.lifecycle import Status
from strefa.rules.ranking import Card


def pseudonyms(round_: Round) -> dict[int, str]:
    """Return each juror's pseudonym, "Ekspert 1" by the order of joining the panel."""
    members = db.session.scalars(
        select(JuryMember.person_id).where(JuryMember.round_id == round_.id).order_by(JuryMember.id)
    )
    return {person_id: f"Ekspert {number}" for number, person_id in enumerate(members, 1)}


def cards_for_ranking(round_: Round) -> list[Card]:
    """List the cards of applications that are assessed, by number and assignment: a fixed number of statements."""
    names, marks = pseudonyms(round_), _marks(round_)
    counted = _submitted(select(ScoreCard.id, Application.number, Assignment.juror_id, Assignment.kind), round_)
    cards: Any = db.session.execute(
        counted.where(Application.status == Status.ELIGIBLE).order_by(Application.number, Assignment.id)
    )
    return [
        Card(number or "", names[juror_id], marks.get(card_id, {}), kind is AssignmentKind.THIRD)
        for card_id, number, juror_id, kind in cards
    ]


def _marks(round_: Round) -> dict[int, dict[str, Decimal | None]]:
    """Return the marks of submitted cards: id of the card to criterion to mark."""
    marks: dict[int, dict[str, Decimal | None]] = {}
    rows: Any = db.session.execute(
        _submitted(select(Mark.card_id, Mark.criterion, Mark.score), round_).join(Mark, Mark.card_id == ScoreCard.id)
    )
    for card_id, criterion, score in rows:
        marks.setdefault(card_id, {})[criterion] = score
    return marks


def submitted_cards(round_: Round) -> list[int]:
    """List the ids of a round's submitted cards whose assignments stand."""
    return list(db.session.scalars(_submitted(select(ScoreCard.id), round_).order_by(ScoreCard.id)))


def _submitted(columns: Any, round_: Round) -> Any:
    return (
        columns.select_from(ScoreCard)
        .join(Assignment, Assignment.id == ScoreCard.assignment_id)
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Assignment.round_id == round_.id, Assignment.ended_at.is_(None), ScoreCard.status == CardStatus.SUBMITTED
        )
    )
