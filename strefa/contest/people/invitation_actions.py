"""What happens to invitations: sent by letter, taken back, claimed by a button behind the link."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select

from strefa.contest.people import queries
from strefa.contest.people.actions import open_account
from strefa.contest.people.models import Invitation, Membership, Organisation, Person, RoundRole
from strefa.infra import messages, security
from strefa.infra.chance import public_id
from strefa.infra.database import db
from strefa.infra.journal import record
from strefa.rules import identifiers
from strefa.rules.policy import OrganisationRole, Role
from strefa.rules.refusal import Blocker, Reason, Refused

DAYS = 14  # an invitation waits so long
INVITED_ROLES = (Role.JUROR, Role.CHAIR, Role.COORDINATOR, Role.APPROVER, Role.AUDITOR)


class Round(Protocol):
    """A round, as far as an invitation asks; rounds are a later stage than people."""

    id: Any
    name: Any
    name_en: Any


def invite_to_round(  # noqa: PLR0913 (what is known of a juror is written down when she is invited)
    round_: Round,
    email: str,
    name: str,
    role: Role,
    background: str = "",
    voivodeship: str = "",
    affiliation: str = "",
    commune: str = "",
    *,
    actor: Person | None,
    now: datetime,
) -> Invitation:
    """Ask somebody by letter to take a role in a round.

    Args:
        background: of a juror: "librarian" or "other".
        voivodeship: of a juror, whose own voivodeship she does not assess.
        affiliation: of a juror: the name of her organisation.
        commune: of a juror: TERYT of where she lives or works.

    Raises:
        Refused: the address is no e-mail address, or nobody is invited to this role.
    """
    if role not in INVITED_ROLES:
        raise Refused(Blocker(Reason.ROLE_NOT_INVITED, "role"))
    invitation = _invitation(email, name, role, actor, now)
    invitation.round_id, invitation.background = round_.id, background
    invitation.voivodeship, invitation.affiliation = voivodeship, affiliation.strip()
    invitation.commune = commune or None
    _written_to_round(invitation, round_, actor, now)
    _noted("invite", invitation, actor, now)
    return invitation


def send_again(invitation: Invitation, round_: Round, *, actor: Person, now: datetime) -> None:
    """Ask once more by a new letter, whose link works as long as the first one's did; that one opens nothing then.

    Raises:
        Refused: it has been claimed.
    """
    _renewed(invitation, actor, now)
    _written_to_round(invitation, round_, actor, now)
    _noted("invite_again", invitation, actor, now)


def _renewed(invitation: Invitation, actor: Person, now: datetime) -> None:
    """Let an invitation that waits be this person's, for as long as a new one."""
    if invitation.claimed_at is not None:
        raise Refused(Blocker(Reason.INVITATION_SPENT))
    invitation.invited_by_id, invitation.expires_at = actor.id, now + timedelta(days=DAYS)


def invite_to_organisation(
    organisation: Organisation, email: str, role: OrganisationRole, *, actor: Person, now: datetime
) -> Invitation:
    """Ask somebody by letter to join an organisation in a role.

    Raises:
        Refused: the address is no e-mail address, an invitation waits for its answer, or its person is here already.
    """
    invitation = _invitation(email, "", role, actor, now)
    if waiting := queries.waiting_for(invitation.email, now, organisation_id=organisation.id):
        raise Refused(Blocker(Reason.INVITATION_WAITS, "email", {"until": waiting.expires_at}))
    if any(person.email.casefold() == invitation.email for person in queries.members_of(organisation.id)):
        raise Refused(Blocker(Reason.ALREADY_A_MEMBER, "email"))
    invitation.organisation_id = organisation.id
    _written_to_organisation("invite", invitation, organisation, actor, now)
    return invitation


def ask_again(invitation: Invitation, role: OrganisationRole, *, actor: Person, now: datetime) -> None:
    """Ask once more to join an organisation, in this role or another, by a new letter: the earlier link opens nothing.

    Raises:
        Refused: it has been claimed.
    """
    assert invitation.organisation is not None  # the loader found one to an organisation
    _renewed(invitation, actor, now)
    invitation.role = role.value
    _written_to_organisation("invite_again", invitation, invitation.organisation, actor, now)


