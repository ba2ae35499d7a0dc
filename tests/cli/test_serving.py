"""An instance starts whole and safe, or says why it does not."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from strefa.cli import main
from strefa.cli.showing import Account, lines
from strefa.settings import load
from tests.databases import database_url

STRONG = "Wr8-Zk3_qLm5TyVb0NcXs7PdHf2JgQa9"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture
def place(tmp_path: Path) -> dict[str, str]:
    """The environment of an empty instance on the database under test."""
    on_postgresql = os.environ.get("STREFA_TEST_DATABASE") == "postgresql"
    return {
        "INSTANCE_DIR": str(tmp_path / "instance"),
        "DATABASE_URL": database_url("serving") if on_postgresql else "",
        "PORT": str(free_port()),
        "SECRET_KEY": STRONG,
        "BASE_URL": "http://127.0.0.1:8000",
    }


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("DEMO", "1", "make run"),
        ("SECRET_KEY", "a" * 40, "SECRET_KEY"),
        ("SECRET_KEY", "short", "SECRET_KEY"),
        ("BASE_URL", "http://strefa.example.org", "https://"),
        ("BASE_URL", "strefa.example.org", "BASE_URL"),
        ("PORT", "ninety", "PORT"),
        ("HOST", "203.0.113.7", "PORT="),
        ("HOST", "nie.ma.takiego.invalid", "nie ma komputera o takiej nazwie"),
    ],
)
def test_an_unsafe_or_impossible_start_is_refused_with_what_to_change(
    place: dict[str, str], setting: str, value: str, told: str
) -> None:
    refused = CliRunner(env={"DEMO": "0"} | place | {setting: value}).invoke(main, ["serve"])
    assert refused.exit_code == 2, refused.output
    assert told in refused.output
    assert not list(Path(place["INSTANCE_DIR"]).glob("strefa.sqlite*"))


def test_a_taken_port_is_named_before_anything_is_written(place: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(place["PORT"]))):
        refused = CliRunner(env=place).invoke(main, ["serve"])
    assert (refused.exit_code, place["PORT"] in refused.output) == (2, True)
    assert not list(Path(place["INSTANCE_DIR"]).glob("strefa.sqlite*"))


def test_an_instance_starts_on_an_empty_database_answers_and_ends_cleanly(
    place: dict[str, str], tmp_path: Path
) -> None:
    command = [sys.executable, "-c", "from strefa.cli import main; main()", "serve"]
    with (tmp_path / "output").open("w") as output:
        instance = subprocess.Popen(command, env=os.environ | place, stdout=output, stderr=output)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and "Strefa działa" not in (tmp_path / "output").read_text():
            assert instance.poll() is None, (tmp_path / "output").read_text()
            time.sleep(0.1)
        with urllib.request.urlopen(f"http://127.0.0.1:{place['PORT']}/zdrowie", timeout=10) as answer:
            assert b"ok" in answer.read()
        instance.send_signal(signal.SIGINT)
        assert instance.wait(30) == 0
    finally:
        instance.kill()
    told = (tmp_path / "output").read_text()
    assert "Traceback" not in told
    with socket.create_server(("127.0.0.1", int(place["PORT"]))):
        pass  # nobody holds the port any more


def test_the_show_never_enters_an_instance_where_people_have_accounts(place: dict[str, str]) -> None:
    command = [sys.executable, "-c", "from strefa.cli.instance import prepare, settings; prepare(settings(begin=True))"]
    subprocess.run(command, env=os.environ | place, check=True)
    with create_engine(
        load(instance_dir=place["INSTANCE_DIR"], database_url=place["DATABASE_URL"]).database_address
    ).begin() as connection:
        person = (
            "INSERT INTO people (public_id, email, name, sort_key, search_key, language, is_administrator, created_at) "
        )
        values = "VALUES ('abcdefghij', 'ktos@example.org', 'Ktoś', '', '', 'pl', FALSE, '2027-01-01 00:00:00')"
        connection.execute(text(person + values))
    command = [sys.executable, "-c", "from strefa.cli import main; main()", "run-demo"]
    refused = subprocess.run(command, env=os.environ | place, capture_output=True, text=True, check=False)
    assert (refused.returncode, "nie są pokazem" in refused.stderr) == (2, True), refused.stderr


def test_accounts_are_printed_in_columns_with_roles_in_polish() -> None:
    shown = [Account("juror", "j@example.org", "tajne"), Account("applicant", "wniosek@example.org", "jawne")]
    assert lines(shown) == [
        "  juror         j@example.org        tajne",
        "  wnioskodawca  wniosek@example.org  jawne",
    ]
