"""House rules as code: nobody has to remember them. Each was broken once and seen to fail."""

import ast
from collections.abc import Iterator
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
    "strefa/contest/jury/actions.py:save_card": "autosaves keep history rows",
    "strefa/contest/people/sign_in_actions.py:count_attempt": "anybody may cause thousands",
    "strefa/contest/people/sign_in_actions.py:note_use": "it happens while people work",
}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "manager", "service", "services", "misc"}
LONGEST_FILE, LONGEST_TEMPLATE = 400, 150


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in tree.body if isinstance(node, ast.FunctionDef))


def called(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            names.add(getattr(node.func, "attr", "") or getattr(node.func, "id", ""))
    return names


def test_only_saving_commits() -> None:
    assert {path for path, tree in SOURCES.items() if "commit" in called(tree)} == {"strefa/infra/database.py"}


@pytest.mark.parametrize("path", ACTIONS)
def test_every_action_is_told_who_and_when_and_writes_the_journal(path: str) -> None:
    """An action may write through a private function of its module, or through another action."""
    tree = SOURCES[path]
    writers = {"record"} | {f.name for f in functions(tree) if "record" in called(f)}
    for action in functions(tree):
        if action.name.startswith(("_", "blockers")) or is_reading(action):
            continue
        assert {"actor", "now"} <= {argument.arg for argument in action.args.kwonlyargs}, action.name
        if f"{path}:{action.name}" not in UNJOURNALLED:
            assert called(action) & writers, f"{action.name} leaves no trace"


def is_reading(function: ast.FunctionDef) -> bool:
    """A function that stores nothing and is told nothing is no action; it must say so by taking no actor."""
    named = {argument.arg for argument in function.args.kwonlyargs}
    stores = {"add", "delete", "execute", "record", "queue", "ask"} & called(function)
    assigns = any(
        isinstance(node, ast.Assign) and any(isinstance(target, ast.Attribute) for target in node.targets)
        for node in ast.walk(function)
    )
    return not named & {"actor", "now"} and not stores and not assigns


@pytest.mark.parametrize("path", [p for p in SOURCES if p.startswith(("strefa/rules/", "strefa/contest/"))])
def test_below_the_web_nobody_reads_the_clock(path: str) -> None:
    reads = [
        node
        for node in ast.walk(SOURCES[path])
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
    ]
    assert not reads, f"line {reads[0].lineno}" if reads else ""


def test_no_file_outgrows_its_room() -> None:
    long = {}
    for folder in ("strefa", "tests", "bench"):
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


def test_views_stay_short() -> None:
    long = {}
    for path, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and any("needs" in ast.dump(d) for d in node.decorator_list):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > 20:
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
