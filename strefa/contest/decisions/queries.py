"""Reading decisions: proposals with their lines, what was published, the hashes that prove them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from strefa.contest.applications.models import Application
from strefa.contest.decisions.models import Decision, JuryVote, Outcome, Proposal
from strefa.contest.decisions.models import Ranking as FrozenRanking
from strefa.contest.rounds.models import Round
from strefa.contest.screening.list_queries import untold
from strefa.infra.database import db
from strefa.rules.lifecycle import Status

LINES = (
    joinedload(Proposal.ranking),
    selectinload(Proposal.decisions).joinedload(Decision.application).joinedload(Application.organisation),
)
AWARDED = frozenset({Outcome.FUNDED, Outcome.PARTIAL})


def by_public_id(public_id: str) -> Proposal | None:
    """Load a proposal with its ranking and its decisions."""
    return db.session.scalar(select(Proposal).options(*LINES).where(Proposal.public_id == public_id))


def proposals_of(round_: Round) -> Sequence[Proposal]:
    """List the proposals of a round, the newest first."""
    return db.session.scalars(
        select(Proposal).options(*LINES).where(Proposal.round_id == round_.id).order_by(Proposal.id.desc())
    ).all()


def standing(round_: Round) -> Proposal | None:
    """Return the proposal that stands: not returned, the newest."""
    return db.session.scalar(
        select(Proposal)
        .options(*LINES)
        .where(Proposal.round_id == round_.id, Proposal.returned_at.is_(None))
        .order_by(Proposal.id.desc())
        .limit(1)
    )


def published(round_: Round) -> Proposal | None:
    """Return the published decisions of a round; None before publication."""
    proposal = standing(round_)
    return proposal if proposal and proposal.published_at else None


def decision_by_number(number: str) -> Decision | None:
    """Load a published decision by the number of its application."""
    return db.session.scalar(
        select(Decision)
        .join(Application, Application.id == Decision.application_id)
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .options(
            joinedload(Decision.proposal).options(*LINES),
            joinedload(Decision.application).joinedload(Application.round),
        )
        .where(Application.number == number, Proposal.published_at.is_not(None))
    )


def published_for(application: Application) -> Decision | None:
    """Return the published decision about an application; nothing depends on an unpublished one."""
    return db.session.scalar(
        select(Decision)
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .options(joinedload(Decision.proposal))
        .where(Decision.application_id == application.id, Proposal.published_at.is_not(None))
    )


def votes_after(proposal: Proposal) -> Sequence[JuryVote]:
    """List the jury's votes about equals on the reserve list: those recorded since decisions were published."""
    if proposal.published_at is None:
        return ()
    since = JuryVote.round_id == proposal.round_id, JuryVote.recorded_at >= proposal.published_at
    return db.session.scalars(select(JuryVote).where(*since).order_by(JuryVote.id)).all()


def published_among(applications: Iterable[Application]) -> dict[int, Decision]:
    """Return the published decisions about applications, by the application's id; one statement at most."""
    ids = [one.id for one in applications if one.round.results_published_at]
    if not ids:
        return {}
    found = db.session.scalars(
        select(Decision)
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .where(Decision.application_id.in_(ids), Proposal.published_at.is_not(None))
    )
    return {decision.application_id: decision for decision in found}


def spent(proposal: Proposal) -> int:
    """Sum the amounts awarded now, in grosze."""
    return sum(decision.amount for decision in proposal.decisions if decision.outcome in AWARDED)


def last_version(round_: Round) -> int:
    """Return the number of the round's newest frozen ranking, 0 when there is none."""
    version = db.session.scalar(
        select(FrozenRanking.version)
        .where(FrozenRanking.round_id == round_.id)
        .order_by(FrozenRanking.version.desc())
        .limit(1)
    )
    return version or 0


def formally_refused(round_: Round) -> Sequence[Application]:
    """List the applications of a round that failed the formal check and whose applicants do not know it yet."""
    return [one for one in untold(round_) if one.status is Status.INELIGIBLE]
