"""Reading the jury: what the ranking needs, under pseudonyms stable for a round."""

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload

from strefa.contest.applications.models import Application
from strefa.contest.jury.models import Assignment, AssignmentKind, CardStatus, JuryMember, ScoreCard
from strefa.contest.rounds.models import Round
from strefa.infra.database import db
from strefa.rules.ranking import Card


def pseudonyms(round_: Round) -> dict[int, str]:
    """Return each juror's pseudonym, "Ekspert 1" by the order of joining the panel."""
    members = db.session.scalars(
        select(JuryMember.person_id).where(JuryMember.round_id == round_.id).order_by(JuryMember.id)
    )
    return {person_id: f"Ekspert {number}" for number, person_id in enumerate(members, 1)}


def cards_for_ranking(round_: Round) -> list[Card]:
    """List the submitted cards of assignments that stand, by application number and pseudonym."""
    names = pseudonyms(round_)
    cards = db.session.scalars(
        select(ScoreCard)
        .join(ScoreCard.assignment)
        .join(Assignment.application)
        .options(
            contains_eager(ScoreCard.assignment).contains_eager(Assignment.application),
            selectinload(ScoreCard.marks),
        )
        .where(
            Assignment.round_id == round_.id, Assignment.ended_at.is_(None), ScoreCard.status == CardStatus.SUBMITTED
        )
        .order_by(Application.number, Assignment.id)
    )
    return [
        Card(
            application=card.assignment.application.number or "",
            juror=names[card.assignment.juror_id],
            marks={mark.criterion: mark.score for mark in card.marks},
            third=card.assignment.kind is AssignmentKind.THIRD,
        )
        for card in cards
        if card.assignment.application.status.value == "eligible"
    ]


def submitted_cards(round_: Round) -> list[int]:
    """List the ids of a round's submitted cards whose assignments stand."""
    return list(
        db.session.scalars(
            select(ScoreCard.id)
            .join(ScoreCard.assignment)
            .where(
                Assignment.round_id == round_.id,
                Assignment.ended_at.is_(None),
                ScoreCard.status == CardStatus.SUBMITTED,
            )
            .order_by(ScoreCard.id)
        )
    )
