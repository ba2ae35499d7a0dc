"""Reading people: with all that the policy asks of an actor, in a fixed number of statements."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from strefa.contest.people.models import Invitation, Membership, Organisation, Person, RecoveryCode, RoundRole, SignIn
from strefa.infra.database import db
from strefa.rules.policy import OrganisationRole, Role
from strefa.rules.text import search_key

PAGE = 50

ACTOR = (selectinload(Person.roles), selectinload(Person.memberships))
ACTOR_AT_ONCE = (joinedload(Person.roles), joinedload(Person.memberships))  # one statement: every request asks it

# Built once: making such a statement costs a third of running it, and every request asks these two.
_OPEN_SIGN_IN = (
    select(SignIn)
    .options(joinedload(SignIn.person).options(*ACTOR_AT_ONCE))
    .where(SignIn.token_hash == bindparam("token_hash"), SignIn.ended_at.is_(None))
)
_BY_ID = select(Person).options(*ACTOR_AT_ONCE).where(Person.id == bindparam("person_id"))
_MEMBERS = (
    select(Person)
    .where(
        Person.id.in_(select(Membership.person_id).where(Membership.organisation_id == bindparam("organisation_id")))
    )
    .order_by(Person.id)
)


def open_sign_in(token_hash: str) -> SignIn | None:
    """Return the sign-in that a token opens, with its person; None when ended or disabled (its age is not judged)."""
    sign_in = db.session.scalars(_OPEN_SIGN_IN, {"token_hash": token_hash}).unique().one_or_none()
    return sign_in if sign_in and sign_in.person.disabled_at is None else None


def by_email(email: str) -> Person | None:
    """Return the person with an e-mail address, written in any case."""
    return db.session.scalar(select(Person).options(*ACTOR).where(Person.email == email.strip().lower()))


def addressee(email: str) -> Person | None:
    """Return whom a letter to an address is for; one statement, whether the address is known or not."""
    return db.session.scalar(select(Person).where(Person.email == email.strip().lower()))


class Credentials(NamedTuple):
    """What signing in judges; one statement, the same for known and unknown addresses."""

    person_id: int
    password_hash: str | None
    open: bool  # confirmed and not disabled


def credentials(email: str) -> Credentials | None:
    """Return what signing in with an address is judged by."""
    row = db.session.execute(
        select(Person.id, Person.password_hash, Person.email_confirmed_at, Person.disabled_at).where(
            Person.email == email.strip().lower()
        )
    ).one_or_none()
    return Credentials(row[0], row[1], row[2] is not None and row[3] is None) if row else None


def by_public_id(public_id: str) -> Person | None:
    """Return the person with a public id."""
    return db.session.scalar(select(Person).options(*ACTOR).where(Person.public_id == public_id))


def members_of(organisation_id: int) -> Sequence[Person]:
    """List the people of an organisation, each once, in the order they joined."""
    return db.session.scalars(_MEMBERS, {"organisation_id": organisation_id}).all()


def members_with(organisation_id: int, role: OrganisationRole) -> Sequence[Person]:
    """List the people who hold a role in an organisation and whose accounts are open, by name."""
    holders = select(Membership.person_id).where(Membership.organisation_id == organisation_id, Membership.role == role)
    named = select(Person).where(Person.id.in_(holders), Person.disabled_at.is_(None))
    return db.session.scalars(named.order_by(Person.sort_key, Person.id)).all()


def names_of(ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of people by their ids; one statement."""
    wanted = {person_id for person_id in ids if person_id is not None}
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted))).all()
    return {person_id: name for person_id, name in rows}


def names_by_public_id(ids: Iterable[str]) -> dict[str, str]:
    """Return the names of people by their public ids; one statement."""
    rows = db.session.execute(select(Person.public_id, Person.name).where(Person.public_id.in_(set(ids)))).all()
    return {public_id: name for public_id, name in rows}


def by_id(person_id: int) -> Person | None:
    """Return the person with an id, as the database has it now."""
    found = db.session.scalars(_BY_ID, {"person_id": person_id}, execution_options={"populate_existing": True})
    return found.unique().one_or_none()


def open_sign_ins(person_id: int, now: datetime | None) -> Sequence[SignIn]:
    """List a person's open sign-ins, the newest first; without a moment those that are too old, too."""
    mine = select(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    valid = mine if now is None else mine.where(SignIn.expires_at > now)
    return db.session.scalars(valid.order_by(SignIn.created_at.desc())).all()


def recovery_codes_left(person_id: int) -> int:
    """Count a person's unused recovery codes."""
    unused = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(unused) or 0


def sign_in_by_public_id(public_id: str) -> SignIn | None:
    """Return a sign-in by its address id."""
    return db.session.scalar(select(SignIn).where(SignIn.public_id == public_id))


def round_roles(round_id: int) -> Sequence[RoundRole]:
    """List the roles that people hold in a round, with their people, by name."""
    held = select(RoundRole).join(RoundRole.person).options(contains_eager(RoundRole.person))
    return db.session.scalars(
        held.where(RoundRole.round_id == round_id, RoundRole.ended_at.is_(None)).order_by(Person.sort_key, RoundRole.id)
    ).all()


def holding(round_id: int, role: Role) -> Sequence[Person]:
    """List the people who hold a role in a round and may sign in: whom a letter about their work finds."""
    held = Person.roles.any(round_id=round_id, role=role, ended_at=None)
    return db.session.scalars(select(Person).where(held, Person.disabled_at.is_(None)).order_by(Person.id)).all()


def is_held(round_id: int, role: Role, *, but: int) -> bool:
    """Say whether somebody who may sign in holds a role in a round, beside the person with the id `but`."""
    others = Person.roles.any(round_id=round_id, role=role, ended_at=None), Person.disabled_at.is_(None)
    return bool(db.session.scalar(select(exists().where(*others, Person.id != but))))


def recovery_code(person_id: int, code_hash: str) -> RecoveryCode | None:
    """Return a person's unused recovery code by its hash."""
    return db.session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.person_id == person_id, RecoveryCode.code_hash == code_hash, RecoveryCode.used_at.is_(None)
        )
    )