def _written_to_organisation(
    verb: str, invitation: Invitation, organisation: Organisation, actor: Person, now: datetime
) -> None:
    _written(invitation, "invitation_organisation", now, place=organisation.name, inviter=actor.name)
    record(
        verb, f"organisation:{organisation.public_id}", actor=actor, now=now, role=invitation.role,
        email=invitation.email, invitation=invitation.public_id,
    )  # fmt: skip


def _invitation(
    email: str, name: str, role: Role | OrganisationRole, actor: Person | None, now: datetime
) -> Invitation:
    return Invitation(
        public_id=public_id(),
        email=identifiers.checked("email", email, "email").lower(),
        name=name.strip(),
        role=role.value,
        invited_by_id=actor.id if actor else None,
        created_at=now,
        expires_at=now + timedelta(days=DAYS),
    )


def _written(invitation: Invitation, template: str, now: datetime, round_id: int | None = None, **values: Any) -> None:
    """Store an invitation and queue its letter; only the letter holds the token."""
    token = security.new_token()
    invitation.token_hash = security.token_hash(token)
    db.session.add(invitation)
    to = queries.addressee(invitation.email) or invitation.email
    messages.queue(
        template, to, now=now, round_id=round_id, name=invitation.name, role=invitation.role, token=token,
        public_id=invitation.public_id, expires_at=invitation.expires_at.isoformat(), **values,
    )  # fmt: skip


def _written_to_round(invitation: Invitation, round_: Round, actor: Person | None, now: datetime) -> None:
    place, inviter = {"pl": round_.name, "en": round_.name_en}, actor.name if actor else ""
    _written(invitation, "invitation_round", now, round_.id, place=place, inviter=inviter)


def _noted(verb: str, invitation: Invitation, actor: Person | None, now: datetime) -> None:
    record(
        verb, f"invitation:{invitation.public_id}", actor=actor, now=now, round_id=invitation.round_id,
        role=invitation.role, email=invitation.email,
    )  # fmt: skip


def take_back(invitation: Invitation, *, actor: Person, now: datetime) -> None:
    """Take an invitation back that nobody has claimed: it is gone, the journal alone keeps that there was one.

    Raises:
        Refused: it has been claimed.
    """
    if invitation.claimed_at is not None:
        raise Refused(Blocker(Reason.INVITATION_SPENT))
    _noted("take_back", invitation, actor, now)
    db.session.delete(invitation)


def claim(invitation: Invitation, *, actor: Person, now: datetime) -> None:
    """Take the role one was invited to; claimed once. A juror's place on the panel is the jury's to give.

    Raises:
        Refused: the invitation was claimed, taken back or waited too long.
    """
    if invitation.claimed_at is not None or invitation.expires_at <= now:
        raise Refused(Blocker(Reason.INVITATION_SPENT))
    invitation.claimed_at, invitation.claimed_by_id = now, actor.id
    if invitation.round_id is not None:
        _give_round_role(invitation.round_id, Role(invitation.role), actor, now)
    elif invitation.organisation_id is not None:
        _give_membership(invitation.organisation_id, OrganisationRole(invitation.role), actor, now)
    record(
        "claim", f"invitation:{invitation.public_id}", actor=actor, now=now, round_id=invitation.round_id,
        role=invitation.role,
    )  # fmt: skip


def claim_as_new(
    invitation: Invitation, name: str, password_hash: str, language: str, *, actor: None = None, now: datetime
) -> Person:
    """Open an account for somebody invited, whose address the letter has proved, and take the role.

    Raises:
        Refused: the address has an account by now, or the invitation is spent.
    """
    if queries.addressee(invitation.email) is not None:
        raise Refused(Blocker(Reason.ADDRESS_TAKEN, "email"))
    person = open_account(invitation.email, name, password_hash, language=language, confirmed=True, now=now)
    claim(invitation, actor=person, now=now)
    return person


def _give_round_role(round_id: int, role: Role, person: Person, now: datetime) -> None:
    held = db.session.scalar(
        select(RoundRole).where(
            RoundRole.round_id == round_id, RoundRole.person_id == person.id, RoundRole.role == role
        )
    )
    if held is None:
        db.session.add(RoundRole(round_id=round_id, person_id=person.id, role=role, granted_at=now))
    else:
        held.ended_at = None


def _give_membership(organisation_id: int, role: OrganisationRole, person: Person, now: datetime) -> None:
    if role not in queries.roles_in_organisation(organisation_id).get(person.id, frozenset()):
        db.session.add(Membership(organisation_id=organisation_id, person_id=person.id, role=role, created_at=now))
