"""The database: one commit, two intents.

A request that only reads cannot write, by the database itself; writers take turns, so none
decides on stale rows. SQLite is the default, PostgreSQL goes through the same models.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, MetaData, String, TypeDecorator, bindparam, event, insert, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.orm.attributes import set_committed_value

reading: ContextVar[bool] = ContextVar("reading", default=False)  # web sets it for each request; `saving` lifts it
at_one_moment: ContextVar[bool] = ContextVar("at_one_moment", default=False)  # `reading_only(one_moment=True)` sets it
for_good: ContextVar[bool] = ContextVar("for_good", default=False)  # web sets it for GET: not even `saving` lifts it

PATIENCE = 15  # seconds that whoever uses an engine outside an instance waits for a lock
BUSY_STATES = frozenset({"40P01", "53300", "55P03", "57P03"})  # deadlock, no connection left, lock timeout, starting up

after_commit: ContextVar[list[Callable[[], None]] | None] = ContextVar("after_commit", default=None)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, always aware; SQLite keeps it without its zone and gets it back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """A decimal kept as text, so that neither database turns it into a float."""

    impl = String(24)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> str | None:
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Any) -> Decimal | None:
        return None if value is None else _decimal(value)


@lru_cache(4096)
def _decimal(text: str) -> Decimal:
    """Read a stored decimal; the same few marks come back hundreds of thousands of times."""
    return Decimal(text)


class Base(DeclarativeBase):
    """The base of every table; constraint names are stable, so that they map to form fields."""

    registry = registry(type_annotation_map={datetime: Instant, Decimal: Exact})
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def init_app(app: Flask) -> None:
    """Connect the application; SQLite gets its pragmas and both databases their two intents."""
    sqlite = app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
    patience = app.config["SETTINGS"].patience_seconds
    options: dict[str, Any] = (
        {"connect_args": {"timeout": patience}}
        if sqlite
        else {"pool_pre_ping": True, "pool_size": 16, "pool_timeout": patience}
    )
    options["hide_parameters"] = True  # an error in a log does not tell what people typed
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", options)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine, patience)


def prepare(engine: Engine, patience: float = PATIENCE) -> None:
    """Give an engine the two intents: readers cannot write, writers queue up, and nobody waits longer than `patience`."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", partial(_sqlite_pragmas, round(patience * 1000)))
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", partial(_postgresql_patience, round(patience * 1000)))
        event.listen(engine, "begin", _begin_postgresql)


def _sqlite_pragmas(patience: int, connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", f"busy_timeout = {patience}"):
        connection.execute(f"PRAGMA {pragma}")


def _postgresql_patience(patience: int, connection: Any, _: Any) -> None:
    """Give a new connection its limit of waiting for a lock, in milliseconds; outside any transaction, so it lasts."""
    before, connection.autocommit = connection.autocommit, True
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {patience}")
    connection.autocommit = before


def is_busy(problem: BaseException) -> bool:
    """Say whether an error means that others kept the database for too long: nothing was stored, and later it may be.

    Among them are a locked SQLite file, a pool with no free connection, PostgreSQL's lock timeout, deadlock (which ends
    one of two), and its refusal of one more connection.
    """
    if isinstance(problem, PoolTimeout):
        return True
    if not isinstance(problem, OperationalError):
        return False
    cause: Any = problem.orig
    if getattr(cause, "sqlstate", None) in BUSY_STATES:
        return True
    return (getattr(cause, "sqlite_errorcode", 0) or 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _begin_sqlite(connection: Connection) -> None:
    """Readers never wait and cannot write; writers queue up, so none works on stale rows."""
    only_reads = reading.get()
    driver: Any = connection.connection.dbapi_connection  # every transaction passes here: SQLAlchemy's way costs more
    driver.execute(f"PRAGMA query_only = {int(only_reads)}")
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    if reading.get():
        level = "ISOLATION LEVEL REPEATABLE READ, " if at_one_moment.get() else ""
        connection.exec_driver_sql(f"SET TRANSACTION {level}READ ONLY")


def lock(subject: str) -> None:
    """Let nobody else decide about `subject` (such as "application:17") until this transaction ends.

    SQLite has one writer at a time already; PostgreSQL takes an advisory lock keyed by the subject.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(hashlib.sha256(subject.encode()).digest()[:8], "big", signed=True)
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


@contextmanager
def reading_only(*, one_moment: bool = False) -> Iterator[None]:
    """Open a read transaction for the block and end it; whatever was loaded stays usable.

    Args:
        one_moment: whether every question is answered as of the first one, whatever others store meanwhile.
            SQLite's readers always see it so.
    """
    token, moment = reading.set(True), at_one_moment.set(one_moment)
    if one_moment:
        db.session.rollback()  # what began before saw another moment
    try:
        yield
    finally:
        db.session.rollback()
        at_one_moment.reset(moment)
        reading.reset(token)


@contextmanager
def saving(*subjects: str) -> Iterator[None]:
    """Store everything the block did as one transaction, or none of it.

    Inside a GET the database refuses to write, here as everywhere.

    Args:
        subjects: what the block decides about; nobody else decides about it meanwhile.
    """
    db.session.rollback()  # the judging read transaction ends; rows loaded in it are loaded anew when asked for
    token, calls = reading.set(for_good.get()), after_commit.set([])
    try:
        for subject in sorted(subjects):
            lock(subject)
        yield
        db.session.commit()
        called = after_commit.get() or []
    except BaseException:
        db.session.rollback()
        raise
    finally:
        reading.reset(token)
        after_commit.reset(calls)
    for call in called:
        call()


def write_at_once(*changes: tuple[Any, Mapping[str, Any]]) -> None:
    """Change rows of one table by one statement now, instead of each on its own at the commit.

    For what is saved every few seconds: the unit of work costs more than all else that such a save does.

    Args:
        changes: a row and its new values by column, the same columns for each row; one that is not stored
            yet takes them to the commit.
    """
    stored = [(row, values) for row, values in changes if row.id is not None]
    for row, values in changes:
        for column, value in values.items():
            (setattr if row.id is None else set_committed_value)(row, column, value)
    if stored:
        statement = _change(type(stored[0][0]), tuple(stored[0][1]))
        db.session.execute(statement, [{"_id": row.id, **values} for row, values in stored])


@lru_cache(64)
def _change(table: type[Base], columns: tuple[str, ...]) -> Any:
    core: Any = table.__table__
    return update(core).where(core.c.id == bindparam("_id")).values({name: bindparam(name) for name in columns})


def add_at_once(table: type[Base], **values: Any) -> None:
    """Add a row that nobody will look at in this transaction, as `write_at_once` changes one."""
    db.session.execute(_addition(table), values)


@lru_cache(64)
def _addition(table: type[Base]) -> Any:
    core: Any = table.__table__
    return insert(core)
