"""What the journal has told of each thing, in the order of the chain: one statement a question."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from strefa.infra.database import db
from strefa.infra.journal import Entry

STEPS = frozenset({
    "withdraw", "reopen", "take_back_formal_check", "reopen_card", "cancel_corrections", "leave_unconsidered",
    "let_in_late", "extend_corrections",
})  # fmt: skip
"""Deeds that tell something by having been done, whether their details are erased or not: why may name a person."""


class Told(NamedTuple):
    """One entry: `key` is what stands in its subject after the kind, the public id or the address of a round."""

    verb: str
    key: str
    at: datetime
    actor_id: int | None
    details: dict[str, Any]


def told(*verbs: str) -> Iterator[Told]:
    """Yield the entries with these verbs, the oldest first; what was erased has nothing to compare and is left out, but for steps."""
    columns = select(Entry.verb, Entry.subject, Entry.at, Entry.actor_id, Entry.details)
    rows = db.session.execute(
        columns.where(Entry.verb.in_(verbs)).order_by(Entry.sequence).execution_options(yield_per=1000)
    )
    for verb, subject, at, actor_id, details in rows:
        if details is not None or verb in STEPS:
            yield Told(verb, subject.partition(":")[2], at, actor_id, details or {})


def last_told(*verbs: str) -> dict[str, Told]:
    """Return the last of these entries about each thing, by its key."""
    return {entry.key: entry for entry in told(*verbs)}
