"""Queueing a message, taking it under a lease, and settling what became of it."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from flask import current_app
from sqlalchemy import or_, select

from strefa.infra import chance, jobs
from strefa.infra.database import after_commit, db
from strefa.infra.messages.models import Message, Sending

LEASE = timedelta(minutes=5)
PAUSES = (1, 2, 5, 15, 30, 60, 120, 240, 480, 720)  # minutes between attempts; then the message has failed


class Recipient(Protocol):
    """Anyone who can be written to."""

    id: Any
    email: Any
    language: Any


def queue(
    template: str,
    to: Recipient | str,
    *,
    now: datetime,
    round_id: int | None = None,
    language: str = "pl",
    **values: Any,
) -> Message:
    """Put a message into the outbox, in the transaction of what it tells about.

    Args:
        template: name of the letter under `templates/letters/`.
        to: a person, or a bare address for somebody who has no account yet.
        values: what the letter needs, as JSON can hold it; figures are formatted when it is rendered.
    """
    person = None if isinstance(to, str) else to
    message = Message(
        message_id=f"{chance.hexadecimal(16)}@strefa",
        template=template,
        to=to if isinstance(to, str) else to.email,
        person_id=person.id if person else None,
        language=person.language if person else language,
        values=values,
        round_id=round_id,
        created_at=now,
        due_at=now,
    )
    db.session.add(message)
    jobs.wake_after_commit()
    return message


def due(now: datetime, limit: int = 20) -> list[int]:
    """List the ids of messages to send now: waiting, due and under nobody's lease.

    Letters of accounts go first, oldest first, then those of rounds: somebody sits and waits for a code or a link,
    and does not wait until a hundred results have gone.
    """
    free = or_(Message.leased_until.is_(None), Message.leased_until < now)
    waiting = select(Message.id).where(Message.sending == Sending.WAITING, Message.due_at <= now, free)
    return list(db.session.scalars(waiting.order_by(Message.round_id.is_not(None), Message.id).limit(limit)))


def take(message_id: int, *, now: datetime) -> Message | None:
    """Lease a message for one attempt, or None when another worker was faster."""
    message = db.session.get(Message, message_id, with_for_update=True, populate_existing=True)
    if message is None or message.sending is not Sending.WAITING:
        return None
    if message.leased_until and message.leased_until >= now:
        return None
    message.leased_until = now + LEASE
    message.attempts += 1
    return message


def reload(message_id: int) -> Message | None:
    """Return a message that was taken, to settle it; None when its addressee was erased meanwhile."""
    return db.session.get(Message, message_id)


def file_of(message_id: str) -> Path:
    """Return where a letter is written down when there is no mail server."""
    return Path(current_app.config["INSTANCE_DIR"]) / "mail" / f"{message_id.partition('@')[0]}.eml"


def unlink_after_commit(keys: Iterable[str]) -> None:
    """Remove the files of letters, each by what stands for it, once the running transaction is stored."""
    calls = after_commit.get()
    for key in keys:
        remove = partial(file_of(key).unlink, missing_ok=True)
        (calls.append if calls is not None else _at_once)(remove)


def _at_once(call: Callable[[], None]) -> None:
    call()


def settle(message: Message, sending: Sending, *, now: datetime, error: str = "", permanent: bool = False) -> None:
    """Write what became of an attempt; a failed one waits longer each time."""
    message.leased_until = None
    message.last_error = error or None
    if sending is Sending.WAITING and (permanent or message.attempts > len(PAUSES)):
        sending = Sending.FAILED
    if sending is Sending.WAITING:
        message.due_at = now + timedelta(minutes=PAUSES[message.attempts - 1])
    message.sending = sending
    message.sent_at = now if sending is Sending.SENT else None
