"""A backup is older than somebody's erasure: whoever restores it finds her erased, wherever it is restored."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from strefa.cli import main
from strefa.contest.people import queries as people
from strefa.contest.privacy import erasure_actions
from strefa.infra import erased_list
from strefa.infra.database import saving
from strefa.rules.policy import Role
from tests import world
from tests.alone import alone, place

NAME, EMAIL = "Zofia Dawna", "zofia@example.org"


def strefa(environment: dict[str, str], *words: str) -> str:
    done = CliRunner(env=environment).invoke(main, list(words))
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("given", ["the newer list", "a newer backup"])
def test_an_older_backup_brings_nobody_back(tmp_path: Path, given: str) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    old, new = tmp_path / "old", tmp_path / "newer"
    with alone(tmp_path / "one", "drill_erased") as app, app.app_context():
        world.a_person(name=NAME, email=EMAIL)
        administrator = world.a_person(Role.ADMINISTRATOR)
        strefa(place(app), "backup", str(old))
        with saving():
            gone = people.by_email(EMAIL)
            assert gone is not None
            erasure_actions.erase_person(gone, actor=administrator, now=world.NOON)
        strefa(place(app), "backup", str(new))
        newest = (erased_list.path() if given == "the newer list" else new / erased_list.NAME).resolve()
        assert NAME not in newest.read_text()
    with alone(tmp_path / "two", "drill_erased_two") as app:
        environment = place(app)
    _emptied(environment, tmp_path / "two")
    said = strefa(environment, "restore", str(old), "--erased", str(newest))
    assert "Usunięto jeszcze raz osoby i treści z listy usuniętych: 1." in said
    with create_engine(
        environment["DATABASE_URL"] or f"sqlite:///{tmp_path}/two/strefa.sqlite"
    ).connect() as connection:
        everybody = str(connection.execute(text("SELECT name, email, search_key FROM people")).all())
    assert (NAME in everybody, EMAIL in everybody, "Osoba usunięta" in everybody) == (False, False, True)
    assert "Wszystko się zgadza" in strefa(environment, "check")


def _emptied(environment: dict[str, str], folder: Path) -> None:
    """Leave nothing of the second instance but its place."""
    if environment["DATABASE_URL"]:
        engine = create_engine(environment["DATABASE_URL"])
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
    for path in folder.glob("strefa.sqlite*"):
        path.unlink()
