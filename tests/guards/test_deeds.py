"""Every deed, tried by everybody: those who may not do it are told that nothing is there, and nothing is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from tests.guards.addresses import address
from tests.guards.conftest import put_back
from tests.guards.scene import PEOPLE, Scene
from tests.guards.tables import ACTED, endpoints, table

ROWS = table(ACTED)
FEW = ("anonymous", "stranger", "juror", "coordinator")
SENT = {row: {"text": "slug: x"} for row in ("office.rounds.create", "office.rounds.edit")}
"""What is sent where an empty form would be filled in by the page, and take long."""

WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def scene_without_tokens(scene: Scene) -> Iterator[Scene]:
    """The scene with CSRF off: what is asked here is who may, and a token would answer before that."""
    scene.app.config["WTF_CSRF_ENABLED"] = False
    yield scene
    scene.app.config["WTF_CSRF_ENABLED"] = True


def tried(row: str) -> tuple[str, ...]:
    """Return who tries a deed: everybody, unless everybody who signs in may do it."""
    return FEW if "-" not in ROWS[row].values() else PEOPLE


@contextmanager
def noted(connection: Connection) -> Iterator[list[str]]:
    """Collect the statements that write."""
    written: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if statement.lstrip().upper().startswith(WRITES):
            written.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield written
    finally:
        event.remove(connection, "before_cursor_execute", note)


def mark(status: int) -> str:
    """Say what an answer means: not there, asked to sign in, or reached."""
    return {404: "-", 401: ">"}.get(status, "+" if status < 500 else str(status))


def test_the_table_lists_every_deed_and_no_other(scene: Scene) -> None:
    assert endpoints(ACTED) == {
        rule.endpoint for rule in scene.app.url_map.iter_rules() if "POST" in (rule.methods or ())
    }


@pytest.mark.parametrize("row", ROWS)
def test_who_may_do_it(scene_without_tokens: Scene, row: str) -> None:
    """Those who may are heard, whatever the answer; an empty form is enough for that."""
    scene = scene_without_tokens
    where, marks, written = address(scene, row), {}, {}
    for who in tried(row):
        with put_back(scene.app) as connection, noted(connection) as statements:
            marks[who] = mark(scene.browser(who).post(where, data=SENT.get(row)).status_code)
        written[who] = statements
    assert marks == {who: ROWS[row][who] for who in tried(row)}
    assert {who: written[who] for who in marks if marks[who] != "+" and written[who]} == {}


def test_no_deed_is_done_without_a_token(scene: Scene) -> None:
    """Everything that writes asks for a CSRF token, of those who may do it as well."""
    done = {}
    for row, marks in ROWS.items():
        who = next((person for person in PEOPLE if marks[person] == "+"), "anonymous")
        with put_back(scene.app) as connection, noted(connection) as statements:
            status = scene.browser(who).post(address(scene, row)).status_code
        if statements or (marks[who] == "+" and status != 400):
            done[row] = status, statements
    assert done == {}
