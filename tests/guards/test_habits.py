"""House rules as code: nobody has to remember them. Each was broken once and seen to fail."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {
    str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "strefa").rglob("*.py"))
    if "migrations/versions" not in str(path)
}
ACTIONS = [path for path in SOURCES if path.endswith("actions.py")]
UNJOURNALLED = {
    "strefa/contest/applications/actions.py:save": "autosaves keep history rows",
    "strefa/contest/applications/attachment_actions.py:begin_upload": "nothing is given before all of it came",
    "strefa/contest/applications/attachment_actions.py:drop_upload": "nothing is given before all of it came",
    "strefa/contest/applications/history_actions.py:keep_lost": "it happens while people type",
    "strefa/contest/applications/presence_actions.py:note_presence": "pages say it twice a minute",
    "strefa/contest/applications/presence_actions.py:sweep_presences": "nobody has done anything",
    "strefa/contest/jury/actions.py:save_card": "autosaves keep history rows",
    "strefa/contest/people/sign_in_actions.py:count_attempt": "anybody may cause thousands",
    "strefa/contest/people/sign_in_actions.py:note_use": "it happens while people work",
}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "manager", "service", "services", "misc"}
LONGEST_FILE, LONGEST_TEMPLATE, LONGEST_FUNCTION, LONGEST_VIEW = 400, 150, 50, 20


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in tree.body if isinstance(node, ast.FunctionDef))


def called(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            names.add(getattr(node.func, "attr", "") or getattr(node.func, "id", ""))
    return names


def test_only_saving_commits() -> None:
    commits = [
        (path, function.name)
        for path, tree in SOURCES.items()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]
    assert commits == [("strefa/infra/database.py", "saving")]


def test_exceptions_name_what_exists() -> None:
    known = {f"{path}:{function.name}" for path in ACTIONS for function in functions(SOURCES[path])}
    assert UNJOURNALLED.keys() - known == set()


@pytest.mark.parametrize("path", ACTIONS)
def test_every_action_is_told_who_and_when_and_writes_the_journal(path: str) -> None:
    """An action may write through another function that does, of its own module or of another one of actions."""
    tree, writers = SOURCES[path], journalling()
    for action in functions(tree):
        if action.name.startswith(("_", "blockers")) or is_reading(action):
            continue
        assert {"actor", "now"} <= {argument.arg for argument in action.args.kwonlyargs}, action.name
        if f"{path}:{action.name}" not in UNJOURNALLED:
            assert called(action) & writers, f"{action.name} leaves no trace"


@cache
def journalling() -> frozenset[str]:
    """Return the names of all functions of actions that write the journal, by themselves or through one another."""
    every = [(function.name, called(function)) for path in ACTIONS for function in functions(SOURCES[path])]
    writers, known = {"record"}, set()
    while writers != known:
        known = set(writers)
        writers |= {name for name, calls in every if calls & known}
    return frozenset(writers)


def is_reading(function: ast.FunctionDef) -> bool:
    """A function that stores nothing and is told nothing is no action; it must say so by taking no actor."""
    named = {argument.arg for argument in function.args.kwonlyargs}
    stores = {"add", "delete", "execute", "record", "queue", "ask"} & called(function)
    assigns = any(
        isinstance(node, ast.Assign) and any(isinstance(target, ast.Attribute) for target in node.targets)
        for node in ast.walk(function)
    )
    return not named & {"actor", "now"} and not stores and not assigns


def test_no_file_outgrows_its_room() -> None:
    long = {}
    for folder in ("strefa", "tests", "bench", "scripts"):
        for path in (ROOT / folder).rglob("*.py"):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > LONGEST_FILE and "migrations/versions" not in str(path):
                long[str(path.relative_to(ROOT))] = lines
    for path in (ROOT / "templates").rglob("*.html"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_TEMPLATE and "ui" not in path.parts:
            long[str(path.relative_to(ROOT))] = lines
    assert long == {}


def test_no_module_is_called_after_nothing() -> None:
    assert {path for path in SOURCES if Path(path).stem in FORBIDDEN_NAMES} == set()


def test_functions_fit_on_a_screen_and_views_on_half_of_one() -> None:
    long = {}
    for path, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                marks = {name for mark in node.decorator_list for name in called(mark) | {getattr(mark, "id", "")}}
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > (LONGEST_VIEW if marks & {"needs", "public"} else LONGEST_FUNCTION):
                    long[f"{path}:{node.name}"] = length
    assert long == {}


def test_templates_hold_no_inline_style_or_script() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert ' style="' not in text, path
        assert "onclick=" not in text, path
        for part in text.split("<script")[1:]:
            assert part.startswith((' type="module" src=', ' type="application/json"')), path
        assert "| safe" not in text, path
        assert "|safe" not in text, path
