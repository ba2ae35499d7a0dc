"""Writing down that somebody has read a clause."""

from datetime import datetime

from strefa.contest.people.models import Invitation, Person
from strefa.contest.privacy import clause_queries
from strefa.contest.privacy.models import ClauseReading
from strefa.contest.rounds.models import ClauseVersion
from strefa.infra.database import db
from strefa.infra.journal import record
from strefa.rules.policy import Role


def read_clause(clause: ClauseVersion, *, actor: Person, now: datetime) -> None:
    """Write down that a person has read a clause in this version; a second time changes nothing."""
    if clause_queries.reading(actor, clause) is not None:
        return
    db.session.add(ClauseReading(person_id=actor.id, clause_id=clause.id, read_at=now))
    record(
        "read_clause", f"person:{actor.public_id}", actor=actor, now=now, round_id=clause.round_id,
        clause=clause.audience, version=clause.version,
    )  # fmt: skip


def read_when_invited(invitation: Invitation, *, actor: Person, now: datetime) -> None:
    """Write down that the page where somebody accepts an invitation showed her the clauses of what she joins."""
    for clause in clause_queries.of_invitation(invitation):
        read_clause(clause, actor=actor, now=now)


def read_when_joining(round_id: int | None, role: Role, *, actor: Person, now: datetime) -> None:
    """Write down that somebody was shown the clause of a role on the page where she took it; none concerns nobody."""
    clause = clause_queries.in_force(round_id, role) if round_id is not None else None
    if clause is not None:
        read_clause(clause, actor=actor, now=now)
