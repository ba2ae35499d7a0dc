"""`strefa people`: the first administrator, roles, links for a password, invitations."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from strefa.cli import main
from strefa.infra import migrations
from strefa.settings import ROOT

TEMPLATE = ROOT / "strefa" / "contest" / "rounds" / "templates" / "strefa-eksperymentu.yaml"
SLUG = "strefa-eksperymentu-2027"
PASSWORD = "kwaśne jabłka w listopadzie"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty instance of its own, which the commands find in the environment."""
    address = f"sqlite:///{tmp_path / 'strefa.sqlite'}"
    for name in ("DATABASE_URL", "INSTANCE_DIR", "BASE_URL", "DEMO", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INSTANCE_DIR", str(tmp_path))
    monkeypatch.setenv("BASE_URL", "https://strefa.example.org")
    engine = create_engine(address)
    with engine.begin() as connection:
        migrations.upgrade(connection)
    yield address
    engine.dispose()


def strefa(*words: str, given: str = "", code: int = 0) -> Result:
    result = CliRunner().invoke(main, list(words), input=given)
    assert result.exit_code == code, (result.output, result.exception)
    return result


def rows(address: str, query: str) -> list[tuple[object, ...]]:
    with create_engine(address).connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_the_first_administrator_is_added_with_a_password_from_the_prompt_or_from_a_pipe(database: str) -> None:
    strefa("people", "add", "ala@example.org", "--name", "Ala", "--role", "administrator", given=f"{PASSWORD}\n" * 2)
    strefa(
        "people", "add", "ola@example.org", "--name", "Ola", "--role", "administrator", "--password", "-",
        given=f"{PASSWORD}\n",
    )  # fmt: skip
    assert rows(database, "SELECT email, is_administrator FROM people ORDER BY email") == [
        ("ala@example.org", 1),
        ("ola@example.org", 1),
    ]


def test_two_passwords_that_differ_are_asked_for_again_in_polish(database: str) -> None:
    said = strefa(
        "people", "add", "ala@example.org", "--name", "Ala", "--role", "administrator",
        given=f"{PASSWORD}\ninne hasło, nie to\n{PASSWORD}\n{PASSWORD}\n",
    )  # fmt: skip
    assert "Hasła się różnią. Wpisz je od nowa." in said.stderr
    assert "Error" not in said.output
    assert rows(database, "SELECT email FROM people") == [("ala@example.org",)]


def test_a_link_stands_in_for_a_password_and_points_to_the_instance(database: str) -> None:
    said = strefa("people", "add", "ala@example.org", "--name", "Ala", "--role", "administrator", "--link").stdout
    assert said.startswith("https://strefa.example.org/konto/haslo/nowe/")
    assert rows(database, "SELECT password_hash, email_confirmed_at FROM people") == [(None, None)]


def test_a_juror_added_by_hand_stands_on_the_panel(database: str) -> None:
    strefa("rounds", "load", str(TEMPLATE))
    strefa(
        "people", "add", "ala@example.org", "--name", "Ala", "--role", "juror", "--round", SLUG, "--password", PASSWORD,
        "--background", "librarian", "--voivodeship", "śląskie",
    )  # fmt: skip
    assert rows(database, "SELECT background, voivodeship FROM jury_members") == [("librarian", "śląskie")]
    assert rows(database, "SELECT role FROM round_roles") == [("juror",)]


def test_an_invitation_is_a_letter_in_the_outbox(database: str) -> None:
    strefa("rounds", "load", str(TEMPLATE))
    strefa("people", "invite", "Ala@example.org", "--role", "approver", "--round", SLUG)
    assert rows(database, 'SELECT "to", template FROM messages') == [("ala@example.org", "invitation_round")]


def test_somebody_known_gets_one_more_role_and_keeps_name_and_password(database: str) -> None:
    strefa("rounds", "load", str(TEMPLATE))
    known = ("people", "add", "ala@example.org", "--role")
    first = strefa(*known, "administrator", "--name", "Ala", "--password", PASSWORD).stdout
    before = rows(database, "SELECT name, password_hash FROM people")
    for _ in range(2):
        assert strefa(*known, "coordinator", "--name", "Ola", "--round", SLUG).stdout == first
    refused = strefa(
        *known, "auditor", "--name", "Ala", "--round", SLUG, "--password", "inne hasło, też długie", code=2
    )
    assert (refused.stdout, "ma już konto" in refused.stderr) == ("", True)
    assert rows(database, "SELECT name, password_hash FROM people") == before
    assert rows(database, "SELECT role FROM round_roles") == [("coordinator",)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "ala@example.org", "--name", "Ala", "--role", "juror", "--password", PASSWORD), "podaj --round"),
        (("add", "ala", "--name", "Ala", "--role", "applicant", "--password", PASSWORD), "brakuje znaku @"),
        (("add", "a@example.org", "--name", "Ala", "--role", "applicant", "--password", "krótkie"), "co najmniej 15"),
        (("add", "a@example.org", "--name", " ", "--role", "applicant", "--password", PASSWORD), "--name"),
        (("add", "a@example.org", "--name", "Ala", "--role", "applicant"), "Nie podano hasła"),
        (("invite", "a@example.org", "--role", "juror", "--round", "nie-ma"), "Nie ma edycji"),
    ],
)
def test_bad_input_ends_with_two_and_says_why(database: str, words: tuple[str, ...], said: str) -> None:
    refused = strefa("people", *words, code=2)
    assert (refused.stdout, said in refused.stderr) == ("", True), refused.output
    assert rows(database, "SELECT id FROM people") == []
