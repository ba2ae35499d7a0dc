"""What happens to accounts: opened, confirmed, given passwords, addresses, languages and roles, shut."""

from datetime import datetime

from strefa.contest.people import queries
from strefa.contest.people.models import Person, RoundRole, SignIn
from strefa.contest.people.sign_in_actions import end_all_sign_ins, forget_tries
from strefa.infra import messages, security
from strefa.infra.chance import public_id
from strefa.infra.database import db, lock
from strefa.infra.journal import record
from strefa.rules import identifiers
from strefa.rules.policy import Role
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.text import collation_key, normalised, search_key

CONFIRMATION_HOURS = 48
RESET_HOURS = 2
FIRST_PASSWORD_HOURS = 72  # for an account that somebody else has opened


def blockers_to_password(password: str, second_factor: bool) -> list[Blocker]:
    """List what is wrong with a new password: missing, too short, too long, or on every list of common ones."""
    password = normalised(password)
    if not password.strip():
        return [Blocker(Reason.PASSWORD_MISSING, "password")]
    least = security.SHORTEST_WITH_SECOND_FACTOR if second_factor else security.SHORTEST_PASSWORD
    blockers = []
    if len(password) < least:
        blockers.append(Blocker(Reason.PASSWORD_TOO_SHORT, "password", {"least": least}))
    if len(password) > security.LONGEST_PASSWORD:
        blockers.append(Blocker(Reason.PASSWORD_TOO_LONG, "password", {"most": security.LONGEST_PASSWORD}))
    if security.is_common(password):
        blockers.append(Blocker(Reason.PASSWORD_COMMON, "password"))
    return blockers


def sign_up(email: str, name: str, password_hash: str, *, language: str, actor: None = None, now: datetime) -> None:
    """Open an account to be confirmed by e-mail; a known address gets a letter that says so instead.

    The answer on the page is the same in both cases, so nobody learns who has an account.
    """
    known = queries.addressee(email)
    if known is not None:
        messages.queue("known_address", known, now=now)
        record("sign_up_again", f"person:{known.public_id}", actor=None, now=now)
        return
    person = open_account(email, name, password_hash, language=language, now=now)
    messages.queue("confirm_address", person, now=now, token=_confirmation(person, person.email))
    record("sign_up", f"person:{person.public_id}", actor=person, now=now)


def open_account(
    email: str, name: str, password_hash: str | None, *, language: str = "pl", confirmed: bool = False,
    actor: None = None, now: datetime,
) -> Person:  # fmt: skip
    """Open an account; whoever asks for it writes its own journal entry beside this one.

    Args:
        confirmed: a letter to the address has been answered, or staff answer for it.
    """
    person = Person(
        public_id=public_id(), email=email.strip().lower(), name=normalised(name).strip(), language=language,
        sort_key=collation_key(name), search_key=search_key(f"{name} {email}"), password_hash=password_hash,
        email_confirmed_at=now if confirmed else None, created_at=now, roles=[], memberships=[],
    )  # fmt: skip
    db.session.add(person)
    db.session.flush()
    record("open_account", f"person:{person.public_id}", actor=person, now=now)
    return person


def _confirmation(person: Person, wanted: str) -> str:
    """Sign a claim to an address; it dies when the person's address has changed since."""
    return security.signed("confirm", [person.id, wanted, person.email])


def confirm_address(person: Person, email: str, known: str, *, actor: Person, now: datetime) -> bool:
    """Confirm that somebody reads an address; a new one replaces the old, and a letter to the old one says so.

    Args:
        known: the person's address when the link was written.

    Returns:
        whether this confirmed it: a link that did so once lies in histories of browsers and proves nothing more.

    Raises:
        Refused: somebody else has taken the address meanwhile, or the person's own has changed.
    """
    if person.email != known:
        raise Refused(Blocker(Reason.LINK_SPENT))
    if known == email and person.email_confirmed_at is not None:
        return False  # the button was pressed twice
    holder = queries.addressee(email)
    if holder is not None and holder.id != person.id:
        raise Refused(Blocker(Reason.ADDRESS_TAKEN, "email"))
    changed = known != email
    if changed:
        messages.queue("address_changed", person, now=now, address=email)  # to the old one, as long as it is hers
    person.email, person.email_confirmed_at = email, now
    person.search_key = search_key(f"{person.name} {email}")
    record("confirm_address", f"person:{person.public_id}", actor=actor, now=now, changed=changed)
    return True


def reset_password(person: Person, password_hash: str, spent: str, *, actor: Person, now: datetime) -> None:
    """Store a new password claimed by a link; the link dies with the password it was written for.

    Whoever had to wait after too many wrong passwords need not wait with the new one.

    Raises:
        Refused: the link was used, or the password has changed since.
    """
    if spent != _fingerprint(person):
        raise Refused(Blocker(Reason.LINK_SPENT))
    change_password(person, password_hash, but=None, actor=actor, now=now)
    forget_tries(person, actor=actor, now=now)


def _fingerprint(person: Person) -> str:
    return security.token_hash(person.password_hash or "")


def change_password(person: Person, password_hash: str, *, but: SignIn | None, actor: Person, now: datetime) -> None:
    """Store a new password's hash and end every other sign-in; the person gets a letter."""
    person.password_hash = password_hash
    person.email_confirmed_at = person.email_confirmed_at or now
    end_all_sign_ins(person, but=but, actor=actor, now=now)
    messages.queue("password_changed", person, now=now)
    record("change_password", f"person:{person.public_id}", actor=actor, now=now)


