"""Settings: an unsafe one is refused by name, and none of them gives a secret away."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from strefa.settings import load

STRONG = "Wr8-Zk3_qLm5TyVb0NcXs7PdHf2JgQa9"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "DATABASE_URL", "SMTP_URL", "BASE_URL", "INSTANCE_DIR"):
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
