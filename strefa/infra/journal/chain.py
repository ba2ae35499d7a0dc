"""Writing and re-checking the chain of journal entries."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from strefa.infra import chance
from strefa.infra.database import db
from strefa.infra.journal.models import Entry, Head

START = "0" * 64
WAITING = "journal"  # where a session keeps what was recorded and is not chained yet


class Actor(Protocol):
    """Whoever acts: anything with the id of a person."""

    id: Any


def record(
    verb: str, subject: str, *, actor: Actor | None, now: datetime, round_id: int | None = None, **details: Any
) -> None:
    """Write what was done, in the transaction that does it.

    The entry takes its place in the chain when that transaction commits: the end of the chain is what
    all writers share, so it is held for a moment only, and after everything else.

    Args:
        verb: the action's name, such as "submit".
        subject: kind and public id, such as "application:k7m2xq9fta".
        actor: the person; None when the system acts by itself.
        now: the moment, UTC.
        details: a readable difference; values that JSON can hold.
    """
    salt = chance.hexadecimal(16)
    entry = Entry(
        at=now,
        actor_id=actor.id if actor else None,
        verb=verb,
        subject=subject,
        round_id=round_id,
        salt=salt,
        details=details,
        details_hash=details_hash(salt, details),
    )
    session = db.session()
    if not session.in_transaction():
        session.begin()  # so that a rollback takes the entry along, whatever else has been done
    session.info.setdefault(WAITING, []).append(entry)


def _chain(session: Session) -> None:
    """Chain what was recorded, as the last thing before a commit."""
    entries = session.info.pop(WAITING, [])
    if not entries:
        return
    session.flush()
    head = _end_of_chain(session)
    for entry in entries:
        entry.sequence, entry.previous_hash = head.sequence + 1, head.hash
        entry.hash = entry_hash(entry)
        head.sequence, head.hash = entry.sequence, entry.hash
    session.add_all(entries)


def _end_of_chain(session: Session) -> Head:
    """Return the head, which nobody else moves until this transaction ends."""
    head = session.get(Head, 1, with_for_update=True, populate_existing=True)
    if head is None:  # the first entry of all; several may want to write it at once
        session.execute(text("INSERT INTO journal_head VALUES (1, 0, :hash) ON CONFLICT DO NOTHING"), {"hash": START})
        head = session.get_one(Head, 1, with_for_update=True, populate_existing=True)
    return head


def end() -> str | None:
    """Return the hash of the last entry: it is another one whenever anything was done; None before the first."""
    return db.session.scalar(select(Head.hash))


def _forget(session: Session, *_: Any) -> None:
    session.info.pop(WAITING, None)


event.listen(db.session, "before_commit", _chain)
event.listen(db.session, "after_soft_rollback", _forget)


def details_hash(salt: str, details: dict[str, Any]) -> str:
    """Return SHA-256(salt ‖ details), the details as canonical JSON."""
    text = json.dumps(details, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256((salt + text).encode()).hexdigest()


def entry_hash(entry: Entry) -> str:
    """Return the hash of an entry: all it says, and the hash of the entry before it."""
    moment = entry.at.astimezone(UTC).isoformat()
    said = [entry.sequence, moment, entry.actor_id, entry.verb, entry.subject, entry.round_id]
    text = json.dumps([*said, entry.details_hash, entry.previous_hash], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def verify_chain() -> Iterator[str]:
    """Yield one line for every entry that does not agree with the chain; nothing when it is whole."""
    previous, expected = START, 1
    for entry in db.session.scalars(select(Entry).order_by(Entry.sequence).execution_options(yield_per=500)):
        if entry.sequence != expected:
            yield f"brakuje wpisu {expected}"
        if entry.previous_hash != previous or entry.hash != entry_hash(entry):
            yield f"wpis {entry.sequence} został zmieniony"
        if entry.details_hash != _said_hash(entry):
            yield f"szczegóły wpisu {entry.sequence} zostały zmienione"
        previous, expected = entry.hash, entry.sequence + 1
    head = db.session.get(Head, 1)
    if (head.sequence if head else 0) != expected - 1 or (head.hash if head else START) != previous:
        yield "brakuje końca dziennika"


def _said_hash(entry: Entry) -> str:
    """Return the hash of the details that an entry holds; what was erased counts as it was, as long as all of it is."""
    if entry.salt is None:
        return entry.details_hash if entry.details is None else ""
    return details_hash(entry.salt, entry.details or {})
