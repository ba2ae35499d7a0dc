"""The journal can only grow, and whoever changes it behind the application's back is found."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from strefa.cli import check
from strefa.infra.database import db, saving
from strefa.infra.journal import Entry, record, verify_chain
from strefa.infra.journal.models import Head
from tests import world
from tests.alone import POSTGRESQL, alone, at_once

SECOND = timedelta(seconds=1)
TRIGGERS = ("journal_kept", "journal_unchanged")


def written(count: int = 5) -> None:
    """Write entries, two in each transaction."""
    for number in range(count):
        with saving():
            record("try", f"thing:{number}", actor=None, now=world.NOON + number * SECOND, said="Zażółć", number=number)
            record("retry", f"thing:{number}", actor=None, now=world.NOON + number * SECOND)


def chain() -> list[str]:
    db.session.expire_all()
    return list(verify_chain())


def unguarded(store: Session) -> None:
    """Take the database's own guards away, as somebody with the keys to it could."""
    for trigger in TRIGGERS:
        store.execute(text(f"DROP TRIGGER {trigger}{' ON journal' if POSTGRESQL else ''}"))


def test_entries_are_numbered_without_gaps_and_each_holds_the_hash_of_the_one_before(store: Session) -> None:
    written()
    entries = store.scalars(select(Entry).order_by(Entry.sequence)).all()
    assert [entry.sequence for entry in entries] == list(range(1, 11))
    assert [entry.previous_hash for entry in entries] == ["0" * 64, *(entry.hash for entry in entries[:-1])]
    assert chain() == []


def test_a_moment_said_in_another_zone_is_the_same_moment(store: Session) -> None:
    with saving():
        record("try", "thing:1", actor=None, now=world.NOON.astimezone(ZoneInfo("Europe/Warsaw")))
    assert chain() == []


def test_what_is_rolled_back_leaves_no_entry_and_no_gap(store: Session) -> None:
    written(1)
    with pytest.raises(ZeroDivisionError), saving():
        record("fail", "thing:9", actor=None, now=world.NOON)
        _ = 1 / 0
    written(1)
    assert store.scalars(select(Entry.verb).order_by(Entry.sequence)).all() == ["try", "retry"] * 2
    assert chain() == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE journal SET details = '{\"said\":\"inaczej\"}' WHERE sequence = 5", "szczegóły wpisu 5 zostały zmienione"),
        ("UPDATE journal SET salt = NULL WHERE sequence = 5", "szczegóły wpisu 5 zostały zmienione"),
        ("UPDATE journal SET details = NULL WHERE sequence = 5", "szczegóły wpisu 5 zostały zmienione"),
        ("UPDATE journal SET details_hash = 'a' WHERE sequence = 5", "wpis 5 został zmieniony"),
        ("UPDATE journal SET verb = 'other' WHERE sequence = 5", "wpis 5 został zmieniony"),
        ("UPDATE journal SET subject = 'other:1' WHERE sequence = 5", "wpis 5 został zmieniony"),
        ("UPDATE journal SET at = '2027-02-01 11:00:09' WHERE sequence = 5", "wpis 5 został zmieniony"),
        ("UPDATE journal SET hash = 'a' WHERE sequence = 5", "wpis 6 został zmieniony"),
        ("DELETE FROM journal WHERE sequence = 5", "brakuje wpisu 5"),
        ("DELETE FROM journal WHERE sequence = 1", "brakuje wpisu 1"),
        ("DELETE FROM journal WHERE sequence = 10", "brakuje końca dziennika"),
        ("DELETE FROM journal", "brakuje końca dziennika"),
        ("UPDATE journal SET sequence = CASE sequence WHEN 5 THEN 55 ELSE 5 END WHERE sequence IN (5)", "brakuje wpisu 5"),
        ("UPDATE journal_head SET sequence = 9", "brakuje końca dziennika"),
        ("UPDATE journal_head SET hash = 'a'", "brakuje końca dziennika"),
        ("DELETE FROM journal_head", "brakuje końca dziennika"),
    ],
)  # fmt: skip
def test_whatever_is_changed_or_taken_away_is_found(store: Session, statement: str, found: str) -> None:
    written()
    unguarded(store)
    store.execute(text(statement.replace(":", "\\:")))
    assert found in chain()


def test_the_command_that_checks_an_instance_looks_at_its_journal(store: Session) -> None:
    written()
    unguarded(store)
    store.execute(text("DELETE FROM journal WHERE sequence = 5"))
    assert "journal: brakuje wpisu 5" in check.broken()


def test_two_entries_in_each_others_place_are_found(store: Session) -> None:
    written()
    unguarded(store)
    for old, new in ((3, 99), (4, 3), (99, 4)):
        store.execute(text(f"UPDATE journal SET sequence = {new} WHERE sequence = {old}"))
    assert {"wpis 3 został zmieniony", "wpis 4 został zmieniony"} <= set(chain())


def test_an_entry_put_in_by_hand_is_found(store: Session) -> None:
    written()
    last = store.scalars(select(Entry).order_by(Entry.sequence.desc())).first()
    assert last is not None
    store.add(
        Entry(
            sequence=11, at=world.NOON, verb="award", subject="thing:1", salt="", details={}, details_hash="a",
            previous_hash=last.hash, hash="b",
        )
    )  # fmt: skip
    store.flush()
    assert {"wpis 11 został zmieniony", "brakuje końca dziennika"} <= set(chain())


def test_somebody_erased_takes_salt_and_details_along_and_the_chain_stays_valid(store: Session) -> None:
    written()
    entry = store.get_one(Entry, 5)
    entry.salt = entry.details = None
    store.commit()
    assert chain() == []
    assert "Zażółć" not in f"{entry.salt}{entry.details}"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET verb = 'other' WHERE sequence = 5",
        "UPDATE journal SET details = '{}' WHERE sequence = 5",
        "UPDATE journal SET salt = NULL, hash = 'a' WHERE sequence = 5",
        "DELETE FROM journal WHERE sequence = 5",
        "TRUNCATE journal" if POSTGRESQL else "DELETE FROM journal",
    ],
    ids=["another verb", "other details", "another hash", "without one entry", "without any entry"],
)
def test_the_database_itself_refuses_to_change_the_journal(store: Session, statement: str) -> None:
    written()
    with pytest.raises(DatabaseError, match="append-only"):
        store.execute(text(statement))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Flask]:
    with alone(tmp_path, "journal") as app:
        yield app


def test_writers_at_the_same_time_keep_one_chain_from_its_very_first_entry_on(own: Flask) -> None:
    def writer(name: int) -> Callable[[], None]:
        def write() -> None:
            for number in range(10):
                with saving(f"thing:{name}"):
                    record("write", f"thing:{name}", actor=None, now=world.NOON, number=number)

        return write

    at_once(own, [writer(name) for name in range(8)])
    with own.app_context():
        assert chain() == []
        assert db.session.get_one(Head, 1).sequence == 80
