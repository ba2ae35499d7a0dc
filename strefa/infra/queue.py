"""The bell between web and worker: Huey carries one word, "there is something to do".

What there is to do stands in rows (`jobs`, `messages`), so a lost bell only costs the wait for the next sweep.
It hangs in a file of its own beside the SQLite database, since in the same file it would lock it, or in a
schema of its own in PostgreSQL, where Alembic and backups do not meet it.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import make_url

from strefa.infra import jobs
from strefa.settings import Settings

if TYPE_CHECKING:
    from huey import Huey

SCHEMA = "strefa_queue"
LONGEST_WAIT = 1.0  # seconds between two looks at SQLite's bell; PostgreSQL rings by itself

log = logging.getLogger("strefa.queue")


def bell(settings: Settings) -> "Huey":
    """Return the instance's Huey. Results are not kept: the rows hold them."""
    from huey import PostgresHuey, SqliteHuey  # a third of a second that the start of the web need not wait for

    if settings.database_address.startswith("postgresql"):
        with _alone(settings.database_address):
            return PostgresHuey("strefa", connection=lambda: _own_schema(settings.database_address), results=False)
    settings.instance_dir.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("strefa", filename=str(settings.instance_dir / "queue.sqlite"), fsync=False, results=False)


def ring_after_commits(settings: Settings) -> None:
    """Have every commit of this process that left something to do wake the worker."""

    @cache
    def hung() -> tuple["Huey", Callable[[], Any]]:
        huey = bell(settings)
        return huey, _task(huey, lambda: None)

    def ring() -> None:
        try:
            huey, wake = hung()
            if not huey.pending_count():
                wake()
        except Exception:  # the commit stands; the sweep will come
            log.exception("the worker could not be woken")

    jobs.when_woken(ring)


def answer(settings: Settings, work: Callable[[], Any]) -> None:
    """Call `work` at once, whenever the bell rings and once a minute; SIGTERM or SIGINT let it finish and return."""
    from huey import crontab  # as above

    huey = bell(settings)
    _task(huey, work)
    huey.periodic_task(crontab(), name="sweep")(work)
    huey.create_consumer(workers=1, max_delay=LONGEST_WAIT, graceful_signal="TERM").run()  # sweeps first of all


def _task(huey: "Huey", work: Callable[[], Any]) -> Callable[[], Any]:
    """Give the bell's one task; Huey knows it by this module and its name, on both ends."""

    def answered() -> None:
        work()

    return huey.task(name="work")(answered)


@contextmanager
def _alone(address: str) -> Iterator[None]:
    """Let one process at a time hang the bell: two that make the same table at once make one of them fail."""
    with _connected(address) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [SCHEMA])  # it ends with the connection
        yield


def _connected(address: str) -> Any:
    import psycopg  # SQLite instances never need it

    url = make_url(address).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True, connect_timeout=5)


def _own_schema(address: str) -> Any:
    connection = _connected(address)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}".encode())
    connection.execute(f"SET search_path TO {SCHEMA}".encode())
    return connection
