"""A show is known by its database: whole, interrupted or none; and nothing for real people starts on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, inspect, text

from strefa.cli import instance as instances
from strefa.cli import main, showing
from strefa.cli.instance import connecting
from strefa.cli.showing import ACCOUNTS, BEGUN, ENDED, UNFINISHED, Found, found
from strefa.settings import Settings, read

OURS, STRANGERS = "jury1@pokaz.example", "ala@example.org"
CAST = ("koordynatorka@pokaz.example", "zarzad@pokaz.example", "biblioteka@pokaz.example")
NIBY = "niby@pokaz.example"


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


def change(settings: Settings, *statements: str) -> None:
    engine = create_engine(settings.database_address)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


CONFIRMED = "UPDATE people SET email_confirmed_at = '2027-01-02 00:00:00', password_hash = 'x'"


def cast(settings: Settings) -> None:
    """Add people of the show as they stood before journals told of it: confirmed, one of them an administrator."""
    add(settings, *CAST)
    change(settings, CONFIRMED)
    change(settings, "UPDATE people SET is_administrator = TRUE WHERE email <> 'biblioteka@pokaz.example'")


def refused_to_serve(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Tell whether `strefa serve` refuses the database as a show; what it would start is not waited for."""
    started: list[str] = []
    monkeypatch.setattr("strefa.cli.serving._run", lambda *_: started.append("started") or 0)
    told = CliRunner(env={"PORT": "8837"}).invoke(main, ["serve"])
    assert bool(started) is not ("jest pokaz: jego konta mają hasła, które zna każdy." in told.stderr), told.output
    return not started


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


def test_a_show_from_before_journals_told_of_it_is_known_by_its_list_of_accounts_and_its_cast(empty: Settings) -> None:
    cast(empty)
    assert (found(empty), showing.holds_show(empty)) == (Found.PEOPLE, True)  # its files are elsewhere
    (empty.instance_dir / ACCOUNTS).write_text("[]")
    assert found(empty) is Found.SHOW
    (empty.instance_dir / UNFINISHED).touch()
    assert found(empty) is Found.PART


@pytest.mark.parametrize("emails", [(NIBY,), CAST, (*CAST, NIBY)])
def test_strangers_who_sign_up_under_addresses_of_the_show_keep_nobody_from_working(
    empty: Settings, monkeypatch: pytest.MonkeyPatch, emails: tuple[str, ...]
) -> None:
    add(empty, *emails)
    change(empty, "UPDATE people SET password_hash = 'x'")
    (empty.instance_dir / ACCOUNTS).write_text("[]")
    assert (found(empty), refused_to_serve(empty, monkeypatch)) == (Found.PEOPLE, False)
    change(empty, CONFIRMED)  # even so: nobody has given them anything
    assert refused_to_serve(empty, monkeypatch) is False


def test_nothing_for_real_people_starts_on_a_show_that_its_journal_or_its_cast_tells_of(
    empty: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast(empty)
    assert refused_to_serve(empty, monkeypatch) is True
    change(empty, "UPDATE people SET is_administrator = FALSE")
    assert refused_to_serve(empty, monkeypatch) is False
    showing._told(BEGUN)
    assert refused_to_serve(empty, monkeypatch) is True


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


FOREIGN = "CREATE TABLE ksiegowosc (id INTEGER PRIMARY KEY, kwota INTEGER)"


def test_tables_of_others_stay_when_a_part_of_a_show_is_taken_away(empty: Settings) -> None:
    change(empty, FOREIGN, "INSERT INTO ksiegowosc VALUES (1, 700)")
    showing._told(BEGUN)
    add(empty, OURS)
    showing._emptied(empty)
    with connecting(empty.database_address) as engine, engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["ksiegowosc"]
        assert connection.scalar(text("SELECT kwota FROM ksiegowosc")) == 700


def test_nothing_is_taken_away_when_tables_of_others_refer_to_it(empty: Settings) -> None:
    change(empty, FOREIGN.replace("kwota INTEGER", "osoba INTEGER REFERENCES people (id)"))
    showing._told(BEGUN)
    add(empty, OURS)
    with pytest.raises(instances.Refusal, match="odwołują się do jej tabel: ksiegowosc"):
        showing._emptied(empty)
    assert found(empty) is Found.PART


@pytest.mark.parametrize("beside", [False, True])
def test_only_an_interrupted_show_is_ever_taken_away(empty: Settings, beside: bool) -> None:
    add(empty, "ktos@biblioteka.example", NIBY)  # no journal tells of a show, no file of one lies here
    if beside:
        showing._told(BEGUN)
        showing._told(ENDED)
    with pytest.raises(instances.Refusal, match="nie ma przerwanego pokazu"):
        showing._emptied(empty)
    assert found(empty) is (Found.SHOW if beside else Found.PEOPLE)


def test_nothing_for_real_people_starts_on_a_show_wherever_its_folder_is(empty: Settings, tmp_path: Path) -> None:
    showing._told(BEGUN)
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
