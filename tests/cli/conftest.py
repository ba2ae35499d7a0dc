"""An instance for commands: an empty folder and an empty database of the kind under test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from strefa.infra.database import db
from tests import world
from tests.cli.recorded import a_recorded_round
from tests.databases import database_url
from tests.isolation import outer_transaction

STRONG = "Wr8-Zk3_qLm5TyVb0NcXs7PdHf2JgQa9"


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Give this process back what a command that goes on for good changed in it."""
    mask, environment = os.umask(0o022), dict(os.environ)
    os.umask(mask)
    yield
    os.umask(mask)
    os.environ.clear()
    os.environ.update(environment)


@pytest.fixture
def instance(tmp_path: Path) -> dict[str, str]:
    """Return the environment that names an instance where nothing has begun yet."""
    folder = tmp_path / "instance"
    on_postgresql = os.environ.get("STREFA_TEST_DATABASE") == "postgresql"
    return {
        "INSTANCE_DIR": str(folder),
        "DATABASE_URL": database_url(f"cli_{tmp_path.name}") if on_postgresql else "",
        "SECRET_KEY": STRONG,
        "BASE_URL": "http://127.0.0.1:8000",
        "DEMO": "0",
    }


@pytest.fixture(scope="module")
def scene(app: Flask) -> Iterator[Connection]:
    """A published round with all its records, once for all tests of a file."""
    with outer_transaction(app) as connection:
        world.start()
        a_recorded_round()
        yield connection


@pytest.fixture
def data(scene: Connection) -> Iterator[Session]:
    """The session over the scene; what a test spoils is whole again after it."""
    whole = scene.begin_nested()
    db.session.remove()
    try:
        yield db.session()
    finally:
        db.session.remove()
        whole.rollback()
