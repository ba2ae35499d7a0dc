"""What is read where: the clock at the edges, whoever is looking in the web, money and marks never as floats."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.guards.test_habits import ROOT, SOURCES
from tests.guards.test_setup import tracked

CLOCKS = {
    "strefa/infra/clock.py": "the clock itself",
    "strefa/cli/backup.py": "an edge: when a backup was made",
    "strefa/infra/files/store.py": "how old files on the disk are: no played clock moves that",
    "strefa/infra/server.py": "an edge: when the server accepted a connection",
    "strefa/web/arrival.py": "an edge: how long a request waited since then",
    "strefa/chores.py": "an edge: how old files on the disk are",
    "strefa/cli/demo/showcase.py": "an edge: a showcase has a round around today",
    "strefa/cli/showing.py": "an edge: when a show was begun and when it was finished",
}
FLOATS = {
    "strefa/rules/cheapest.py": "the solver's language",
    "strefa/rules/dealing.py": "the solver's language",
}
OF_A_REQUEST = {"request", "session", "g", "current_user", "flash", "abort"}
BELOW_THE_WEB = ("strefa/rules/", "strefa/contest/", "strefa/outputs/")
BELOW = [path for path in SOURCES if path.startswith(BELOW_THE_WEB)]
UNFINISHED = re.compile(
    r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|pytest\.(?:mark\.)?(?:sk" + r"ip|xf" + r"ail|skip" + r"if)"
)
SQL_NOW = re.compile(r"func\.now\b|current_timestamp|current_date|datetime\('now|server_default=.*now", re.IGNORECASE)
REGISTRY = re.compile("|".join(("py" + "pi\\.", "python" + "hosted", "npm" + "js", "/sim" + "ple/")))
FOREIGN = ("tests/browser/vendor/",)


def imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield what a module imports: where from, and the name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", name.name) for name in node.names)
        elif isinstance(node, ast.Import):
            yield from ((name.name, "") for name in node.names)


@pytest.mark.parametrize("path", BELOW)
def test_below_the_web_nobody_asks_who_is_looking_or_what_time_it_is(path: str) -> None:
    names = set(imported(SOURCES[path]))
    asked = {name for module, name in names if module.partition(".")[0] in {"flask", "flask_login"}}
    assert asked & OF_A_REQUEST == set()
    assert not any(module.startswith(("flask_login", "strefa.web")) for module, _name in names)
    assert ("strefa.infra.clock", "now") not in names
    assert ("strefa.infra.clock", "clock") not in names


def test_the_clock_is_read_at_the_edges_alone() -> None:
    read = {
        path
        for path, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node).startswith(("datetime.", "date.", "time."))
        if node.attr in {"now", "utcnow", "today", "time"}
    }
    assert read == CLOCKS.keys()


@pytest.mark.parametrize("path", [path for path in BELOW if not path.startswith("strefa/outputs/")])
def test_money_and_marks_are_never_floats(path: str) -> None:
    if path in FLOATS:
        return
    floats = [
        node.lineno
        for node in ast.walk(SOURCES[path])
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id in {"float", "Float"})
    ]
    assert floats == [], f"lines {floats}"


def test_no_table_has_a_float_column_or_a_moment_of_the_database() -> None:
    from sqlalchemy import Float

    from strefa.infra.database import Base

    columns = [column for table in Base.metadata.tables.values() for column in table.columns]
    assert len(columns) > 100
    assert [column for column in columns if isinstance(column.type, Float) or column.server_default is not None] == []


def test_no_statement_asks_the_database_for_the_time() -> None:
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in SOURCES}
    assert [path for path, text in texts.items() if SQL_NOW.search(text)] == []


def test_nothing_is_left_for_later_and_no_test_is_left_out() -> None:
    assert found(UNFINISHED) == []


def test_no_file_names_a_registry_of_packages() -> None:
    assert found(REGISTRY) == []


def found(pattern: re.Pattern[str]) -> list[str]:
    """List the committed texts in which a pattern occurs."""
    places = []
    for path in tracked():
        name, data = str(path.relative_to(ROOT)), path.read_bytes()
        if not name.startswith(FOREIGN) and b"\0" not in data and pattern.search(data.decode("utf-8", "replace")):
            places.append(name)
    return places
