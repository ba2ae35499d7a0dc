"""Logs are lines of JSON in UTC that hold neither secrets nor what people typed."""

import io
import json
import logging
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from strefa.infra import logs
from strefa.infra.database import db
from tests.alone import alone
from tests.pages import check_html

TYPED = "Zażółć gęślą jaźń"


@pytest.fixture
def lines() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(lines: io.StringIO):
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logs.Lines())
    root = logging.getLogger()
    root.addHandler(handler)
    yield logging.getLogger("strefa.test")
    root.removeHandler(handler)


def told(lines: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_a_line_says_when_in_utc_who_and_what(
    log: logging.Logger, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        log.warning("job %s\nfailed", "receipt:7")
    finally:
        monkeypatch.undo()
        time.tzset()
    [line] = told(lines)
    assert (line["level"], line["logger"], line["said"]) == ("warning", "strefa.test", "job receipt:7\nfailed")
    at = datetime.fromisoformat(str(line["at"]))
    assert at.utcoffset() == UTC.utcoffset(None)
    assert abs((datetime.now(UTC) - at).total_seconds()) < 60


def test_an_exception_is_told_by_its_kind_and_place_and_not_by_its_words(
    log: logging.Logger, lines: io.StringIO
) -> None:
    try:
        int(TYPED)
    except ValueError:
        log.exception("could not count")
    [line] = told(lines)
    assert line["problem"] == "ValueError"
    assert str(line["where"]).count("tests/infra/test_logs.py") == 1
    assert TYPED not in lines.getvalue()


def test_a_page_that_breaks_is_logged_without_its_address_and_answers_even_without_a_database(
    tmp_path: Path, log: logging.Logger, lines: io.StringIO
) -> None:
    with alone(tmp_path, "broken") as app:
        app.config["PROPAGATE_EXCEPTIONS"] = False
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE people RENAME TO nobody"))
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = "a token of somebody"
        with app.app_context():
            answer = client.get("/konto/haslo/nowe/a-link-that-opens-a-door")
            known = client.get("/moje")
    assert (answer.status_code, known.status_code) == (500, 500)
    for page in (answer, known):
        check_html(page.get_data(as_text=True))
        assert "Coś się zepsuło po naszej stronie" in page.get_data(as_text=True)
        assert page.headers["X-Content-Type-Options"] == "nosniff"
    said = lines.getvalue()
    assert "account.password.reset" in said
    assert "a-link-that-opens-a-door" not in said
    assert "a token of somebody" not in said


def test_an_error_of_the_database_does_not_repeat_what_was_typed(tmp_path: Path) -> None:
    with alone(tmp_path, "hidden") as app, app.app_context(), pytest.raises(DBAPIError) as problem:
        db.session.execute(text("INSERT INTO nothing VALUES (:typed)"), {"typed": TYPED})
    assert TYPED not in str(problem.value)
