"""Cards: one juror's, the consolidated anonymous one, and the card of the formal check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from strefa.contest.applications import queries as applications
from strefa.contest.applications.models import Application
from strefa.contest.decisions.official import earned
from strefa.contest.jury.models import Assignment, CardStatus, ScoreCard
from strefa.contest.people.queries import names_of
from strefa.contest.rounds.queries import template_of
from strefa.contest.screening import queries as screening
from strefa.infra.database import db
from strefa.infra.i18n import _, language
from strefa.outputs.paper_contents.applications import content_hash
from strefa.outputs.paper_contents.frozen import standing_of
from strefa.outputs.paper_contents.paper import Paper
from strefa.outputs.words import in_words
from strefa.rules import plain_data
from strefa.rules.refusal import Blocker
from strefa.rules.rubric import Criterion
from strefa.rules.scoring_rules import ScoredCriterion

CARD = (
    joinedload(ScoreCard.rubric_version),
    selectinload(ScoreCard.marks),
    joinedload(ScoreCard.assignment).options(
        joinedload(Assignment.juror), joinedload(Assignment.application).options(*applications.LISTED)
    ),
)


@dataclass(frozen=True)
class Judged:
    """One criterion of one card: the mark, what it is worth, what such a mark means, and why."""

    name: str
    question: str
    mark: Decimal
    most: Decimal
    points: Fraction
    weight: Decimal
    level: str
    justification: str


@dataclass(frozen=True)
class Expert:
    """One card of several, under a name that says nothing."""

    name: str
    judged: Sequence[Judged]

    @property
    def total(self) -> Fraction:
        return sum((line.points for line in self.judged), Fraction(0))


def judged(card: ScoreCard) -> list[Judged]:
    """List a submitted card's criteria in the order of its rubric."""
    marks = {mark.criterion: mark for mark in card.marks}
    lines: list[Judged] = []
    for data in card.rubric_version.data["criteria"]:
        criterion: ScoredCriterion = plain_data.from_data(ScoredCriterion, data)
        mark = marks[criterion.key].score
        assert mark is not None  # a card with a blank mark cannot be submitted
        worth = Criterion(criterion.key, criterion.weight, criterion.least, criterion.most)
        lines.append(
            Judged(
                name=criterion.name.in_language(language()),
                question=criterion.question.in_language(language()),
                mark=mark,
                most=criterion.most,
                points=worth.points(mark),
                weight=criterion.weight,
                level=_level(criterion, mark),
                justification=marks[criterion.key].justification,
            )
        )
    return lines


def _level(criterion: ScoredCriterion, mark: Decimal) -> str:
    """Return the level a mark has reached: between two levels it is the lower one."""
    reached = [level for level in criterion.levels if level.least <= mark]
    return reached[-1].text.in_language(language()) if reached else ""


def score_card(card_id: int) -> Paper | None:
    """One juror's submitted card."""
    card = db.session.scalar(select(ScoreCard).options(*CARD).where(ScoreCard.id == card_id))
    if card is None or card.submitted_at is None:
        return None
    lines, sent = judged(card), card.assignment.application
    values = {
        "round": sent.round,
        "application": sent,
        "content_hash": content_hash(sent.id),
        "card": card,
        "lines": lines,
        "total": sum((line.points for line in lines), Fraction(0)),
        "most": sum((line.weight for line in lines), Decimal(0)),
    }
    return Paper("score_card", values, card.submitted_at, f"karta-{sent.number}-{card.assignment.public_id}.pdf")


def consolidated_card(application_id: int) -> Paper | None:
    """What all experts said of one application, without their names; only once it was decided."""
    standing = standing_of(application_id)
    if standing is None:
        return None
    experts = _experts(application_id)
    sent = standing.application
    values = {
        "round": sent.round,
        "application": sent,
        "standing": standing,
        "experts": experts,
        "means": _means(experts),
        "bonus": earned(sent.round, sent) if standing.line.bonus else [],
        "threshold": template_of(sent.round).scoring.ranking.threshold,
    }
    return Paper("consolidated_card", values, standing.settled_at, f"karta-zbiorcza-{sent.number}.pdf")


def _experts(application_id: int) -> list[Expert]:
    cards = db.session.scalars(
        select(ScoreCard)
        .join(ScoreCard.assignment)
        .options(joinedload(ScoreCard.rubric_version), selectinload(ScoreCard.marks))
        .where(
            Assignment.application_id == application_id,
            Assignment.ended_at.is_(None),
            ScoreCard.status == CardStatus.SUBMITTED,
        )
        .order_by(Assignment.id)
    )
    return [Expert(_("Ekspert %(number)s", number=number), judged(card)) for number, card in enumerate(cards, 1)]


def _means(experts: Sequence[Expert]) -> list[Fraction]:
    """Return the mean mark of each criterion, in the order of the card."""
    columns = zip(*(expert.judged for expert in experts), strict=True)
    return [Fraction(sum(line.mark for line in column)) / len(column) for column in columns]


def formal_card(application_id: int) -> Paper | None:
    """The yes/no card of the formal check, once it is closed."""
    sent = applications.by_id(application_id)
    check = screening.check_of(sent) if sent else None
    if sent is None or check is None or check.decided_at is None:
        return None
    people = names_of([check.decided_by_id, check.proposed_by_id])
    values = {
        "round": sent.round,
        "application": sent,
        "content_hash": content_hash(sent.id),
        "check": check,
        "verdicts": screening.verdicts(sent),
        "criteria": template_of(sent.round).formal_criteria,
        "reasons": defect_texts(sent),
        "machine": _machine(sent),
        "checked_by": people.get(check.decided_by_id or 0, ""),
        "checked_first_by": people.get(check.proposed_by_id or 0, ""),
    }
    return Paper("formal_card", values, check.decided_at, f"karta-formalna-{sent.number}.pdf")


@dataclass(frozen=True)
class Computed:
    """What the program says of one criterion: whether it is met, and by what it judged."""

    passed: bool | None
    words: str


def _machine(sent: Application) -> dict[str, Computed]:
    """Say by what the program judged each criterion that it can compute from the sent version alone.

    It is computed when the card is printed; what other applications or a later form may change since the
    decision would say what whoever decided has not seen.
    """
    lasting = {one.key for one in template_of(sent.round).formal_criteria if one.computed and one.computed.lasts}
    return {
        word.key: Computed(word.passed, in_words(Blocker(word.reason, "", word.values)))
        for word in screening.machine(sent, sent.submissions[-1])
        if word.reason and word.key in lasting
    }


def defect_texts(application: Application) -> Mapping[str, Mapping[str, str]]:
    """Return the round's words for each defect: criterion to reason to text."""
    return {
        criterion.key: {reason.key: reason.text.in_language(language()) for reason in criterion.reasons}
        for criterion in template_of(application.round).formal_criteria
    }
