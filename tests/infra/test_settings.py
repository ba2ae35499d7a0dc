"""Settings: an unsafe one is refused by name, and none of them gives a secret away."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from strefa.settings import load

STRONG = "Wr8-Zk3_qLm5TyVb0NcXs7PdHf2JgQa9"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "DATABASE_URL", "SMTP_URL", "BASE_URL", "INSTANCE_DIR", "HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="SECRET_KEY"):
        load(instance_dir=tmp_path, secret_key="x" * 31)


def test_an_instance_without_a_key_draws_one_that_nobody_else_can_read(tmp_path: Path) -> None:
    first, second = load(instance_dir=tmp_path), load(instance_dir=tmp_path)
    assert first.secret == second.secret
    assert len(first.secret) >= 60
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert load(instance_dir=tmp_path / "other").secret != first.secret


def test_printed_settings_hold_no_secret(tmp_path: Path) -> None:
    settings = load(
        instance_dir=tmp_path, secret_key=STRONG, smtp_url="smtp://poczta:tajne-haslo@mail.example.org",
        database_url="postgresql://strefa:tajne-haslo@db.example.org/strefa",
    )  # fmt: skip
    for printed in (repr(settings), str(settings)):
        assert STRONG not in printed
        assert "tajne-haslo" not in printed


def test_what_is_refused_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ValidationError) as problem:
        load(instance_dir=tmp_path, secret_key="tajny klucz")
    assert "tajny klucz" not in str(problem.value)
    with pytest.raises(ValidationError) as problem:
        load(instance_dir=tmp_path, database_url="mysql://strefa:tajne-haslo@db/strefa")
    assert "tajne-haslo" not in str(problem.value)


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.env").write_text("PORT=9001\nWEB_THREADS=3\n")
    monkeypatch.setenv("PORT", "9002")
    settings = load(instance_dir=tmp_path)
    assert (settings.port, settings.web_threads, settings.web_processes) == (9002, 3, 2)


@pytest.mark.parametrize(
    ("where", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"port": 8899}, "http://127.0.0.1:8899"),
        ({"host": "0.0.0.0", "port": 81}, "http://127.0.0.1:81"),
        ({"host": "::1"}, "http://[::1]:8000"),
        ({"port": 81, "base_url": "https://strefa.example.org/"}, "https://strefa.example.org"),
    ],
)
def test_links_lead_to_where_the_server_listens_unless_something_else_is_said(
    tmp_path: Path, where: dict[str, Any], address: str
) -> None:
    assert load(instance_dir=tmp_path, **where).base_url == address


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("smtp_url", "", True),
        ("smtp_url", "smtp://poczta.example.org", True),
        ("smtp_url", "smtps://kto:tajne%2Fhaslo@poczta.example.org:465", True),
        ("smtp_url", "foo", False),
        ("smtp_url", "http://poczta.example.org", False),
        ("smtp_url", "smtp://", False),
        ("smtp_url", "smtp://poczta.example.org:dużo", False),
        ("clamd_url", "", True),
        ("clamd_url", "tcp://127.0.0.1:3310", True),
        ("clamd_url", "unix:/run/clamav/clamd.ctl", True),
        ("clamd_url", "tcp://127.0.0.1", False),
        ("clamd_url", "tcp://127.0.0.1:dużo", False),
        ("clamd_url", "127.0.0.1:3310", False),
        ("mail_from", "biuro@example.org", True),
        ("mail_from", "Strefa „Eksperymentu” <strefa@localhost>", True),
        ("mail_from", "bzdura", False),
        ("mail_from", "Biuro <bzdura>", False),
        ("mail_from", "a@example.org\nBcc: b@example.org", False),
        ("contact_email", "biuro@example.org", True),
        ("contact_email", "Biuro <biuro@example.org>", False),
        ("contact_email", "bzdura", False),
    ],
)
def test_addresses_of_post_are_looked_at_before_anything_is_sent(
    tmp_path: Path, name: str, value: str, fits: bool
) -> None:
    if fits:
        assert getattr(load(instance_dir=tmp_path, **{name: value}), name) == value
        return
    with pytest.raises(ValidationError, match=name):
        load(instance_dir=tmp_path, **{name: value})
