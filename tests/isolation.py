"""One outer transaction that is never committed: whatever a test stores is gone after it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection

from strefa.infra.database import db


@contextmanager
def outer_transaction(app: Flask) -> Iterator[Connection]:
    """Have the session work inside a transaction that ends with the block and leaves nothing, files included.

    Flask-SQLAlchemy picks the engine itself and ignores a session's `bind`, so the connection has
    to stand where the engine stood.
    """
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
        shutil.rmtree(Path(app.config["INSTANCE_DIR"]) / "files", ignore_errors=True)
