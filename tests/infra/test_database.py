"""One place commits; readers cannot write and never wait; writers take turns about the same thing."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from strefa.contest.people.models import Attempt
from strefa.infra import jobs
from strefa.infra.database import Exact, Instant, add_at_once, db, reading_only, saving, write_at_once
from strefa.infra.journal import record, verify_chain
from tests import world
from tests.alone import POSTGRESQL, alone

PATIENCE = 20  # seconds


def noted(key: str, at: datetime = world.NOON) -> Attempt:
    row = Attempt(key=key, at=at)
    db.session.add(row)
    return row


def keys() -> set[str]:
    with reading_only():
        return set(db.session.scalars(select(Attempt.key)))


def test_all_of_a_block_is_stored_or_nothing(store: Session) -> None:
    with saving():
        noted("a")
    with pytest.raises(ZeroDivisionError), saving():
        noted("b")
        store.flush()
        _ = 1 / 0
    assert keys() == {"a"}


def test_rows_changed_at_once_read_so_before_the_commit_and_after_it(store: Session) -> None:
    later = world.NOON + timedelta(hours=1)
    with saving():
        one, two = noted("a"), noted("b")
    with saving():
        new = Attempt(at=world.NOON)
        write_at_once(
            (one, {"key": "c", "at": later}), (two, {"key": "d", "at": later}), (new, {"key": "e", "at": later})
        )
        assert [(row.key, row.at) for row in (one, two, new)] == [("c", later), ("d", later), ("e", later)]
        store.add(new)
        add_at_once(Attempt, key="f", at=later)
    with reading_only():
        stored = store.execute(select(Attempt.key, Attempt.at).order_by(Attempt.key)).all()
    assert [tuple(row) for row in stored] == [(key, later) for key in "cdef"]


def test_rows_changed_at_once_are_what_they_were_when_the_block_fails(store: Session) -> None:
    with saving():
        one = noted("a")
    with pytest.raises(ZeroDivisionError), saving():
        write_at_once((one, {"key": "b"}))
        add_at_once(Attempt, key="c", at=world.NOON)
        _ = 1 / 0
    assert keys() == {"a"}
    assert one.key == "a", "the row itself is read anew"


def test_what_waits_for_the_commit_happens_after_it_and_not_at_all_after_a_rollback(
    store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[str]] = []
    monkeypatch.setattr(jobs, "_wakers", [lambda: seen.append(keys())])
    with saving():
        jobs.wake_after_commit()
        jobs.wake_after_commit()
        noted("a")
    assert seen == [{"a"}], "once, and it finds what was stored"
    with pytest.raises(ZeroDivisionError), saving():
        jobs.wake_after_commit()
        _ = 1 / 0
    assert seen == [{"a"}]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with alone(tmp_path_factory.mktemp("database"), "database") as app:
        yield app


def test_a_reader_is_refused_by_the_database_itself(own: Flask) -> None:
    with own.app_context():
        with pytest.raises(DBAPIError), reading_only():
            db.session.execute(text("DELETE FROM attempts"))
        with pytest.raises(DBAPIError), reading_only():
            noted("a")
            db.session.flush()
        with saving():
            noted("writers still can")


def test_a_reader_neither_waits_for_a_writer_nor_sees_what_is_not_stored_yet(own: Flask) -> None:
    written, read = threading.Event(), threading.Event()

    def write() -> None:
        with own.app_context(), saving("a"):
            noted("unstored")
            db.session.flush()
            written.set()
            assert read.wait(PATIENCE)

    writer = threading.Thread(target=write)
    writer.start()
    assert written.wait(PATIENCE)
    with own.app_context():
        assert "unstored" not in keys()
        read.set()
        writer.join()
        assert "unstored" in keys()


@pytest.mark.parametrize("other", ["a", "b"])
def test_a_second_writer_waits_for_its_turn_and_strangers_wait_only_where_there_is_one_queue(
    own: Flask, other: str
) -> None:
    """On PostgreSQL those who decide about different things do not wait for each other, the journal included."""
    waits = not POSTGRESQL or other == "a"
    inside, release, done = threading.Event(), threading.Event(), threading.Event()

    def first() -> None:
        with own.app_context(), saving("a"):
            record("first", f"thing:{other}", actor=None, now=world.NOON)
            noted(f"first {other}")
            db.session.flush()
            inside.set()
            assert release.wait(PATIENCE)

    def second() -> None:
        with own.app_context(), saving(other):
            record("second", f"thing:{other}", actor=None, now=world.NOON)
            noted(f"second {other}")
        done.set()

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert inside.wait(PATIENCE)
    threads[1].start()
    assert done.wait(0.5 if waits else PATIENCE) is not waits
    release.set()
    for thread in threads:
        thread.join(PATIENCE)
    with own.app_context(), reading_only():
        assert {f"first {other}", f"second {other}"} <= keys()
        assert list(verify_chain()) == []


def test_moments_are_utc_whatever_zone_they_came_in_and_never_without_one(store: Session) -> None:
    warsaw = world.NOON.astimezone(timezone(timedelta(hours=1)))
    row = noted("a", warsaw)
    store.commit()
    store.expire_all()
    assert (row.at, row.at.tzinfo) == (world.NOON, UTC)
    with pytest.raises((ValueError, StatementError)):
        noted("b", datetime(2027, 2, 1, 12))  # noqa: DTZ001
        store.flush()
    assert Instant().process_result_value(None, None) is None


def test_decimals_are_kept_as_they_are(store: Session) -> None:
    for value in ("0.1", "83.3333333333333", "-2.50", "1E+3"):
        kept = Exact().process_bind_param(Decimal(value), None)
        assert Exact().process_result_value(kept, None) == Decimal(value)
        assert "E" not in str(kept)


def test_sqlite_syncs_and_keeps_its_references(tmp_path: Path, own: Flask) -> None:
    with own.app_context(), reading_only():
        if POSTGRESQL:
            assert db.session.scalar(text("SHOW transaction_read_only")) == "on"
            return
        told = {
            name: db.session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
