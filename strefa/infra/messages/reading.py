"""Reading the outbox: what staff see of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from strefa.infra.database import db
from strefa.infra.messages.models import Message, Sending

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """One page of messages, the newest first, and how many there are in each state."""

    rows: Sequence[Message]
    counts: Mapping[Sending, int]
    number: int
    last: int


def listed(sending: Sending | None = None, number: int = 1) -> Listed:
    """List messages, 50 a page, of one state or of all."""
    grouped = db.session.execute(select(Message.sending, func.count()).group_by(Message.sending)).all()
    counts: dict[Sending, int] = {state: count for state, count in grouped}
    total = sum(counts.values()) if sending is None else counts.get(sending, 0)
    last = max(1, -(-total // PAGE))
    number = min(max(1, number), last)
    wanted = select(Message) if sending is None else select(Message).where(Message.sending == sending)
    page = wanted.order_by(Message.id.desc()).limit(PAGE).offset((number - 1) * PAGE)
    return Listed(db.session.scalars(page).all(), counts, number, last)


def by_key(key: str) -> Message | None:
    """Return the message whose Message-ID begins with `key`."""
    return db.session.scalar(select(Message).where(Message.message_id == f"{key}@strefa"))
