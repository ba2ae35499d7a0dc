"""The models and the migrations say the same, from an empty database on."""

from pathlib import Path

import pytest
from alembic import command
from flask import Flask
from sqlalchemy import Column, Integer, String, Table, inspect, select

from strefa.contest.decisions import actions as decisions
from strefa.contest.people.models import SignIn
from strefa.contest.rounds.models import Round
from strefa.infra import migrations
from strefa.infra.database import Base, db
from tests import decided, world
from tests.alone import alone
from tests.guards.conftest import an_app


def test_models_equal_migrations(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        assert migrations.differences(connection) == []


def test_a_model_that_no_migration_knows_is_found(app: Flask) -> None:
    """Else the test above could not fail: a table and a column are added for a moment."""
    people = Base.metadata.tables["people"]
    extra, column = (
        Table("strangers", Base.metadata, Column("id", Integer, primary_key=True)),
        Column("shoes", String(9)),
    )
    people.append_column(column)
    try:
        with app.app_context(), db.engine.connect() as connection:
            found = {(change[0], getattr(change[-1], "name", "")) for change in migrations.differences(connection)}
    finally:
        Base.metadata.remove(extra)
        people._columns.remove(column)  # pyright: ignore[reportAttributeAccessIssue]
    assert found == {("add_table", "strangers"), ("add_column", "shoes")}
    assert "shoes" not in people.columns


def test_an_empty_database_gets_every_table_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    app = an_app(tmp_path, "guards_schema")
    with app.app_context(), db.engine.begin() as connection:
        assert set(Base.metadata.tables) <= set(inspect(connection).get_table_names())
        assert migrations.is_newest(connection)
        migrations.upgrade(connection)
        assert migrations.differences(connection) == []


@pytest.mark.parametrize("returned", [False, True])
def test_a_round_of_an_older_database_learns_whether_decisions_stand(tmp_path: Path, returned: bool) -> None:
    with alone(tmp_path, f"guards_schema_{returned}".lower()) as app, app.app_context():
        made = decided.a_decided_round(published=False)
        if returned:
            decisions.return_proposal(
                made.round, made.proposal, "Zła pula w protokole.", actor=made.approver, now=decided.MEETING
            )
        db.session.commit()
        db.session.remove()
        with db.engine.begin() as connection:
            command.downgrade(migrations.configuration(connection), "0001")
            assert "decided_at" not in {column["name"] for column in inspect(connection).get_columns("rounds")}
            migrations.upgrade(connection)
        assert db.session.scalars(select(Round.decided_at)).one() == (None if returned else decided.MEETING)


def test_a_sign_in_of_an_older_database_stays_open(tmp_path: Path) -> None:
    with alone(tmp_path, "guards_schema_devices") as app, app.app_context():
        world.a_sign_in(world.a_person())
        db.session.commit()
        db.session.remove()
        with db.engine.begin() as connection:
            command.downgrade(migrations.configuration(connection), "0005")
            assert "device_known_at" not in {column["name"] for column in inspect(connection).get_columns("sign_ins")}
            migrations.upgrade(connection)
        sign_in = db.session.scalars(select(SignIn)).one()
        assert sign_in.device_known_at == sign_in.created_at


def test_every_constraint_has_a_name_of_its_own() -> None:
    """Errors are told apart by the names of constraints; an unnamed one could not be put to a field."""
    names = [
        str(constraint.name)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name or len(list(getattr(constraint, "columns", ()))) > 0
    ]
    assert "None" not in names
    assert len(names) == len(set(names))
