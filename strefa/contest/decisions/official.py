"""The official ranking of a round, from its rows to the rules and back: one query object for every output."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from strefa.contest.applications.models import Application
from strefa.contest.decisions.models import Decision, JuryVote, Outcome, Proposal
from strefa.contest.jury.counting import cards_for_ranking
from strefa.contest.jury.models import Assignment, CardStatus, ScoreCard
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import template_of
from strefa.infra.database import db
from strefa.rules import record
from strefa.rules.allocation import Allocation, allocate
from strefa.rules.divergence import triggers
from strefa.rules.lifecycle import Status
from strefa.rules.ranking import Card, Entry, Ranking, RuleSet, rank, rules_of
from strefa.rules.scoring_rules import Bonus, BonusKind


@dataclass(frozen=True)
class Official:
    """Everything the ranking says: rules, inputs, order, money, and the applications by number."""

    rules: RuleSet
    entries: tuple[Entry, ...]
    cards: tuple[Card, ...]
    ranking: Ranking
    allocation: Allocation
    applications: dict[str, Application]
    awaiting: tuple[str, ...]
    """Numbers of applications whose result may still change: a card is open, or a third one is due."""

    @property
    def rules_hash(self) -> str:
        return record.rules_hash(self.rules)

    @property
    def input_hash(self) -> str:
        return record.input_hash(self.entries, self.cards, self.rules.votes)


def official(round_: Round) -> Official:
    """Compute the official ranking of a round from what is stored: a fixed number of statements."""
    applications = ranked_applications(round_)
    by_number = {application.number or "": application for application in applications}
    rules = rules_of(template_of(round_).scoring, round_.pool, _orders(round_, by_number))
    entries = tuple(_entries(round_, applications))
    cards = tuple(cards_for_ranking(round_))
    ranking = rank(rules, entries, cards)
    awaiting = {*ranking.incomplete, *_with_open_cards(round_), *_with_third_due(rules, cards)}
    return Official(
        rules, entries, cards, ranking, allocate(rules, ranking), by_number, tuple(sorted(awaiting & by_number.keys()))
    )


def ranked_applications(round_: Round) -> Sequence[Application]:
    """List the applications that are assessed: those that passed the formal check."""
    return db.session.scalars(
        select(Application)
        .options(joinedload(Application.organisation))
        .where(Application.round_id == round_.id, Application.status == Status.ELIGIBLE)
        .order_by(Application.number)
    ).all()


def votes(round_: Round) -> Sequence[JuryVote]:
    """List the jury's votes, as recorded."""
    return db.session.scalars(select(JuryVote).where(JuryVote.round_id == round_.id).order_by(JuryVote.id)).all()


def standing_votes(recorded: Sequence[JuryVote]) -> list[JuryVote]:
    """Keep the votes that hold: a later one about any of the same applications takes the place of an earlier one."""
    kept: list[JuryVote] = []
    settled: set[str] = set()
    for vote in reversed(recorded):
        if settled.isdisjoint(vote.numbers):
            kept.insert(0, vote)
        settled.update(vote.numbers)
    return kept


def _orders(round_: Round, known: Collection[str]) -> list[list[str]]:
    """Return the orders that hold, without applications that have left the contest since."""
    orders = [[number for number in vote.numbers if number in known] for vote in standing_votes(votes(round_))]
    return [order for order in orders if len(order) > 1]


def _with_open_cards(round_: Round) -> set[str]:
    """Return the numbers of assessed applications that a juror still owes a card."""
    rows = db.session.scalars(
        select(Application.number)
        .join(Assignment, Assignment.application_id == Application.id)
        .outerjoin(ScoreCard, ScoreCard.assignment_id == Assignment.id)
        .where(
            Application.round_id == round_.id,
            Application.status == Status.ELIGIBLE,
            Assignment.ended_at.is_(None),
            func.coalesce(ScoreCard.status, CardStatus.DRAFT) != CardStatus.SUBMITTED,
        )
    )
    return {number or "" for number in rows}


def _with_third_due(rules: RuleSet, cards: Iterable[Card]) -> set[str]:
    """Return the numbers of applications whose cards differ too much while no third juror has scored."""
    ordinary: dict[str, list[Fraction]] = {}
    settled = {card.application for card in cards if card.third}
    for card in cards:
        if card.application not in settled and rules.rubric.is_complete(card.marks):
            ordinary.setdefault(card.application, []).append(rules.rubric.points(card.marks))
    return {
        number
        for number, totals in ordinary.items()
        if len(totals) >= rules.cards and triggers(totals, rules.divergence, Fraction(rules.threshold))
    }


def _entries(round_: Round, applications: Sequence[Application]) -> list[Entry]:
    scoring = template_of(round_).scoring
    funded = _funded_communes(round_) | set(scoring.funded_communes)
    return [
        Entry(
            application=application.number or "",
            ask=application.ask,
            bonus=sum((b.points for b in scoring.bonus if earns(b, application, funded)), Decimal(0)),
            voivodeship=application.voivodeship,
            category=application.category,
            accepts_from=application.accepts_from,
        )
        for application in applications
    ]


def earns(bonus: Bonus, application: Application, funded: set[str]) -> bool:
    """Say whether an application earns a computed bonus.

    Args:
        funded: TERYT codes of the communes that the programme has funded before this round.
    """
    match bonus.kind:
        case BonusKind.COMMUNE_NEVER_FUNDED:
            return application.teryt not in funded
        case BonusKind.POPULATION_AT_MOST:
            return application.population is not None and application.population <= (bonus.population or 0)


def earned(round_: Round, application: Application) -> list[Bonus]:
    """List the bonuses that an application earns in its round."""
    scoring = template_of(round_).scoring
    funded = _funded_communes(round_) | set(scoring.funded_communes)
    return [bonus for bonus in scoring.bonus if earns(bonus, application, funded)]


def _funded_communes(round_: Round) -> set[str]:
    """Return the communes funded in rounds whose results were published before this one opened."""
    return set(
        db.session.scalars(
            select(Application.teryt)
            .join(Decision, Decision.application_id == Application.id)
            .join(Proposal, Proposal.id == Decision.proposal_id)
            .where(
                Proposal.published_at.is_not(None),
                Proposal.published_at < round_.opens_at,
                Decision.outcome.in_([Outcome.FUNDED, Outcome.PARTIAL]),
            )
        )
    )
