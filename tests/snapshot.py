"""The rows of a world that takes long to play, kept to be stored again in a later test."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, select, text

from strefa.contest.people.models import Person
from strefa.contest.rounds.models import Round
from strefa.infra.database import db
from tests import world


@dataclass(frozen=True)
class Snapshot:
    """All rows, table by table in the order in which they may be stored, and how far the world's numbers are."""

    rows: tuple[tuple[Table, list[dict[str, Any]]], ...]
    place: world.Place


def nothing_is_stored() -> bool:
    """Say whether a test begins: the world's numbers are at their start, no round and nobody is stored."""
    stored = sum(db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (Round, Person))
    return world.is_fresh() and not stored


def taken() -> Snapshot:
    """Keep what is stored now."""
    db.session.flush()
    connection = db.session.connection()
    tables = db.metadata.sorted_tables
    rows = [
        (
            table,
            [
                {str(name): value for name, value in row.items()}
                for row in connection.execute(table.select()).mappings()
            ],
        )
        for table in tables
    ]
    return Snapshot(tuple((table, found) for table, found in rows if found), world.place())


def restore(snapshot: Snapshot) -> None:
    """Store the rows of a snapshot in the place of whatever is stored."""
    connection = db.session.connection()
    for table, _rows in reversed(snapshot.rows):
        connection.execute(table.delete())
    for table, rows in snapshot.rows:
        connection.execute(table.insert(), rows)
        if connection.dialect.name == "postgresql" and "id" in table.c:
            _count_on(table)
    world.go_on(snapshot.place)
    db.session.commit()


def _count_on(table: Table) -> None:
    """Have PostgreSQL give the next row an id that is free."""
    name = text("SELECT pg_get_serial_sequence(:name, 'id')")
    if sequence := db.session.scalar(name, {"name": table.name}):
        highest = db.session.scalar(select(func.max(table.c.id)))
        db.session.execute(select(func.setval(sequence, highest)))
