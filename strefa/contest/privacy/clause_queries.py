"""Which clauses concern a person, and which versions she has read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from strefa.contest.applications.models import Application
from strefa.contest.applications.queries import STANDS
from strefa.contest.people.models import Invitation, Person
from strefa.contest.privacy.models import ClauseReading
from strefa.contest.rounds.models import ClauseVersion, Round
from strefa.contest.rounds.queries import PLAIN, clauses_in_force
from strefa.infra.database import db
from strefa.rules.policy import Role
from strefa.rules.privacy import Audience, audience_of

PAGE = 50


@dataclass(frozen=True)
class Concerning:
    """A clause in force that concerns a person, and when she read it."""

    clause: ClauseVersion
    round: Round
    read_at: datetime | None
    earlier: bool  # she has read a version before this one


def concerning(person: Person) -> list[Concerning]:
    """List the clauses in force of all a person takes part in, the newest round first: four statements at most."""
    found = _concerning(person)
    if not found:
        return []
    ids = {clause.round_id for clause in found}
    rounds = {one.id: one for one in db.session.scalars(select(Round).options(*PLAIN).where(Round.id.in_(ids)))}
    read = _read_by(person)
    when = {clause_id: at for clause_id, _round_id, _audience, at in read}
    before = {(round_id, audience) for _clause_id, round_id, audience, _at in read}
    listed = [
        Concerning(one, rounds[one.round_id], when.get(one.id), (one.round_id, one.audience) in before) for one in found
    ]
    return sorted(listed, key=lambda one: (one.round.opens_at, one.clause.audience), reverse=True)


def unread(person: Person) -> int:
    """Count the clauses in force that a person has not read in their present version: three statements at most."""
    found = _concerning(person)
    known = {clause_id for clause_id, *_about in _read_by(person)} if found else set()
    return sum(clause.id not in known for clause in found)


def _concerning(person: Person) -> list[ClauseVersion]:
    wanted = _taking_part(person)
    found = clauses_in_force({round_id for round_id, _audience in wanted}) if wanted else {}
    return [found[pair] for pair in wanted if pair in found]


def _read_by(person: Person) -> Sequence[tuple[int, int, str, datetime]]:
    """Return the versions that a person has read: id, round, audience and when."""
    columns = select(ClauseVersion.id, ClauseVersion.round_id, ClauseVersion.audience, ClauseReading.read_at)
    joined = columns.join(ClauseReading, ClauseReading.clause_id == ClauseVersion.id)
    return db.session.execute(joined.where(ClauseReading.person_id == person.id)).all()


def _taking_part(person: Person) -> set[tuple[int, str]]:
    """Return what somebody is in which round: by her roles, and as an applicant by her organisations' applications."""
    held = {(role.round_id, audience_of(role.role).value) for role in person.roles if role.ended_at is None}
    organisations = {membership.organisation_id for membership in person.memberships}
    if organisations:
        applied = select(Application.round_id).where(Application.organisation_id.in_(organisations)).distinct()
        held |= {(round_id, Audience.APPLICANT.value) for round_id in db.session.scalars(applied)}
    return held


def in_force(round_id: int, role: Role) -> ClauseVersion | None:
    """Return the clause that somebody with a role in a round is given."""
    return clauses_in_force([round_id]).get((round_id, audience_of(role).value))


def of_invitation(invitation: Invitation) -> list[ClauseVersion]:
    """List the clauses in force of what somebody is invited to: of her role in a round, or as one of its applicants.

    Whoever joins an organisation is an applicant in each round in which it has applied, the newest first.
    """
    if invitation.round_id is not None:
        clause = in_force(invitation.round_id, Role(invitation.role))
        return [clause] if clause else []
    applied = select(Application.round_id).where(Application.organisation_id == invitation.organisation_id, STANDS)
    found = clauses_in_force(db.session.scalars(applied.distinct()).all())
    spoken = [clause for (_round, audience), clause in found.items() if audience == Audience.APPLICANT.value]
    return sorted(spoken, key=lambda clause: clause.round.opens_at, reverse=True)


def shown_to(person: Person, clause_id: int) -> ClauseVersion | None:
    """Return a version of a clause that speaks to a person in a round she takes part in; an earlier one, too.

    The page may stand open while a new version comes.
    """
    clause = db.session.get(ClauseVersion, clause_id)
    return clause if clause and (clause.round_id, clause.audience) in _taking_part(person) else None


def reading(person: Person, clause: ClauseVersion) -> ClauseReading | None:
    """Return that a person has read this very version."""
    mine = ClauseReading.person_id == person.id, ClauseReading.clause_id == clause.id
    return db.session.scalar(select(ClauseReading).where(*mine))


@dataclass(frozen=True)
class Listed:
    """One page of readings, the newest first."""

    rows: Sequence[ClauseReading]
    number: int
    last: int


def readings(round_: Round, number: int = 1) -> Listed:
    """List who has read which clause of a round and when, 50 a page."""
    of_round = select(ClauseReading).join(ClauseReading.clause).where(ClauseVersion.round_id == round_.id)
    total = db.session.scalar(select(func.count()).select_from(of_round.subquery())) or 0
    last = max(1, -(-total // PAGE))
    number = min(max(1, number), last)
    rows = of_round.options(contains_eager(ClauseReading.clause), joinedload(ClauseReading.person))
    newest = rows.order_by(ClauseReading.read_at.desc(), ClauseReading.id.desc())
    return Listed(db.session.scalars(newest.limit(PAGE).offset((number - 1) * PAGE)).all(), number, last)
