"""A frozen ranking read back line by line: papers print what was frozen and compute no ranking again."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from strefa.contest.applications import queries as applications
from strefa.contest.applications.models import Application
from strefa.contest.decisions import queries
from strefa.contest.decisions.models import Decision, Outcome, Proposal
from strefa.contest.decisions.models import Ranking as FrozenRanking
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import template_of
from strefa.infra.database import db
from strefa.infra.i18n import _
from strefa.outputs.listing import decision_reason, tie_names
from strefa.rules.ranking import rules_of
from strefa.rules.rubric import Rubric


@dataclass(frozen=True)
class Line:
    """One decided application: its place, figures, what was decided first and what it is now.

    `award` is what the ranking gave in grosze, `decision.amount` what it holds now. `totals` are
    pairs of a pseudonym and the points of that card; `tie` names the step that set this line apart
    from the one below with equal points.
    """

    decision: Decision
    rank: int
    shared: bool
    points: Fraction
    tie: str
    award: int
    bonus: Decimal
    totals: Sequence[tuple[str, Fraction]]
    outcome: Outcome
    reason: str
    cut: bool

    @property
    def application(self) -> Application:
        return self.decision.application

    @property
    def from_cards(self) -> Fraction:
        """The points without the bonus: what the threshold is compared with."""
        return self.points - Fraction(self.bonus)


@dataclass(frozen=True)
class Standing:
    """One application's line of the decisions that stand."""

    application: Application
    proposal: Proposal
    line: Line

    @property
    def settled_at(self) -> datetime:
        """When the newest of what the papers say of it was settled."""
        decision = self.line.decision
        return decision.promoted_at or self.proposal.published_at or self.proposal.proposed_at


def lines_of(ranking: FrozenRanking, decisions: Iterable[Decision], round_: Round) -> list[Line]:
    """Give each decision, in the order they come, the figures that were frozen for it."""
    frozen = {row["application"]: row for row in ranking.result["ranking"]}
    holders = Counter(row["rank"] for row in frozen.values())
    reader = _Frozen(ranking, round_)
    return [reader.line(decision, frozen[decision.application.number or ""], holders) for decision in decisions]


class _Frozen:
    """What the lines of one frozen ranking have in common."""

    def __init__(self, ranking: FrozenRanking, round_: Round) -> None:
        self._round, self._result, inputs = round_, ranking.result, ranking.inputs
        self._ties = tie_names(round_)
        self._rubric = rules_of(template_of(round_).scoring, round_.pool).rubric
        self._cards: dict[str, list[Mapping[str, Any]]] = {}
        for card in inputs["cards"]:
            self._cards.setdefault(card["application"], []).append(card)
        self._bonus = {item["application"]: Decimal(item["bonus"] or 0) for item in inputs["applications"]}
        self._cut = (self._result["funded"] or [None])[-1]

    def line(self, decision: Decision, row: Mapping[str, Any], holders: Mapping[Any, int]) -> Line:
        number = row["application"]
        award = self._result["awards"].get(number, 0)
        return Line(
            decision=decision,
            rank=row["rank"],
            shared=holders[row["rank"]] > 1,
            points=Fraction(row["points"]),
            tie=self._ties.get(row["tie_broken_by"] or "", ""),
            award=award,
            bonus=self._bonus[number],
            totals=_totals(self._cards.get(number, ()), self._rubric),
            outcome=_first_outcome(decision, award, number in self._result["reserve"]),
            reason=first_reason(decision, self._round),
            cut=number == self._cut,
        )


def _first_outcome(decision: Decision, award: int, on_reserve: bool) -> Outcome:
    """Return what was decided before anybody resigned or moved up."""
    if award:
        return Outcome.FUNDED if award == decision.application.ask else Outcome.PARTIAL
    return Outcome.RESERVE if on_reserve else Outcome.REFUSED


def first_reason(decision: Decision, round_: Round) -> str:
    """Say why it was decided so at first; a promotion writes its own reason over it."""
    if decision.promoted_at:
        return _("Pula skończyła się wyżej na liście.")
    return decision_reason(decision, round_)


def _totals(cards: Iterable[Mapping[str, Any]], rubric: Rubric) -> list[tuple[str, Fraction]]:
    totals = []
    for card in cards:
        marks = {key: None if mark is None else Decimal(mark) for key, mark in card["marks"].items()}
        if rubric.is_complete(marks):
            totals.append((card["juror"], rubric.points(marks)))
    return totals


def proposal_by_id(proposal_id: int) -> Proposal | None:
    """Load a proposal with its ranking and its decisions."""
    return db.session.scalar(select(Proposal).options(*queries.LINES).where(Proposal.id == proposal_id))


def standing_of(application_id: int) -> Standing | None:
    """Return where one application stands in the newest decisions that were not returned; None before them."""
    return _standing(Decision.application_id == application_id)


def standing_by_decision(decision_id: int) -> Standing | None:
    """Return what one decision says, while it stands."""
    return _standing(Decision.id == decision_id)


def _standing(which: ColumnElement[bool]) -> Standing | None:
    decision = db.session.scalar(
        select(Decision)
        .join(Decision.proposal)
        .options(
            joinedload(Decision.proposal).joinedload(Proposal.ranking),
            joinedload(Decision.application).options(*applications.LISTED),
        )
        .where(which, Proposal.returned_at.is_(None))
        .order_by(Proposal.id.desc())
        .limit(1)
    )
    if decision is None:
        return None
    application, proposal = decision.application, decision.proposal
    return Standing(application, proposal, lines_of(proposal.ranking, [decision], application.round)[0])
