"""Reading the outbox: what staff see of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Select, false, func, select

from strefa.infra.database import db
from strefa.infra.messages.models import Message, Sending
from strefa.rules.policy import Role

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """One page of messages, the newest first, and how many there are in each state."""

    rows: Sequence[Message]
    counts: Mapping[Sending, int]
    number: int
    last: int


class Reader(Protocol):
    """Whoever reads the outbox, as far as this asks."""

    @property
    def roles_anywhere(self) -> frozenset[Role]: ...
    def rounds_as(self, *roles: Role) -> frozenset[int]: ...


def readable(actor: Reader) -> Select[Message]:
    """Select what `May.READ_MESSAGE` grants: the same rule, said in SQL."""
    if Role.ADMINISTRATOR in actor.roles_anywhere:
        return select(Message)
    rounds = actor.rounds_as(Role.COORDINATOR, Role.AUDITOR)
    if not rounds:
        return select(Message).where(false())
    return select(Message).where(Message.round_id.in_(rounds) | Message.round_id.is_(None))


def listed(actor: Reader, sending: Sending | None = None, number: int = 1) -> Listed:
    """List the messages that somebody may read, 50 a page, of one state or of all."""
    mine = readable(actor)
    states = mine.with_only_columns(Message.sending, func.count()).group_by(Message.sending)
    grouped = db.session.execute(states).all()
    counts: dict[Sending, int] = {state: count for state, count in grouped}
    total = sum(counts.values()) if sending is None else counts.get(sending, 0)
    last = max(1, -(-total // PAGE))
    number = min(max(1, number), last)
    wanted = mine if sending is None else mine.where(Message.sending == sending)
    page = wanted.order_by(Message.id.desc()).limit(PAGE).offset((number - 1) * PAGE)
    return Listed(db.session.scalars(page).all(), counts, number, last)


def by_key(key: str) -> Message | None:
    """Return the message whose Message-ID begins with `key`."""
    return db.session.scalar(select(Message).where(Message.message_id == f"{key}@strefa"))
