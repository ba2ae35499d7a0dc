"""The harness: one application, real isolation, and a client that checks every page it is given."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from sqlalchemy import event
from sqlalchemy.orm import Session

from strefa import create_app
from strefa.infra import migrations
from strefa.infra.clock import Clock
from strefa.infra.database import db
from strefa.web import status_line
from tests import world
from tests.isolation import outer_transaction
from tests.pages import Pages

UNCOUNTED = (
    "SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT pg_advisory_xact_lock",
    "SELECT notices.",  # once in a few seconds, whatever pages are made meanwhile: no page's own
)  # fmt: skip
# No timing fails a test.
settings.register_profile("strefa", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("strefa")
POSTGRESQL = os.environ.get("STREFA_TEST_DATABASE") == "postgresql"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the played rounds, which take longest: the other tests fill the time beside them."""
    items.sort(key=lambda item: "tests/stories/" not in item.nodeid)


@pytest.fixture(scope="session")
def database_address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty database of this test process's own: a SQLite file, or one in the tests' own cluster."""
    if POSTGRESQL:
        from tests.databases import database_url

        return database_url("strefa_tests")
    return f"sqlite:///{tmp_path_factory.mktemp('database') / 'strefa.sqlite'}"


@pytest.fixture(scope="session")
def app(database_address: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on a migrated database, with files in a folder of the tests' own."""
    app = create_app(
        instance_dir=tmp_path_factory.mktemp("instance"),
        database_url=database_address,
        secret_key="a key of the tests, long enough for the check",
        base_url="http://127.0.0.1:8000",
        smtp_url="",
    )
    app.testing = True
    with app.app_context(), db.engine.begin() as connection:
        migrations.upgrade(connection)
    return app


@pytest.fixture
def store(app: Flask) -> Iterator[Session]:
    """The session, inside an outer transaction that is never committed."""
    status_line.forget(app)
    with outer_transaction(app):
        world.start()
        yield db.session()


@pytest.fixture
def clock(app: Flask) -> Iterator[Clock]:
    """The application's clock, standing at noon of the world; running again afterwards."""
    clock: Clock = app.extensions["clock"]
    clock.set(world.NOON)
    yield clock
    clock.set(None)


@pytest.fixture
def pages(app: Flask, store: Session, clock: Clock) -> Pages:
    """A browser without a screen: it signs people in, follows their links and checks each page's HTML."""
    return Pages(app)


@pytest.fixture
def queries_at_most(store: Session) -> Callable[[int], AbstractContextManager[list[str]]]:
    """Count statements: `with queries_at_most(5): …` fails when the block sends more to the database."""

    @contextmanager
    def counted(most: int) -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_: Any, __: Any, statement: str, *___: Any) -> None:
            if not statement.startswith(UNCOUNTED):
                sent.append(statement)

        connection: Any = db.engines[None]
        event.listen(connection, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(connection, "before_cursor_execute", note)
        assert len(sent) <= most, "\n\n".join([f"{len(sent)} statements, {most} allowed", *sent])

    return counted
