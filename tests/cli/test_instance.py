"""Commands find the instance they are told of, begin none by reading, and say why they cannot."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from strefa.cli import main
from strefa.settings import read

READERS = (["check"], ["rounds", "list"], ["rounds", "export", "x"], ["backup", "copy"])
WRITERS = (
    ["rounds", "load", "strefa/contest/rounds/templates/strefa-eksperymentu.yaml"],
    ["people", "add", "ala@example.org", "--name", "Ala", "--role", "administrator", "--link"],
)


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_a_command_that_reads_begins_no_instance(instance: dict[str, str], words: list[str]) -> None:
    refused = CliRunner(env=instance).invoke(main, words)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "INSTANCE_DIR" in refused.stderr
    assert not Path(instance["INSTANCE_DIR"]).exists()


@pytest.mark.parametrize("words", WRITERS, ids=lambda words: words[0])
def test_a_command_that_writes_begins_the_instance_that_the_check_then_finds_sound(
    instance: dict[str, str], words: list[str]
) -> None:
    begun = CliRunner(env=instance).invoke(main, words)
    assert begun.exit_code == 0, begun.output
    checked = CliRunner(env=instance).invoke(main, ["check"])
    assert (checked.exit_code, checked.stdout) == (0, "Wszystko się zgadza (sprawdzeń: 33).\n"), checked.output


@pytest.mark.parametrize(
    "setting",
    [
        ("DATABASE_URL", "postgresql://ala:tajne@127.0.0.1:1/strefa"),
        ("DATABASE_URL", "mysql://ala:tajne@127.0.0.1/strefa"),
        ("DATABASE_URL", "sqlite:////nie/ma/strefa.sqlite"),
        ("INSTANCE_DIR", "/proc/strefa"),
        ("PORT", "dużo"),
    ],
)
@pytest.mark.parametrize("words", [*READERS, *WRITERS, ["serve"], ["restore", "copy"]], ids=lambda words: words[0])
def test_a_place_that_cannot_be_used_is_named_without_its_password(
    instance: dict[str, str], words: list[str], setting: tuple[str, str], tmp_path: Path
) -> None:
    refused = CliRunner(env=instance | {"DATABASE_URL": ""} | dict([setting])).invoke(main, words)
    assert (refused.exit_code, refused.stdout) == (2, ""), refused.output
    assert refused.stderr.count("\n") <= 3
    assert "tajne" not in refused.stderr


def test_every_setting_that_does_not_fit_is_named_with_what_it_should_be(instance: dict[str, str]) -> None:
    wrong = {"PORT": "99999", "WEB_PROCESSES": "0", "DEMO": "może", "LOG_LEVEL": "głośno", "BASE_URL": "strefa"}
    wrong |= {"SMTP_URL": "poczta", "MAIL_FROM": "biuro", "CONTACT_EMAIL": "biuro"}
    refused = CliRunner(env=instance | wrong).invoke(main, ["check"])
    assert refused.stderr.splitlines() == [
        "Ustawienia się nie zgadzają:",
        "  PORT ma wynosić co najwyżej 65535",
        "  BASE_URL ma być pełnym adresem, na przykład https://strefa.example.org",
        "  WEB_PROCESSES ma wynosić co najmniej 1",
        "  DEMO ma być 1 albo 0",
        "  SMTP_URL ma być adresem serwera poczty, na przykład smtp://kto:hasło@poczta.example.org:587",
        "  MAIL_FROM ma być adresem e-mail, na przykład Strefa Eksperymentu <biuro@example.org>",
        "  CONTACT_EMAIL ma być adresem e-mail, na przykład biuro@example.org",
        "  LOG_LEVEL ma być jednym z: 'debug', 'info', 'warning' albo 'error'",
    ]


@pytest.mark.parametrize("words", [["check"], ["rounds", "list"], WRITERS[1], ["serve"]], ids=lambda words: words[0])
def test_a_database_of_another_version_is_left_alone(instance: dict[str, str], words: list[str]) -> None:
    assert CliRunner(env=instance).invoke(main, WRITERS[1]).exit_code == 0
    address = read(instance_dir=instance["INSTANCE_DIR"], database_url=instance["DATABASE_URL"]).database_address
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    refused = CliRunner(env=instance).invoke(main, words)
    assert (refused.exit_code, "wersji Strefy" in refused.stderr) == (2, True), refused.output
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
    engine.dispose()


def test_a_file_that_is_no_database_is_left_as_it_was(instance: dict[str, str], tmp_path: Path) -> None:
    other = tmp_path / "list.sqlite"
    other.write_bytes(b"To nie jest baza danych. " * 50)
    for words in ([*READERS[0]], [*WRITERS[0]]):
        refused = CliRunner(env=instance | {"DATABASE_URL": f"sqlite:///{other}"}).invoke(main, words)
        assert (refused.exit_code, "nie jest baza danych Strefy" in refused.stderr) == (2, True), refused.output
    assert other.read_bytes() == b"To nie jest baza danych. " * 50


def test_the_drawn_key_is_kept_for_its_owner_alone_and_never_drawn_again(instance: dict[str, str]) -> None:
    place = instance | {"SECRET_KEY": ""}
    kept = Path(instance["INSTANCE_DIR"]) / "secret_key"
    for _ in range(2):
        assert CliRunner(env=place).invoke(main, WRITERS[1]).exit_code == 0
        first = kept.read_text()
    assert (kept.read_text(), len(first) >= 32, kept.stat().st_mode & 0o077) == (first, True, 0)
    assert [path.name for path in kept.parent.glob("secret_key*")] == ["secret_key"]


def test_the_check_leaves_a_restored_instance_as_it_is(instance: dict[str, str]) -> None:
    place = instance | {"SECRET_KEY": ""}
    folder = Path(instance["INSTANCE_DIR"])
    assert CliRunner(env=place).invoke(main, WRITERS[1]).exit_code == 0
    (folder / "secret_key").unlink()  # what no copy holds
    before = sorted(path.name for path in folder.iterdir())
    assert CliRunner(env=place).invoke(main, ["check"]).exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == before
