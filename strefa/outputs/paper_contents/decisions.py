"""Papers of the decisions: the minutes of the jury's meeting and the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from strefa.contest.applications.models import Application
from strefa.contest.decisions import queries
from strefa.contest.decisions.models import Outcome, Proposal
from strefa.contest.decisions.official import standing_votes, votes
from strefa.contest.jury.models import Assignment, AssignmentKind, ImpartialityDeclaration, JuryMember
from strefa.contest.people.models import Person
from strefa.contest.people.queries import names_of
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import by_id, template_of
from strefa.infra.database import db
from strefa.outputs.listing import tie_names
from strefa.outputs.paper_contents.frozen import Line, lines_of, proposal_by_id
from strefa.outputs.paper_contents.paper import Paper
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role


@dataclass(frozen=True)
class Tie:
    """Applications with equal points, in the order they were put, and the step that did it ("" when none could)."""

    points: Fraction
    numbers: Sequence[str]
    step: str


@dataclass(frozen=True)
class Recusal:
    """A juror who did not assess an application; the ground stays between her and the office."""

    number: str
    name: str


def minutes(proposal_id: int) -> Paper | None:
    """The minutes: members, recusals, votes, ties, decisions with reasons, sums, hashes, places to sign."""
    proposal = proposal_by_id(proposal_id)
    if proposal is None:
        return None
    round_ = _round(proposal)
    lines, recorded = lines_of(proposal.ranking, proposal.decisions, round_), votes(round_)
    values = _told(proposal, round_, lines) | {
        "members": _members(round_),
        "chairs": _chairs(round_),
        "recusals": _recusals(round_),
        "thirds": _thirds(round_),
        "votes": recorded,
        "standing_votes": {vote.id for vote in standing_votes(recorded)},
        "ties": ties(lines),
        "counts": counts(round_),
        "people": names_of([proposal.proposed_by_id, proposal.approved_by_id]),
        "ranking_rules": template_of(round_).scoring,
        "tie_steps": list(tie_names(round_).values()),
    }
    return Paper("minutes", values, proposal.approved_at or proposal.proposed_at, f"protokol-{round_.slug}.pdf")


def ranking(proposal_id: int) -> Paper | None:
    """The list as it stands now: grants, reserve and the rest, in ranking order, with the line."""
    proposal = proposal_by_id(proposal_id)
    if proposal is None:
        return None
    round_ = _round(proposal)
    values = _told(proposal, round_, lines_of(proposal.ranking, proposal.decisions, round_))
    moments = [
        moment
        for decision in proposal.decisions
        for moment in (decision.promoted_at, decision.resigned_at)
        if moment is not None
    ]
    dated = max([proposal.published_at or proposal.approved_at or proposal.proposed_at, *moments])
    return Paper("ranking", values, dated, f"lista-rankingowa-{round_.slug}.pdf")


def _told(proposal: Proposal, round_: Round, lines: Sequence[Line]) -> dict[str, Any]:
    """Gather what both papers say."""
    return {
        "round": round_,
        "proposal": proposal,
        "ranking": proposal.ranking,
        "lines": lines,
        "awarded": sum(line.award for line in lines),
        "left": proposal.ranking.result["left"],
        "spent_now": queries.spent(proposal),
        "by_outcome": {outcome: sum(line.outcome is outcome for line in lines) for outcome in Outcome},
        "threshold": template_of(round_).scoring.ranking.threshold,
        "changed": [line for line in lines if line.decision.promoted_at or line.decision.resigned_at],
    }


def _round(proposal: Proposal) -> Round:
    round_ = by_id(proposal.round_id)
    assert round_ is not None  # the foreign key says so
    return round_


def ties(lines: Sequence[Line]) -> list[Tie]:
    """Group lines of equal points; each group says which step put its first line before its last."""
    found: list[Tie] = []
    for points, group in groupby(lines, key=lambda line: line.points):
        equal = list(group)
        if len(equal) > 1:
            steps = dict.fromkeys(line.tie for line in equal if line.tie)
            found.append(Tie(points, [line.application.number or "" for line in equal], ", ".join(steps)))
    return found


def _chairs(round_: Round) -> Sequence[str]:
    held = Person.roles.any(round_id=round_.id, role=Role.CHAIR, ended_at=None)
    return db.session.scalars(select(Person.name).where(held).order_by(Person.id)).all()


def _members(round_: Round) -> Sequence[JuryMember]:
    """List the panel by name: the order of joining would give the pseudonyms away."""
    return db.session.scalars(
        select(JuryMember)
        .join(JuryMember.person)
        .options(joinedload(JuryMember.person))
        .where(JuryMember.round_id == round_.id, JuryMember.left_at.is_(None))
        .order_by(Person.sort_key, JuryMember.id)
    ).all()


def _recusals(round_: Round) -> list[Recusal]:
    rows = db.session.execute(
        select(Application.number, Person.name)
        .join(ImpartialityDeclaration, ImpartialityDeclaration.application_id == Application.id)
        .join(Person, Person.id == ImpartialityDeclaration.juror_id)
        .where(Application.round_id == round_.id, ImpartialityDeclaration.impartial.is_(False))
        .order_by(Application.number, Person.sort_key)
    )
    return [Recusal(number or "", name) for number, name in rows]


def _thirds(round_: Round) -> Sequence[str | None]:
    """List the numbers of applications that a third juror assessed."""
    return db.session.scalars(
        select(Application.number)
        .join(Assignment, Assignment.application_id == Application.id)
        .where(
            Assignment.round_id == round_.id,
            Assignment.kind == AssignmentKind.THIRD,
            Assignment.ended_at.is_(None),
            Application.status == Status.ELIGIBLE,
        )
        .order_by(Application.number)
    ).all()


def counts(round_: Round) -> dict[Status, int]:
    """Count the applications that were ever sent, by where they stand."""
    rows = db.session.execute(
        select(Application.status, func.count())
        .where(Application.round_id == round_.id, Application.number.is_not(None))
        .group_by(Application.status)
    )
    return {status: count for status, count in rows}
