"""The scene, built once for each process on a database of its own, where every transaction is a real one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.engine import Connection

from strefa import create_app
from strefa.infra import migrations
from strefa.infra.database import db
from tests.conftest import POSTGRESQL
from tests.guards import scene as scenes
from tests.guards.scene import Scene


def an_app(folder: Path, name: str, **settings: str) -> Flask:
    """An application on an empty migrated database of its own, outside the fixture that rolls back."""
    address = f"sqlite:///{folder / 'strefa.sqlite'}"
    if POSTGRESQL:
        from tests.databases import database_url

        address = database_url(name)
    whole = {"base_url": "http://127.0.0.1:8000", "smtp_url": "", "secret_key": "a key of the guards, long enough too"}
    app = create_app(instance_dir=folder, database_url=address, **whole | settings)
    app.testing = True
    with app.app_context(), db.engine.begin() as connection:
        migrations.upgrade(connection)
    return app


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A contest in the middle of its life; whoever changes it puts it back."""
    return scenes.built(an_app(tmp_path_factory.mktemp("scene"), "guards_scene"))


@contextmanager
def put_back(app: Flask) -> Iterator[Connection]:
    """Run the block on one connection whose transaction is rolled back: what views commit is undone."""
    with app.app_context():
        engine = db.engine
        with engine.connect() as connection:
            outer = connection.begin()
            db.engines[None] = connection  # pyright: ignore[reportIndexIssue, reportArgumentType]
            db.session.configure(join_transaction_mode="create_savepoint")
            try:
                yield connection
            finally:
                db.session.remove()
                db.engines[None] = engine  # pyright: ignore[reportIndexIssue]
                outer.rollback()
