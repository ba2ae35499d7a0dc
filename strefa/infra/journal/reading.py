"""Reading the journal: pages of entries, and the whole as lines."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from strefa.infra.database import db
from strefa.infra.journal.models import Entry

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """One page of entries, the newest first."""

    rows: Sequence[Entry]
    number: int
    last: int


def listed(round_id: int, number: int = 1) -> Listed:
    """List what happened in a round, 50 entries a page."""
    mine = select(Entry).where(Entry.round_id == round_id)
    total = db.session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    last = max(1, -(-total // PAGE))
    number = min(max(1, number), last)
    rows = db.session.scalars(mine.order_by(Entry.sequence.desc()).limit(PAGE).offset((number - 1) * PAGE)).all()
    return Listed(rows, number, last)


def lines(round_id: int | None = None) -> Iterator[str]:
    """Yield entries as JSON, one a line, in the order of the chain: what `dziennik.jsonl` holds."""
    statement = select(Entry).order_by(Entry.sequence)
    if round_id is not None:
        statement = statement.where(Entry.round_id == round_id)
    for entry in db.session.scalars(statement.execution_options(yield_per=500)):
        said = {
            "sequence": entry.sequence,
            "at": entry.at.isoformat(),
            "actor": entry.actor_id,
            "verb": entry.verb,
            "subject": entry.subject,
            "round": entry.round_id,
            "details": entry.details,
            "details_hash": entry.details_hash,
            "previous_hash": entry.previous_hash,
            "hash": entry.hash,
        }
        yield json.dumps(said, ensure_ascii=False, sort_keys=True)
