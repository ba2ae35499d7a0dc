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

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import URL, make_url

from strefa.cli.instance import Refusal, answering, connecting
from strefa.infra import queue

SQLITE, POSTGRESQL = "sqlite", "postgresql"
FILES = {SQLITE: "database.sqlite", POSTGRESQL: "database.sql"}


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
        Refusal: there is no database, or its program refused.
    """
    url = make_url(address)
    return _dump_sqlite(url, folder) if url.get_backend_name() == SQLITE else _dump_postgresql(url, folder)


def refuse_another_kind(address: str, kind: str) -> None:
    """Refuse a copy of the other kind of database: its file would mean nothing here.

    Raises:
        Refusal: it is.
    """
    if make_url(address).get_backend_name() != kind:
        raise Refusal(f"Ta kopia pochodzi z bazy {kind}. Ustaw DATABASE_URL na pustą bazę tego rodzaju.")


def load_dump(address: str, file: Path, tables: dict[str, int]) -> None:
    """Load a file made by `dump` into an empty database.

    Args:
        tables: the number of rows that each table must have afterwards.

    Raises:
        Refusal: loading was refused, or the numbers differ.
    """
    url = make_url(address)
    if url.get_backend_name() == SQLITE:
        return _load_sqlite(Path(url.database or ""), file, tables)
    _run(["psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--single-transaction", "--output", os.devnull,
          "--file", str(file)], url)  # fmt: skip
    _refuse_other_counts(tables, _looked_at(url)[0])


def shown(address: str) -> str:
    """Return an address for people to read: without its password."""
    return make_url(address).render_as_string()


def occupied(address: str) -> bool:
    """Tell whether the database at this address holds any table already.

    Raises:
        Refusal: the database does not answer.
    """
    url = make_url(address)
    if url.get_backend_name() == SQLITE and not Path(url.database or "").exists():
        return False
    with answering():
        return bool(_looked_at(url)[0])


def _dump_sqlite(url: URL, folder: Path) -> Dump:
    target = folder / FILES[SQLITE]
    with closing(sqlite3.connect(url.database or "", timeout=60)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    copy = url.set(database=str(target))
    return Dump(SQLITE, target.name, *_looked_at(copy))


def _load_sqlite(target: Path, file: Path, tables: dict[str, int]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    coming = target.with_name(target.name + ".restoring")
    try:
        shutil.copyfile(file, coming)
        _refuse_other_counts(tables, _looked_at(URL.create(SQLITE, database=str(coming)))[0])
        for left in ("-wal", "-shm"):  # of a database that is gone: SQLite would write it over the restored one
            target.with_name(target.name + left).unlink(missing_ok=True)
        coming.replace(target)
    finally:
        coming.unlink(missing_ok=True)


def _refuse_other_counts(wanted: dict[str, int], found: dict[str, int]) -> None:
    different = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    if different:
        raise Refusal(f"Po odtworzeniu nie zgadza się liczba wierszy w tabelach: {', '.join(different)}.")


def _dump_postgresql(url: URL, folder: Path) -> Dump:
    """Dump and count in one snapshot, so that both tell of the same moment."""
    target = folder / FILES[POSTGRESQL]
    engine = create_engine(url, isolation_level="REPEATABLE READ")
    try:
        with answering(), engine.connect() as connection:
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            command = ["pg_dump", "--no-owner", "--no-privileges", f"--exclude-schema={queue.SCHEMA}"]
            _run([*command, f"--snapshot={snapshot}", "--file", str(target)], url)
            return Dump(POSTGRESQL, target.name, *_counted(connection))
    finally:
        engine.dispose()


def _looked_at(url: URL) -> tuple[dict[str, int], frozenset[str]]:
    with connecting(url) as engine, engine.connect() as connection:
        return _counted(connection)


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
        raise Refusal(f"Brakuje programu {command[0]}: zainstaluj klienta PostgreSQL.") from problem
    if done.returncode:
        raise Refusal(done.stderr.strip() or command[0])
