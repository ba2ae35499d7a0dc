"""What staff do with a letter: they send one that has not gone, when they choose."""

from datetime import datetime
from typing import Any, Protocol

from strefa.infra import jobs
from strefa.infra.database import db
from strefa.infra.journal import record
from strefa.infra.messages.models import Message, Sending
from strefa.rules.refusal import Blocker, Reason, Refused


class Actor(Protocol):
    """Whoever asks for a letter to be sent."""

    id: Any


def blockers_to_send_now(message: Message, *, server: bool, now: datetime) -> list[Blocker]:
    """List what keeps a letter from being sent now.

    Args:
        server: whether a mail server is set up.
    """
    if message.sending is Sending.SENT:
        return [Blocker(Reason.MESSAGE_SENT)]
    if message.leased_until is not None and message.leased_until >= now:
        return [Blocker(Reason.MESSAGE_GOING)]
    return [] if server else [Blocker(Reason.NO_MAIL_SERVER)]


def send_now(message: Message, *, server: bool, actor: Actor, now: datetime) -> None:
    """Send a letter that was kept, given up or put off, with all its attempts before it again.

    Its row is held meanwhile: a worker that has just taken it would send it once more.

    Raises:
        Refused: it is gone, it is going, or there is nothing to send it by.
    """
    db.session.refresh(message, with_for_update=True)
    blockers = blockers_to_send_now(message, server=server, now=now)
    if blockers:
        raise Refused(*blockers)
    message.sending, message.attempts, message.due_at, message.leased_until = Sending.WAITING, 0, now, None
    message.last_error = None
    jobs.wake_after_commit()
    record(
        "send_message", f"message:{message.key}", actor=actor, now=now, round_id=message.round_id,
        template=message.template, number=message.values.get("number", ""), email=message.to,
    )  # fmt: skip
