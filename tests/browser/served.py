"""An instance that a real browser can visit: the application behind a threaded server, on a database of its own."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import inspect, text
from werkzeug.serving import make_server

from strefa import create_app
from strefa.contest.people.models import Person
from strefa.infra import migrations
from strefa.infra.clock import Clock
from strefa.infra.database import db
from strefa.web import status_line
from tests import world


@dataclass(frozen=True)
class Served:
    """A running instance: its application, and the address at which a browser finds it."""

    app: Flask
    address: str

    @property
    def clock(self) -> Clock:
        return self.app.extensions["clock"]

    def cookie_of(self, person: Person) -> dict[str, str]:
        """Return a cookie, in Playwright's words, that signs this person in, second factor given."""
        client = self.app.test_client()
        with client.session_transaction(base_url=self.address) as session:
            session["_user_id"], session["_fresh"] = world.a_sign_in(person), True
        cookie = client.get_cookie("strefa", domain="127.0.0.1")
        assert cookie is not None
        return {"name": "strefa", "value": cookie.value, "url": self.address}

    def empty(self) -> None:
        """Take every row away, so that the next story begins on an empty instance; even the journal's, for once."""
        db.session.remove()
        status_line.forget(self.app)
        names = [name for name in inspect(db.engine).get_table_names() if name != "alembic_version"]
        with db.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL session_replication_role = replica"))  # no trigger refuses
                connection.execute(text(f"TRUNCATE {', '.join(names)} CASCADE"))
                return
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
            for name, _sql in triggers:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            for name in names:
                connection.execute(text(f"DELETE FROM {name}"))
            for _name, sql in triggers:
                connection.exec_driver_sql(sql)


@contextmanager
def served(instance: Path, database_address: str) -> Iterator[Served]:
    """Serve an instance on a free port until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = create_app(
            instance_dir=instance,
            database_url=database_address,
            secret_key="a key of the browser stories, long enough for the check",
            base_url=address,
            smtp_url="",
        )
        with app.app_context(), db.engine.begin() as connection:
            migrations.upgrade(connection)
        server = make_server("127.0.0.1", 0, app, threaded=True, fd=listener.fileno())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Served(app, address)
        finally:
            server.shutdown()
            thread.join(10)
