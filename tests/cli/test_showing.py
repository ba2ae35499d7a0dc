"""A show is known by its database: whole, interrupted or none; and nothing for real people starts on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from strefa.cli import instance as instances
from strefa.cli import main, showing
from strefa.cli.showing import ACCOUNTS, BEGUN, ENDED, UNFINISHED, Found, found
from strefa.settings import Settings, read

OURS, STRANGERS = "jury1@pokaz.example", "ala@example.org"


@pytest.fixture
def empty(instance: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The settings of an instance that is prepared and holds nobody; commands of this process work on it."""
    for name, value in instance.items():
        monkeypatch.setenv(name, value)
    settings = instances.settings(begin=True)
    assert instances.prepare(settings) is False
    yield settings


def add(settings: Settings, *emails: str) -> None:
    engine = create_engine(settings.database_address)
    with engine.begin() as connection:
        for number, email in enumerate(emails):
            person = (
                "INSERT INTO people (public_id, email, name, sort_key, search_key, language, is_administrator, "
                "created_at) VALUES (:id, :email, 'Ktoś', '', '', 'pl', FALSE, '2027-01-01 00:00:00')"
            )
            connection.execute(text(person), {"id": f"abcdefghi{number}", "email": email})
    engine.dispose()


def test_an_empty_database_holds_nothing_whatever_lies_in_the_folder(empty: Settings) -> None:
    (empty.instance_dir / ACCOUNTS).write_text("[]")  # of a show in another database
    assert found(empty) is Found.NOTHING
    showing._told(BEGUN)
    assert found(empty) is Found.NOTHING


def test_people_are_no_show(empty: Settings) -> None:
    add(empty, STRANGERS)
    assert (found(empty), showing.holds_show(empty)) == (Found.PEOPLE, False)


@pytest.mark.parametrize("listed", [False, True])
def test_a_show_is_whole_when_its_journal_says_so_and_a_part_until_then(empty: Settings, listed: bool) -> None:
    if listed:
        (empty.instance_dir / ACCOUNTS).write_text("[]")
    showing._told(BEGUN)
    add(empty, OURS)
    assert (found(empty), showing.holds_show(empty)) == (Found.PART, True)
    showing._told(ENDED)
    assert found(empty) is Found.SHOW


def test_a_show_from_before_journals_told_of_it_is_known_by_its_list_of_accounts(empty: Settings) -> None:
    add(empty, OURS)
    assert found(empty) is Found.PART
    (empty.instance_dir / ACCOUNTS).write_text("[]")
    assert found(empty) is Found.SHOW
    (empty.instance_dir / UNFINISHED).touch()
    assert found(empty) is Found.PART


def test_a_part_of_a_show_beside_which_people_came_is_never_taken_away(empty: Settings) -> None:
    showing._told(BEGUN)
    add(empty, OURS, STRANGERS)
    assert found(empty) is Found.PEOPLE
    refused = CliRunner().invoke(main, ["run-demo"])
    assert (refused.exit_code, "nie są pokazem" in refused.stderr) == (2, True), refused.output
    assert "strefa serve" not in refused.stderr


def test_a_part_of_a_show_is_taken_away_whole_and_the_database_begins_anew(empty: Settings) -> None:
    showing._told(BEGUN)
    add(empty, OURS)
    showing._emptied(empty)
    assert instances.prepare(empty) is False
    assert found(empty) is Found.NOTHING
    checked = CliRunner().invoke(main, ["check"])
    assert checked.exit_code == 0, checked.output


def test_nothing_for_real_people_starts_on_a_show_wherever_its_folder_is(empty: Settings, tmp_path: Path) -> None:
    add(empty, STRANGERS, OURS)
    address = empty.database_url or f"sqlite:///{read().database_address.removeprefix('sqlite:///')}"
    elsewhere = {"INSTANCE_DIR": str(tmp_path / "elsewhere"), "DATABASE_URL": address, "PORT": "8839"}
    refused = CliRunner(env=elsewhere).invoke(main, ["serve"])
    assert (refused.exit_code, refused.stdout) == (2, ""), refused.output
    assert "jest pokaz: jego konta mają hasła, które zna każdy." in refused.stderr


def test_a_show_whose_files_are_elsewhere_is_not_opened_without_them(empty: Settings) -> None:
    showing._told(BEGUN)
    add(empty, OURS)
    showing._told(ENDED)
    refused = CliRunner(env={"PORT": "8838"}).invoke(main, ["run-demo"])
    assert (refused.exit_code, "ma pliki w innym folderze" in refused.stderr) == (2, True), refused.output