def organisations_of(person: Person) -> Sequence[Organisation]:
    """List the organisations that a person belongs to, by name."""
    mine = select(Membership.organisation_id).where(Membership.person_id == person.id)
    return db.session.scalars(
        select(Organisation).where(Organisation.id.in_(mine)).order_by(Organisation.sort_key)
    ).all()


def organisation_by_public_id(public_id: str) -> Organisation | None:
    """Return the organisation with a public id."""
    return db.session.scalar(select(Organisation).where(Organisation.public_id == public_id))


def roles_in_organisation(organisation_id: int) -> dict[int, frozenset[OrganisationRole]]:
    """Return who does what in an organisation: ids of people to their roles, in the order they joined."""
    rows = db.session.execute(
        select(Membership.person_id, Membership.role)
        .where(Membership.organisation_id == organisation_id)
        .order_by(Membership.id)
    ).all()
    held: dict[int, frozenset[OrganisationRole]] = {}
    for person_id, role in rows:
        held[person_id] = held.get(person_id, frozenset()) | {role}
    return held


def invitation(public_id: str, token_hash: str, now: datetime) -> Invitation | None:
    """Return the invitation that a link leads to, with who sent it; None when it is spent or the link is wrong."""
    return db.session.scalar(
        select(Invitation)
        .options(joinedload(Invitation.organisation), joinedload(Invitation.invited_by))
        .where(
            Invitation.public_id == public_id, Invitation.token_hash == token_hash,
            Invitation.claimed_at.is_(None), Invitation.expires_at > now,
        )
    )  # fmt: skip


def invitations_waiting(now: datetime, *, organisation_id: int) -> Sequence[Invitation]:
    """List the invitations to an organisation that can still be claimed, the newest first."""
    place = Invitation.organisation_id == organisation_id
    waiting = select(Invitation).where(place, Invitation.claimed_at.is_(None), Invitation.expires_at > now)
    return db.session.scalars(waiting.order_by(Invitation.id.desc())).all()


def waiting_for(email: str, now: datetime, *, organisation_id: int) -> Invitation | None:
    """Return the invitation to an organisation that waits for an answer from this address, however it is written."""
    folded = email.casefold()
    waiting = invitations_waiting(now, organisation_id=organisation_id)
    return next((one for one in waiting if one.email.casefold() == folded), None)


def unanswered(round_id: int, roles: Collection[Role]) -> Sequence[Invitation]:
    """List the invitations to roles in a round that nobody has claimed, expired ones too, in the order of asking."""
    asked = Invitation.round_id == round_id, Invitation.role.in_(roles), Invitation.claimed_at.is_(None)
    return db.session.scalars(select(Invitation).where(*asked).order_by(Invitation.id)).all()


def waiting_membership(public_id: str) -> Invitation | None:
    """Return an invitation to an organisation that nobody has claimed, by its public id, with its organisation."""
    return db.session.scalar(
        select(Invitation)
        .join(Invitation.organisation)
        .options(contains_eager(Invitation.organisation))
        .where(Invitation.public_id == public_id, Invitation.claimed_at.is_(None))
    )


def waiting_role(public_id: str) -> Invitation | None:
    """Return an invitation to a round that nobody has claimed, by its public id."""
    return db.session.scalar(
        select(Invitation).where(
            Invitation.public_id == public_id, Invitation.round_id.is_not(None), Invitation.claimed_at.is_(None)
        )
    )


def found(text: str, page: int) -> tuple[Sequence[Person], int]:
    """Return one page of the people whose name or address holds each word of a text, and how many pages there are."""
    wanted = select(Person)
    for word in search_key(text).split():
        wanted = wanted.where(Person.search_key.contains(word, autoescape=True))
    count = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    last = max(1, -(-count // PAGE))
    rows = db.session.scalars(
        wanted.options(*ACTOR).order_by(Person.sort_key, Person.id).offset((min(page, last) - 1) * PAGE).limit(PAGE)
    ).all()
    return rows, last


def membership(public_id: str, person_id: str) -> Membership | None:
    """Return a person's place in an organisation, both by their public ids; the first when she has several roles."""
    return db.session.scalar(
        select(Membership)
        .join(Membership.organisation)
        .join(Membership.person)
        .options(contains_eager(Membership.organisation), contains_eager(Membership.person))
        .where(Organisation.public_id == public_id, Person.public_id == person_id)
        .order_by(Membership.id)
        .limit(1)
    )
