"""What happens at the door: tries counted, sign-ins opened and ended, the second step given and set up."""

from datetime import datetime, timedelta
from hmac import compare_digest
from ipaddress import IPv6Address, IPv6Network, ip_address

from sqlalchemy import delete, func, select, update

from strefa.contest.people import queries
from strefa.contest.people.models import Attempt, Person, RecoveryCode, SignIn
from strefa.infra import messages, security
from strefa.infra.chance import public_id
from strefa.infra.database import db, lock
from strefa.infra.journal import record
from strefa.rules.refusal import Blocker, Reason, Refused

TRIES = 10  # for one account within the window
NETWORK_TRIES = 100  # from one network address: a whole library may stand behind it
WINDOW = timedelta(minutes=15)
LETTER_CODE_LASTS = timedelta(hours=1)  # mail servers hold strangers' letters back for a quarter and more
SHARED_LASTS = timedelta(hours=4)  # a sign-in on a computer that others use, too
TOO_MANY = {
    "sign_in": Reason.TOO_MANY_TRIES,
    "sign_up": Reason.TOO_MANY_SIGN_UPS,
    "reset": Reason.TOO_MANY_RESETS,
    "password": Reason.TOO_MANY_PASSWORDS,
    "code": Reason.TOO_MANY_CODES,
    "letter_code": Reason.TOO_MANY_LETTER_CODES,
    "code_letter": Reason.TOO_MANY_CODE_LETTERS,
}
"""What is said of too many tries for one account, by what was tried."""


