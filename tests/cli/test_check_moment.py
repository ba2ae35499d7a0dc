"""`strefa check` while people work: all its questions are answered as of one moment."""

from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from strefa.cli import check, main
from strefa.cli import instance as instances
from strefa.infra.database import db

PERSON = (
    "INSERT INTO people (public_id, email, name, sort_key, search_key, language, is_administrator, created_at) "
    "VALUES ('abcdefghij', 'ala@example.org', 'Ala', '', '', 'pl', FALSE, '2027-01-01 00:00:00')"
)
COUNTED = text("SELECT count(*) FROM people")


def test_what_is_stored_during_a_check_is_not_half_seen(
    instance: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in instance.items():
        monkeypatch.setenv(name, value)
    settings = instances.settings(begin=True)
    instances.prepare(settings)
    counts: list[int | None] = []

    def somebody_comes_meanwhile() -> Iterator[str]:
        counts.append(db.session.scalar(COUNTED))
        engine = create_engine(settings.database_address)
        with engine.begin() as another:
            another.execute(text(PERSON))
            counts.append(another.scalar(COUNTED))
        engine.dispose()
        yield from ()

    def nobody_has_come() -> Iterator[str]:
        counts.append(db.session.scalar(COUNTED))
        yield from ()

    monkeypatch.setattr(check, "EVERY", (somebody_comes_meanwhile, nobody_has_come))
    checked = CliRunner().invoke(main, ["check"])
    assert (checked.exit_code, counts) == (0, [0, 1, 0]), checked.output
