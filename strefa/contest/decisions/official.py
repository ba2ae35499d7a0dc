"""The official ranking of a round, from its rows to the rules and back: one query object for every output."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from strefa.contest.applications.models import Application
from strefa.contest.decisions.models import Decision, JuryVote, Outcome, Proposal
from strefa.contest.jury.queries import cards_for_ranking
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import template_of
from strefa.infra.database import db
from strefa.rules import record
from strefa.rules.allocation import Allocation, allocate
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

    @property
    def rules_hash(self) -> str:
        return record.rules_hash(self.rules)

    @property
    def input_hash(self) -> str:
        return record.input_hash(self.entries, self.cards, self.rules.votes)


def official(round_: Round) -> Official:
    """Compute the official ranking of a round from what is stored: a fixed number of statements."""
    applications = ranked_applications(round_)
    rules = rules_of(template_of(round_).scoring, round_.pool, votes(round_))
    entries = tuple(_entries(round_, applications))
    cards = tuple(cards_for_ranking(round_))
    ranking = rank(rules, entries, cards)
    allocation = allocate(rules, ranking)
    return Official(rules, entries, cards, ranking, allocation, {a.number or "": a for a in applications})


def ranked_applications(round_: Round) -> Sequence[Application]:
    """List the applications that are assessed: those that passed the formal check."""
    return db.session.scalars(
        select(Application)
        .options(joinedload(Application.organisation))
        .where(Application.round_id == round_.id, Application.status == Status.ELIGIBLE)
        .order_by(Application.number)
    ).all()


def votes(round_: Round) -> list[tuple[str, ...]]:
    """List the jury's orders of equal applications, as recorded."""
    rows = db.session.scalars(select(JuryVote).where(JuryVote.round_id == round_.id).order_by(JuryVote.id))
    return [tuple(row.numbers) for row in rows]


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