def count_attempt(purpose: str, account: str, network: str | None, *, actor: None = None, now: datetime) -> None:
    """Count a try before it is judged; not journalled, since anybody may cause thousands.

    Args:
        purpose: what is tried, a key of `TOO_MANY`.
        account: the address or id that is tried, known or not.
        network: the network address it comes from.

    Raises:
        Refused: too many tries within a quarter of an hour.
    """
    who, where = _of_account(purpose, account), _hashed(purpose, "network", _neighbourhood(network))
    for hashed in sorted((who, where)):
        lock(f"attempts:{hashed}")  # or those who try at the same moment would all count the same
    db.session.execute(delete(Attempt).where(Attempt.at < now - WINDOW))
    for hashed, most, reason in (
        (where, NETWORK_TRIES, Reason.TOO_MANY_FROM_NETWORK),  # first: what helps an account would not help here
        (who, TRIES, TOO_MANY[purpose]),
    ):
        tried = db.session.scalar(select(func.count()).select_from(Attempt).where(Attempt.key == hashed))
        if (tried or 0) >= most:
            raise Refused(Blocker(reason, "", {"minutes": int(WINDOW.total_seconds() // 60)}))
    db.session.add_all([Attempt(key=who, at=now), Attempt(key=where, at=now)])


def _of_account(purpose: str, account: str) -> str:
    return _hashed(purpose, "account", account.strip().lower())


def _hashed(purpose: str, kind: str, what: str) -> str:
    return security.token_hash(f"{purpose}:{kind}:{what}")


def forget_tries(person: Person, *, actor: Person, now: datetime) -> None:
    """Let somebody who has proved that an account is hers try its password at once; a network's tries stay counted.

    Codes of the second step stay counted too: whoever reads her mail could else guess them without end.
    """
    keys = [_of_account("sign_in", person.email), _of_account("password", person.public_id)]
    db.session.execute(delete(Attempt).where(Attempt.key.in_(keys)))
    record("forget_tries", f"person:{person.public_id}", actor=actor, now=now)


def _neighbourhood(network: str | None) -> str:
    """Return what counts as one network address: an IPv6 customer has 2^64 of them and could use each once."""
    try:
        address = ip_address(network or "")
    except ValueError:
        return network or ""
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Network((int(address) >> 64 << 64, 64)))
    return str(address)


def open_sign_in(
    person: Person, token: str, agent: str, *, days: int, device_known: bool, actor: Person, now: datetime
) -> SignIn:
    """Open a sign-in: a row with the hash of its token, revocable one by one.

    Args:
        device_known: whether this browser has shown before that it is hers; a stranger owes a code from a letter,
            or the second step.
    """
    sign_in = SignIn(
        public_id=public_id(),
        person_id=person.id,
        token_hash=security.token_hash(token),
        created_at=now,
        used_at=now,
        expires_at=now + timedelta(days=days),
        device_known_at=now if device_known else None,
        agent=agent[:200],
    )
    db.session.add(sign_in)
    record("sign_in", f"person:{person.public_id}", actor=actor, now=now)
    return sign_in


def share_computer(sign_in: SignIn, *, actor: Person, now: datetime) -> None:
    """Note that others use this computer, too: the sign-in lasts hours, not days. There is no way back but a new one."""
    if sign_in.shared_at is not None:
        return
    sign_in.shared_at, sign_in.expires_at = now, min(sign_in.expires_at, now + SHARED_LASTS)
    record("share_computer", f"person:{actor.public_id}", actor=actor, now=now)


def note_use(sign_in: SignIn, *, actor: Person, now: datetime) -> None:
    """Note in its row that a sign-in was used; not journalled, it happens while people work."""
    db.session.execute(update(SignIn).where(SignIn.id == sign_in.id).values(used_at=now))


def send_letter_code(sign_in: SignIn, device: str, *, actor: Person, now: datetime) -> None:
    """Write to somebody who signs in on a device that is not known to be hers, with the code that shows it.

    Asked for again while it lasts, it is the same: whichever letter comes first will do.

    Args:
        device: what the browser calls itself, in words of ours; "" when that is not known.
    """
    if sign_in.code_sent_at is None or sign_in.code_sent_at + LETTER_CODE_LASTS <= now:
        sign_in.code_sent_at = now
    ends = sign_in.code_sent_at + LETTER_CODE_LASTS
    messages.queue("new_device", actor, now=now, code=letter_code(sign_in), device=device, ends=ends.isoformat())
    record("send_letter_code", f"person:{actor.public_id}", actor=actor, now=now, sign_in=sign_in.public_id)


def letter_code(sign_in: SignIn) -> str:
    """Return the code that shows the device of a sign-in to be known to its person."""
    return security.short_code("new_device", f"{sign_in.token_hash}:{sign_in.code_sent_at}")


def give_letter_code(code: str, sign_in: SignIn, *, actor: Person, now: datetime) -> None:
    """Let a sign-in on a new device in by the code from the letter.

    Raises:
        Refused: it is not this sign-in's code, or it is too old.
    """
    if sign_in.device_known_at is not None:
        return  # the button was pressed twice
    if sign_in.code_sent_at is None or sign_in.code_sent_at + LETTER_CODE_LASTS <= now:
        raise Refused(Blocker(Reason.LETTER_CODE_OLD, "code"))
    if not compare_digest(letter_code(sign_in).encode(), code.encode()):
        raise Refused(Blocker(Reason.LETTER_CODE_WRONG, "code"))
    sign_in.device_known_at = now
    record("give_letter_code", f"person:{actor.public_id}", actor=actor, now=now, sign_in=sign_in.public_id)


def end_sign_in(sign_in: SignIn, *, actor: Person, now: datetime) -> None:
    """End one sign-in: a cookie copied before is dead after it."""
    sign_in.ended_at = now
    record("sign_out", f"person:{actor.public_id}", actor=actor, now=now, sign_in=sign_in.public_id)


def end_all_sign_ins(person: Person, *, but: SignIn | None = None, actor: Person, now: datetime) -> None:
    """End every sign-in of a person, but for one if given; her devices are strangers again."""
    person.devices_since = now
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


def forget_second_factor(person: Person, *, actor: Person, now: datetime) -> None:
    """Let somebody who lost her phone and her codes set the second step up anew; every sign-in ends, a letter goes out.

    Raises:
        Refused: one's own is set anew on one's own pages.
    """
    if person.id == actor.id:
        raise Refused(Blocker(Reason.NOT_ONESELF))
    person.totp_secret = person.totp_confirmed_at = person.totp_last_step = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    end_all_sign_ins(person, actor=actor, now=now)
    messages.queue("second_factor_forgotten", person, now=now)
    record("forget_second_factor", f"person:{person.public_id}", actor=actor, now=now)