def ask_for_reset(email: str, *, actor: None = None, now: datetime) -> None:
    """Send a link for a new password; an unknown address gets a letter that says there is no account."""
    person = queries.addressee(email)
    if person is None or person.disabled_at is not None:
        messages.queue("no_account", email.strip().lower(), now=now)
        record("reset_unknown", "person:unknown", actor=None, now=now)
        return
    messages.queue("reset_password", person, now=now, token=security.signed("reset", [person.id, _fingerprint(person)]))
    record("ask_for_reset", f"person:{person.public_id}", actor=None, now=now)


def ask_for_new_address(person: Person, email: str, *, actor: Person, now: datetime) -> None:
    """Send a link to a new address; it counts once its link was claimed, and the old one is told."""
    wanted = email.strip().lower()
    if queries.addressee(wanted) is None:
        messages.queue(
            "confirm_new_address", wanted, now=now, language=person.language,
            token=_confirmation(person, wanted),
        )  # fmt: skip
    messages.queue("address_changing", person, now=now, address=wanted)
    record("ask_for_new_address", f"person:{person.public_id}", actor=actor, now=now)


def rename(person: Person, name: str, *, actor: Person, now: datetime) -> None:
    """Write a person's name as she writes it herself; papers that are made already keep the one they bear.

    Each round in which she has had a role says it in its journal, where she stood under the other name.
    """
    written, before = normalised(name).strip(), person.name
    if written == before:
        return
    person.name, person.sort_key = written, collation_key(written)
    person.search_key = search_key(f"{written} {person.email}")
    subject = f"person:{person.public_id}"
    for round_id in sorted({role.round_id for role in person.roles}) or [None]:
        record("rename", subject, actor=actor, now=now, round_id=round_id, before=before, after=written)


def choose_language(person: Person, language: str, *, actor: Person, now: datetime) -> None:
    """Keep the language in which a person reads pages and letters."""
    person.language = language
    record("choose_language", f"person:{person.public_id}", actor=actor, now=now, language=language)


def choose_reminders(person: Person, wanted: bool, *, actor: Person, now: datetime) -> None:
    """Send a person reminders of drafts that are not sent yet, or none."""
    person.reminders_off_at = None if wanted else person.reminders_off_at or now
    record("choose_reminders", f"person:{person.public_id}", actor=actor, now=now, wanted=wanted)


def add_person(
    email: str, name: str, password_hash: str | None, role: Role, round_id: int | None, *,
    actor: Person | None, now: datetime,
) -> Person:  # fmt: skip
    """Add somebody with an account and a role, or give a known person one more role.

    Args:
        password_hash: None sends a letter with a link for a password of her own.

    Raises:
        Refused: the address is no e-mail address.
    """
    address = identifiers.checked("email", email, "email").lower()
    person = queries.by_email(address)
    if person is None:
        person = open_account(address, name, password_hash, confirmed=password_hash is not None, now=now)
        if password_hash is None:
            messages.queue("first_password", person, now=now, token=first_password_token(person))
    if role is Role.ADMINISTRATOR:
        person.is_administrator = True
    elif round_id is not None and role not in person.roles_in(round_id):
        person.roles.append(RoundRole(round_id=round_id, role=role, granted_at=now))
    db.session.flush()
    record("add_person", f"person:{person.public_id}", actor=actor, now=now, round_id=round_id, role=role.value)
    return person


def end_round_role(person: Person, round_id: int, role: Role, *, actor: Person, now: datetime) -> None:
    """Take a role in a round from somebody; what was done in it stays. Jurors leave through the panel.

    Raises:
        Refused: she does not hold it, or nobody would be left who looks after the round.
    """
    lock(f"roles:{round_id}")
    holders = {held.person_id: held for held in queries.round_roles(round_id) if held.role is role}
    held = holders.get(person.id)
    if held is None or role is Role.JUROR:
        raise Refused(Blocker(Reason.WRONG_STATUS))
    if role is Role.COORDINATOR and len(holders) == 1:
        raise Refused(Blocker(Reason.LAST_COORDINATOR))
    held.ended_at = now
    record("end_role", f"person:{person.public_id}", actor=actor, now=now, round_id=round_id, role=role.value)


def first_password_token(person: Person) -> str:
    """Return what a link for a first password carries; it dies with the password it replaces."""
    return security.signed("first_password", [person.id, _fingerprint(person)])


def disable(person: Person, *, actor: Person, now: datetime) -> None:
    """Shut an account: its sign-ins end and no new one opens. What the person did stays.

    Raises:
        Refused: nobody shuts the account she is signed in with.
    """
    if person.id == actor.id:
        raise Refused(Blocker(Reason.NOT_ONESELF))
    person.disabled_at = now
    end_all_sign_ins(person, actor=actor, now=now)
    record("disable", f"person:{person.public_id}", actor=actor, now=now)


def enable(person: Person, *, actor: Person, now: datetime) -> None:
    """Open a shut account again.

    Raises:
        Refused: nobody is behind it any more.
    """
    if person.erased_at is not None:
        raise Refused(Blocker(Reason.ERASED_ALREADY))
    person.disabled_at = None
    record("enable", f"person:{person.public_id}", actor=actor, now=now)
