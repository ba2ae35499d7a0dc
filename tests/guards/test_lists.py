"""A list sends the same number of statements for one row and for fifty."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import event

from tests.conftest import UNCOUNTED
from tests.guards.addresses import address
from tests.guards.conftest import put_back
from tests.guards.crowd import grow
from tests.guards.scene import Scene

LISTS = {
    "account.overview.show": "editor",
    "applicant.applications.index": "editor",
    "applicant.organisations.index": "editor",
    "applicant.organisations.show": "editor",
    "juror.assignments.index": "juror",
    "office.applications.index": "coordinator",
    "office.cards.index": "coordinator",
    "office.clauses.index": "coordinator",
    "office.decisions.index": "approver",
    "office.documents.index": "coordinator",
    "office.journal.export": "auditor",
    "office.journal.index": "auditor",
    "office.jury.index": "coordinator",
    "office.jury.preview": "coordinator",
    "office.messages.index": "coordinator",
    "office.papers.entries": "auditor",
    "office.papers.index": "auditor",
    "office.papers.kind:receipts": "auditor",
    "office.papers.results": "auditor",
    "office.papers.scores": "auditor",
    "office.people.index": "administrator",
    "office.people.show:coordinator": "administrator",
    "office.ranking.show": "chair",
    "office.erasure.requests": "administrator",
    "office.retention.index": "coordinator",
    "office.rounds.index": "coordinator",
    "office.rounds.show": "coordinator",
    "office.team.index": "coordinator",
    "public.results.show:past": "stranger",
    "public.rounds.index": "anonymous",
    "public.rounds.show": "anonymous",
}
"""Every page whose length depends on how much there is, and who looks at it."""

UNCHANGED = {"office.papers.index", "office.rounds.show"}
"""Pages that count rows and do not list them."""


@dataclass
class Measured:
    """What a page cost and how long it was."""

    statements: list[str]
    size: int


def measured(scene: Scene) -> dict[str, Measured]:
    found = {}
    for row, who in LISTS.items():
        where = address(scene, row)
        _one(scene, who, where)  # once before: what a process keeps by its hash is kept then
        found[row] = _one(scene, who, where)
    return found


def _one(scene: Scene, who: str, where: str) -> Measured:
    from strefa.infra.database import db

    connection, sent = db.engines[None], []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    visitor = scene.browser(who)
    event.listen(connection, "before_cursor_execute", note)
    try:
        with scene.app.app_context():  # `g` must not outlive a request
            answer = visitor.get(where)
    finally:
        event.remove(connection, "before_cursor_execute", note)
    assert answer.status_code == 200, where
    return Measured([text for text in sent if not text.startswith(UNCOUNTED)], len(answer.data))


@pytest.fixture(scope="module")
def costs(scene: Scene) -> Iterator[dict[str, tuple[Measured, Measured]]]:
    with put_back(scene.app):
        few = measured(scene)
        grow(scene)
        many = measured(scene)
        yield {row: (few[row], many[row]) for row in LISTS}


@pytest.mark.parametrize("row", LISTS)
def test_a_list_asks_no_more_for_fifty_rows_than_for_one(costs: dict[str, tuple[Measured, Measured]], row: str) -> None:
    few, many = costs[row]
    more = [text for text in many.statements if many.statements.count(text) > few.statements.count(text)]
    assert len(many.statements) == len(few.statements), "\n\n".join(more[:3])
    assert many.size > few.size + 49 * 8 or row in UNCHANGED, "nothing more is listed, so nothing was measured"


@pytest.mark.parametrize("row", LISTS)
def test_a_list_is_asked_for_in_few_statements(costs: dict[str, tuple[Measured, Measured]], row: str) -> None:
    assert len(costs[row][1].statements) <= 24


def test_every_page_called_index_is_among_the_lists(scene: Scene) -> None:
    lists = {name for name in scene.app.view_functions if name.endswith(".index")}
    assert lists - {row.partition(":")[0] for row in LISTS} == set()
