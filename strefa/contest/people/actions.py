"""What happens to accounts: signing up, in and out, passwords, second factors, languages."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from strefa.contest.people import queries
from strefa.contest.people.models import Attempt, Membership, Organisation, Person, RecoveryCode, RoundRole, SignIn
from strefa.infra import messages, security
from strefa.infra.chance import public_id
from strefa.infra.database import db
from strefa.infra.journal import record
from strefa.rules import identifiers
from strefa.rules.policy import OrganisationRole, Role
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.text import collation_key, normalised, search_key

TRIES = 10  # for one account within the window
NETWORK_TRIES = 100  # from one network address: a whole library may stand behind it
WINDOW = timedelta(minutes=15)
CONFIRMATION_HOURS = 48
RESET_HOURS = 2
FIRST_PASSWORD_HOURS = 72  # for an account that somebody else has opened


def count_attempt(purpose: str, account: str, network: str | None, *, actor: None = None, now: datetime) -> None:
    """Count a try before it is judged; not journalled, since anybody may cause thousands.

    Args:
        purpose: what is tried, such as "sign_in".
        account: the address or id that is tried, known or not.
        network: the network address it comes from.

    Raises:
        Refused: too many tries within a quarter of an hour.
    """
    db.session.execute(delete(Attempt).where(Attempt.at < now - WINDOW))
    limits = {f"{purpose}:account:{account.strip().lower()}": TRIES, f"{purpose}:network:{network}": NETWORK_TRIES}
    for key, most in limits.items():
        hashed = security.token_hash(key)
        tried = db.session.scalar(select(func.count()).select_from(Attempt).where(Attempt.key == hashed))
        if (tried or 0) >= most:
            raise Refused(Blocker(Reason.TOO_MANY_TRIES, "", {"minutes": int(WINDOW.total_seconds() // 60)}))
        db.session.add(Attempt(key=hashed, at=now))


def blockers_to_password(password: str, second_factor: bool) -> list[Blocker]:
    """List what is wrong with a new password: too short, too long, or on every list of common ones."""
    password = normalised(password)
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
    known = queries.by_email(email)
    if known is not None:
        messages.queue("known_address", known, now=now)
        record("sign_up_again", f"person:{known.public_id}", actor=None, now=now)
        return
    person = Person(
        public_id=public_id(),
        email=email.strip().lower(),
        name=name.strip(),
        sort_key=collation_key(name),
        language=language,
        password_hash=password_hash,
        created_at=now,
    )
    db.session.add(person)
    db.session.flush()
    messages.queue("confirm_address", person, now=now, token=_confirmation(person, person.email))
    record("sign_up", f"person:{person.public_id}", actor=person, now=now)


def _confirmation(person: Person, wanted: str) -> str:
    """Sign a claim to an address; it dies when the person's address has changed since."""
    return security.signed("confirm", [person.id, wanted, person.email])


def confirm_address(person: Person, email: str, known: str, *, actor: Person, now: datetime) -> None:
    """Confirm that somebody reads an address; a new one replaces the old.

    Args:
        known: the person's address when the link was written.

    Raises:
        Refused: somebody else has taken the address meanwhile, or the person's own has changed.
    """
    if person.email != known:
        raise Refused(Blocker(Reason.LINK_SPENT))
    holder = queries.by_email(email)
    if holder is not None and holder.id != person.id:
        raise Refused(Blocker(Reason.ADDRESS_TAKEN, "email"))
    changed = known != email
    person.email, person.email_confirmed_at = email, now
    record("confirm_address", f"person:{person.public_id}", actor=actor, now=now, changed=changed)


def open_sign_in(
    person: Person, token: str, agent: str, *, days: int, second_factor: bool, actor: Person, now: datetime
) -> SignIn:
    """Open a sign-in: a row with the hash of its token, revocable one by one."""
    sign_in = SignIn(
        public_id=public_id(),
        person_id=person.id,
        token_hash=security.token_hash(token),
        created_at=now,
        used_at=now,
        expires_at=now + timedelta(days=days),
        second_factor_at=now if second_factor else None,
        agent=agent[:200],
    )
    db.session.add(sign_in)
    record("sign_in", f"person:{person.public_id}", actor=actor, now=now)
    return sign_in


def note_use(sign_in: SignIn, *, actor: Person, now: datetime) -> None:
    """Note in its row that a sign-in was used; not journalled, it happens while people work."""
    db.session.execute(update(SignIn).where(SignIn.id == sign_in.id).values(used_at=now))


def end_sign_in(sign_in: SignIn, *, actor: Person, now: datetime) -> None:
    """End one sign-in: a cookie copied before is dead after it."""
    sign_in.ended_at = now
    record("sign_out", f"person:{actor.public_id}", actor=actor, now=now, sign_in=sign_in.public_id)


