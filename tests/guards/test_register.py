"""Every column of every table has its place in the register of personal data."""

import ast
from pathlib import Path

from sqlalchemy import Column, String

from strefa.cli.invariants import judged
from strefa.cli.invariants.told import STEPS
from strefa.contest.privacy import own_queries
from strefa.contest.privacy.register import COPIED, KEPT, STAYS, TABLES, Keep, Kind, copied
from strefa.infra.database import Base

ROOT = Path(__file__).resolve().parents[2]
WHERE = "strefa/contest/privacy/register.py"


def unclassified() -> list[str]:
    """List the columns that the register does not know, and those that it knows and no table has."""
    stored = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns}
    known = {f"{name}.{column}" for name, table in TABLES.items() for column in table.columns}
    return [f"{name}: say in {WHERE} what it says of a person" for name in sorted(stored - known)] + [
        f"{name}: is in {WHERE} and in no table" for name in sorted(known - stored)
    ]


def test_every_column_has_its_place_in_the_register() -> None:
    assert unclassified() == []


def test_a_new_column_and_a_new_table_are_missed() -> None:
    people = Base.metadata.tables["people"]
    people.append_column(Column("shoes", String(9)))
    try:
        assert unclassified() == [f"people.shoes: say in {WHERE} what it says of a person"]
    finally:
        people._columns.remove(people.columns["shoes"])  # pyright: ignore[reportAttributeAccessIssue]
    assert unclassified() == []


def test_a_column_that_points_to_a_person_is_a_mark() -> None:
    pointing = [
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == "people" for key in column.foreign_keys)
    ]
    assert {TABLES[table].columns[column] for table, column in pointing} == {Kind.MARK}
    assert {table for table, _column in pointing} >= {"journal", "messages", "submissions", "score_cards"} - {
        "score_cards"
    }


def test_every_kind_says_how_long_it_stays_and_what_is_copied_belongs_to_somebody() -> None:
    assert KEPT.keys() == set(Kind)
    assert all(KEPT[kind] is not Keep.FOR_GOOD for kind in COPIED)
    assert [name for name in copied() if not TABLES[name].whose] == []


def test_every_table_with_something_of_a_person_is_looked_up_for_her() -> None:
    assert own_queries.OWN.keys() == copied().keys()


def test_what_check_compares_with_the_journal_outlives_every_erasure() -> None:
    """Else erasing somebody would break an invariant that reads the details of her deeds."""
    asked: set[str] = set(judged.LEADS_TO)
    for path in sorted((ROOT / "strefa" / "cli" / "invariants").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"told", "last_told"}:
                values = [part.value for part in node.args if isinstance(part, ast.Constant)]
                asked |= {value for value in values if isinstance(value, str)}
    assert {"submit", "decide_formally"} <= asked
    assert asked - STAYS.keys() - STEPS == set()
