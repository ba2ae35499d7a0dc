"""An application on a database of its own, where what is saved is really committed: for threads and processes.

The usual fixtures keep one connection inside a transaction; nobody else could see what it wrote.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from strefa import create_app
from strefa.infra import migrations
from strefa.infra.database import db
from tests import world

POSTGRESQL = os.environ.get("STREFA_TEST_DATABASE") == "postgresql"
SECRET_KEY = "a key of the tests, long enough for the check"


@contextmanager
def alone(folder: Path, name: str, **settings: Any) -> Iterator[Flask]:
    """Give an application with an empty, migrated database and files of its own, both gone afterwards."""
    address = ""
    if POSTGRESQL:
        from tests.databases import database_url

        address = database_url(name)
    app = create_app(
        instance_dir=folder, database_url=address, secret_key=SECRET_KEY, base_url="http://127.0.0.1:8000", **settings
    )
    app.testing = True
    with app.app_context():
        with db.engine.begin() as connection:
            migrations.upgrade(connection)
        world.start()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def place(app: Flask) -> dict[str, str]:
    """Return the environment in which another process finds this application's instance."""
    settings = app.config["SETTINGS"]
    return os.environ | {
        "INSTANCE_DIR": str(settings.instance_dir),
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": SECRET_KEY,
        "BASE_URL": settings.base_url,
    }


def at_once(app: Flask, calls: list[Any]) -> list[Any]:
    """Run calls at the same time, each in a thread and an application context of its own; return what they returned."""

    def run(call: Any) -> Any:
        with app.app_context():
            return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))