def end_all_sign_ins(person: Person, *, but: SignIn | None = None, actor: Person, now: datetime) -> None:
    """End every sign-in of a person, but for one if given."""
    open_ones = update(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
    if but is not None:
        open_ones = open_ones.where(SignIn.id != but.id)
    db.session.execute(open_ones.values(ended_at=now))
    record("sign_out_everywhere", f"person:{person.public_id}", actor=actor, now=now)


def give_second_factor(sign_in: SignIn, step: int, *, actor: Person, now: datetime) -> None:
    """Note that the code of a time step was given; the same code does not pass again.

    Raises:
        Refused: the code of this step, or a later one, was used already.
    """
    if actor.totp_last_step is not None and step <= actor.totp_last_step:
        raise Refused(Blocker(Reason.CODE_USED, "code"))
    actor.totp_last_step, sign_in.second_factor_at = step, now
    record("second_factor", f"person:{actor.public_id}", actor=actor, now=now)


def use_recovery_code(code: str, sign_in: SignIn, *, actor: Person, now: datetime) -> None:
    """Pass the second step with a code written down for the day the phone is lost; it passes once.

    Raises:
        Refused: this person has no such code, or it was used.
    """
    known = queries.recovery_code(actor.id, security.token_hash(code))
    if known is None:
        raise Refused(Blocker(Reason.CODE_WRONG, "code"))
    known.used_at, sign_in.second_factor_at = now, now
    messages.queue("recovery_code_used", actor, now=now)
    record("recovery_code", f"person:{actor.public_id}", actor=actor, now=now)


def set_up_second_factor(
    secret: str, codes: list[str], sign_in: SignIn, step: int, *, actor: Person, now: datetime
) -> None:
    """Keep the secret of a person's code app and the hashes of fresh recovery codes; old codes die."""
    actor.totp_secret, actor.totp_confirmed_at, actor.totp_last_step = secret, now, step
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == actor.id))
    for code in codes:
        db.session.add(RecoveryCode(person_id=actor.id, code_hash=security.token_hash(code)))
    sign_in.second_factor_at = now
    messages.queue("second_factor_set", actor, now=now)
    record("set_up_second_factor", f"person:{actor.public_id}", actor=actor, now=now)


def reset_password(person: Person, password_hash: str, spent: str, *, actor: Person, now: datetime) -> None:
    """Store a new password claimed by a link; the link dies with the password it was written for.

    Raises:
        Refused: the link was used, or the password has changed since.
    """
    if spent != _fingerprint(person):
        raise Refused(Blocker(Reason.LINK_SPENT))
    change_password(person, password_hash, but=None, actor=actor, now=now)


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
    person = queries.by_email(email)
    if person is None or person.disabled_at is not None:
        messages.queue("no_account", email.strip().lower(), now=now)
        record("reset_unknown", "person:unknown", actor=None, now=now)
        return
    messages.queue("reset_password", person, now=now, token=security.signed("reset", [person.id, _fingerprint(person)]))
    record("ask_for_reset", f"person:{person.public_id}", actor=None, now=now)


def ask_for_new_address(person: Person, email: str, *, actor: Person, now: datetime) -> None:
    """Send a link to a new address; it counts once its link was claimed, and the old one is told."""
    wanted = email.strip().lower()
    if queries.by_email(wanted) is None:
        messages.queue(
            "confirm_address", wanted, now=now, language=person.language,
            token=_confirmation(person, wanted),
        )  # fmt: skip
    messages.queue("address_changing", person, now=now)
    record("ask_for_new_address", f"person:{person.public_id}", actor=actor, now=now)


def choose_language(person: Person, language: str, *, actor: Person, now: datetime) -> None:
    """Keep the language in which a person reads pages and letters."""
    person.language = language
    record("choose_language", f"person:{person.public_id}", actor=actor, now=now, language=language)


def add_person(
    email: str, name: str, password_hash: str, role: Role, round_id: int | None, *, actor: Person | None, now: datetime
) -> Person:
    """Add somebody with an account and a role, or give a known person one more role.

    Raises:
        Refused: the address is no e-mail address.
    """
    address = identifiers.checked("email", email, "email").lower()
    person = queries.by_email(address)
    if person is None:
        person = Person(
            public_id=public_id(), email=address, name=name.strip(), sort_key=collation_key(name),
            password_hash=password_hash, email_confirmed_at=now, created_at=now, roles=[], memberships=[],
        )  # fmt: skip
        db.session.add(person)
    if role is Role.ADMINISTRATOR:
        person.is_administrator = True
    elif round_id is not None and role not in person.roles_in(round_id):
        person.roles.append(RoundRole(round_id=round_id, role=role, granted_at=now))
    db.session.flush()
    record("add_person", f"person:{person.public_id}", actor=actor, now=now, round_id=round_id, role=role.value)
    return person


def add_organisation(name: str, *, actor: Person, now: datetime) -> Organisation:
    """Begin an organisation; whoever begins it writes and signs until others join."""
    organisation = Organisation(
        public_id=public_id(), name=name, sort_key=collation_key(name), search_key=search_key(name), created_at=now
    )
    db.session.add(organisation)
    db.session.flush()
    for role in (OrganisationRole.EDITOR, OrganisationRole.SIGNATORY):
        db.session.add(Membership(organisation_id=organisation.id, person_id=actor.id, role=role, created_at=now))
    record("add_organisation", f"organisation:{organisation.public_id}", actor=actor, now=now, name=name)
    return organisation
