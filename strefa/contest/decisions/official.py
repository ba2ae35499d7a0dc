"""The official ranking of a round, from its rows to the rules and back: one query object for every output."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from strefa.contest.applications.models import Application
from strefa.contest.decisions.models import Decision, JuryVote, Outcome, Proposal
from strefa.contest.decisions.models import Ranking as FrozenRanking
from strefa.contest.jury.counting import cards_for_ranking
from strefa.contest.jury.models import Assignment, CardStatus, ScoreCard
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import template_of
from strefa.contest.screening.queries import unchecked
from strefa.infra import journal
from strefa.infra.database import db
from strefa.rules import record
from strefa.rules.allocation import Allocation, allocate
from strefa.rules.divergence import triggers
from strefa.rules.lifecycle import Status
from strefa.rules.ranking import Card, Entry, Ranking, RuleSet, rank, rules_of
from strefa.rules.scoring_rules import Bonus, BonusKind


@dataclass(frozen=True)
class Result:
    """What the ranking says: rules, order, money. Nothing here belongs to a transaction, so it may be kept."""

    rules: RuleSet
    ranking: Ranking
    allocation: Allocation
    awaiting: tuple[str, ...]
    """Numbers of applications whose result may still change: a card is open, or a third one is due."""
    unchecked: tuple[str, ...]
    """Numbers of what was sent and still waits for the formal check, so that it is not in the ranking at all."""

    @cached_property
    def shared_ranks(self) -> frozenset[int]:
        """The ranks that several applications hold."""
        holders = Counter(row.rank for row in self.ranking.rows if row.rank is not None)
        return frozenset(rank for rank, count in holders.items() if count > 1)

    @cached_property
    def running(self) -> Mapping[str, int]:
        """The sum of awards down to each application that gets one, in grosze."""
        funded = [row.application for row in self.ranking.rows if row.application in self.allocation.awards]
        sums = accumulate(self.allocation.awards[number] for number in funded)
        return dict(zip(funded, sums, strict=True))


@dataclass(frozen=True)
class Official(Result):
    """The result with all it was made of: what is frozen with decisions, exported, or printed."""

    entries: tuple[Entry, ...]
    cards: tuple[Card, ...]
    applications: dict[str, Application]

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
    still = tuple(sorted(awaiting & by_number.keys()))
    return Official(rules, ranking, allocate(rules, ranking), still, unchecked(round_), entries, cards, by_number)


def as_frozen(round_: Round, frozen: FrozenRanking, later: Sequence[Sequence[str]] = ()) -> tuple[RuleSet, Ranking]:
    """Return the rules and the ranking that decisions were taken on, whatever has changed since.

    Args:
        later: orders that the jury has given since to applications which stayed equal.
    """
    entries, cards, votes = record.inputs_of(frozen.inputs)
    rules = rules_of(template_of(round_).scoring, round_.pool, [*votes, *later])
    return rules, rank(rules, entries, cards)


def result(round_: Round) -> Result:
    """Return what the official ranking says now, computed once for each state of the journal.

    Whatever the ranking is made of changes by actions, and each of them writes the journal, so while its end
    stands still so does the ranking. The end is read first: a result is never older than its key.
    """
    end = journal.end()
    if end is None:
        return _kept(official(round_))
    with _computing:
        known = _results.get(round_.id)
        if known is None or known[0] != end:
            known = _results[round_.id] = end, _kept(official(round_))
        return known[1]


_results: dict[int, tuple[str, Result]] = {}  # by round: the end of the journal and what was computed at it
_computing = Lock()  # several people who look at once wait for one computation


def _kept(state: Official) -> Result:
    return Result(state.rules, state.ranking, state.allocation, state.awaiting, state.unchecked)


def listed(round_: Round, numbers: Collection[str]) -> dict[str, Application]:
    """Return some applications of a round by their numbers."""
    rows = db.session.scalars(
        select(Application).where(Application.round_id == round_.id, Application.number.in_(numbers))
    )
    return {row.number or "": row for row in rows}


def ranked_applications(round_: Round) -> Sequence[Application]:
    """List the applications that are assessed: those that passed the formal check."""
    return db.session.scalars(
        select(Application)
        .options(joinedload(Application.organisation))
        .where(Application.round_id == round_.id, Application.status == Status.ELIGIBLE)
        .order_by(Application.number)
    ).all()


def votes(round_: Round) -> Sequence[JuryVote]:
    """List the jury's votes on which decisions rest, as recorded: none that was taken after the publication."""
    mine = select(JuryVote).where(JuryVote.round_id == round_.id)
    if round_.results_published_at:
        mine = mine.where(JuryVote.recorded_at < round_.results_published_at)
    return db.session.scalars(mine.order_by(JuryVote.id)).all()


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
    """Return the communes that held a grant of an earlier round when this one opened.

    What becomes of those grants later changes nobody's points.
    """
    begun = func.coalesce(Decision.promoted_at, Proposal.published_at)
    return set(
        db.session.scalars(
            select(Application.teryt)
            .join(Decision, Decision.application_id == Application.id)
            .join(Proposal, Proposal.id == Decision.proposal_id)
            .where(
                Proposal.published_at.is_not(None),
                begun < round_.opens_at,
                Decision.outcome.in_([Outcome.FUNDED, Outcome.PARTIAL]) | (Decision.resigned_at >= round_.opens_at),
            )
        )
    )
