"""The database as one file, and back: SQLite by VACUUM INTO, PostgreSQL by pg_dump and psql.

Both give a consistent moment while people go on writing.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import click
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from strefa.infra import queue

SQLITE, POSTGRESQL = "sqlite", "postgresql"


class Failed(click.ClickException):
    """A copy cannot be made or used; the sentence says why and what to do. The command ends with 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file, err=True)


@dataclass(frozen=True)
class Dump:
    """A database in a file: how it was made, how many rows each table has, which contents it refers to."""

    kind: str
    file: str
    tables: dict[str, int]
    refers_to: frozenset[str]


def dump(address: str, folder: Path) -> Dump:
    """Write the database at an SQLAlchemy address to a file in `folder`.

    Raises:
        Failed: there is no database, or its program refused.
    """
    url = make_url(address)
    return _dump_sqlite(url, folder) if url.get_backend_name() == SQLITE else _dump_postgresql(url, folder)


def load_dump(address: str, file: Path, kind: str) -> dict[str, int]:
    """Load a file made by `dump` into an empty database and return the number of rows of each table.

    Raises:
        Failed: the file comes from the other kind of database, or loading was refused.
    """
    url = make_url(address)
    if url.get_backend_name() != kind:
        raise Failed(f"Ta kopia pochodzi z bazy {kind}. Ustaw DATABASE_URL na taką bazę.")
    if kind == SQLITE:
        return _load_sqlite(Path(url.database or ""), file)
    _run(["psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--single-transaction", "--output", os.devnull,
          "--file", str(file)], url)  # fmt: skip
    return _looked_at(url)[0]


def occupied(address: str) -> bool:
    """Tell whether the database at this address holds any table already.

    Raises:
        Failed: the database does not answer.
    """
    url = make_url(address)
    if url.get_backend_name() == SQLITE and not Path(url.database or "").exists():
        return False
    try:
        return bool(_looked_at(url)[0])
    except SQLAlchemyError as problem:
        raise Failed(str(problem)) from problem


def _dump_sqlite(url: URL, folder: Path) -> Dump:
    source, target = Path(url.database or ""), folder / "database.sqlite"
    if not source.exists():
        raise Failed(f"Nie ma bazy {source}: nie ma czego kopiować.")
    with closing(sqlite3.connect(source, timeout=60)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    copy = url.set(database=str(target))
    return Dump(SQLITE, target.name, *_looked_at(copy))


def _load_sqlite(target: Path, file: Path) -> dict[str, int]:
    target.parent.mkdir(parents=True, exist_ok=True)
    coming = target.with_name(target.name + ".restoring")
    shutil.copyfile(file, coming)
    tables = _looked_at(URL.create(SQLITE, database=str(coming)))[0]
    coming.replace(target)
    return tables


def _dump_postgresql(url: URL, folder: Path) -> Dump:
    """Dump and count in one snapshot, so that both tell of the same moment."""
    target = folder / "database.sql"
    engine = create_engine(url, isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection:
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            command = ["pg_dump", "--no-owner", "--no-privileges", f"--exclude-schema={queue.SCHEMA}"]
            _run([*command, f"--snapshot={snapshot}", "--file", str(target)], url)
            return Dump(POSTGRESQL, target.name, *_counted(connection))
    except SQLAlchemyError as problem:
        raise Failed(str(problem)) from problem
    finally:
        engine.dispose()


def _looked_at(url: URL) -> tuple[dict[str, int], frozenset[str]]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return _counted(connection)
    finally:
        engine.dispose()


def _counted(connection: Connection) -> tuple[dict[str, int], frozenset[str]]:
    names = sorted(inspect(connection).get_table_names())
    quoted = connection.dialect.identifier_preparer.quote
    tables = {name: int(connection.scalar(text(f"SELECT count(*) FROM {quoted(name)}")) or 0) for name in names}
    hashes = connection.scalars(text("SELECT sha256 FROM stored_files")) if "stored_files" in tables else ()
    return tables, frozenset(hashes)


def _run(command: list[str], url: URL) -> None:
    """Run a client program of PostgreSQL; the address goes by its environment, so no list of processes shows it."""
    query = {key: str(value) for key, value in url.query.items()}
    given = {
        "PGHOST": query.get("host") or url.host,
        "PGPORT": query.get("port") or url.port,
        "PGUSER": query.get("user") or url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": query.get("sslmode"),
    }
    environment = os.environ | {key: str(value) for key, value in given.items() if value}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError as problem:
        raise Failed(f"Brakuje programu {command[0]}: zainstaluj klienta PostgreSQL.") from problem
    if done.returncode:
        raise Failed(done.stderr.strip() or command[0])
