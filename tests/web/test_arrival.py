"""A request counts from the moment the server accepted it, however long its body or its turn takes."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application
from strefa.infra import accepting
from strefa.infra.clock import Clock
from strefa.rules.lifecycle import Status
from strefa.web import arrival
from tests import world
from tests.cli.test_serving import free_port
from tests.pages import Pages, state_on

MILLISECOND = timedelta(milliseconds=1)

WAITING = """
import time
from strefa.infra import accepting

def app(environ, start_response):
    arrived = accepting.accepted()
    waited = time.time() - arrived
    time.sleep(float(environ["QUERY_STRING"]))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{waited}".encode()]
"""


class SlowBody(BytesIO):
    """A body that takes until some moment to come: reading it moves the clock there."""

    def __init__(self, content: bytes, clock: Clock, until: datetime) -> None:
        super().__init__(content)
        self.clock, self.until = clock, until

    def read(self, *size: int) -> bytes:
        self.clock.set(self.until)
        return super().read(*size)


def test_a_body_under_way_at_the_close_counts_and_one_that_begins_at_it_does_not(
    store: Session, pages: Pages, clock: Clock
) -> None:
    ala = world.a_person()
    closes = world.a_round().closes_at
    for begins, status in ((closes - MILLISECOND, Status.SUBMITTED), (closes, Status.DRAFT)):
        application = world.an_application(by=ala)
        hers = pages.sign_in(ala)
        read = state_on(hers.get(f"/moje/wnioski/{application.public_id}/braki").text)
        body = urlencode({"csrf_token": hers.csrf_token(), "read": read}).encode()
        clock.set(begins)
        with hers.app.app_context():
            hers.client.post(
                f"/moje/wnioski/{application.public_id}/zloz",
                input_stream=SlowBody(body, clock, closes + timedelta(minutes=2)),
                content_length=len(body), content_type="application/x-www-form-urlencoded",
            )  # fmt: skip
        store.expire_all()
        kept = store.get_one(Application, application.id)
        assert (kept.status, kept.submitted_at) == (status, begins if status is Status.SUBMITTED else None)


@contextmanager
def proxies(app: Flask, count: int) -> Iterator[None]:
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = before.model_copy(update={"trusted_proxies": count})
    try:
        yield
    finally:
        app.config["SETTINGS"] = before


@pytest.mark.parametrize(
    ("trusted", "stamp", "seconds"),
    [
        (1, "t={earlier}", 30),
        (0, "t={earlier}", 0),
        (1, "t={later}", 0),
        (1, "t={ancient}", 0),
        (1, "{earlier}", 0),
        (1, "t=1e9", 0),
        (1, "", 0),
    ],
)
def test_a_proxys_stamp_is_believed_where_proxies_are_trusted_and_no_other(
    app: Flask, clock: Clock, trusted: int, stamp: str, seconds: int
) -> None:
    noon = world.NOON.timestamp()
    header = stamp.format(earlier=f"{noon - 30:.3f}", later=f"{noon + 30:.3f}", ancient=f"{noon - 3600:.3f}")
    with proxies(app, trusted), app.test_request_context(headers={arrival.HEADER: header}):
        assert arrival.moment() == world.NOON - timedelta(seconds=seconds)


@pytest.mark.parametrize(("ago", "taken_off"), [(3.0, True), (-5.0, False), (3600.0, False)])
def test_what_a_request_waited_for_its_turn_is_taken_off(app: Flask, clock: Clock, ago: float, taken_off: bool) -> None:
    accepting.note(time.time() - ago)
    try:
        with app.test_request_context():
            waited = world.NOON - arrival.moment()
    finally:
        accepting.note(None)
    assert abs(waited - timedelta(seconds=ago if taken_off else 0)) < timedelta(seconds=0.5)


def test_the_server_stamps_a_request_before_it_waits_for_a_thread(tmp_path: Path) -> None:
    (tmp_path / "waiting.py").write_text(WAITING)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "waiting:app", "--chdir", str(tmp_path), "--threads", "1"]
    command += ["--worker-class", "strefa.infra.server.Worker", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def asked(seconds: float) -> float:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/?{seconds}", timeout=20) as answer:
            return float(answer.read())

    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                asked(0)
                break
            except OSError:
                time.sleep(0.1)
        with ThreadPoolExecutor(2) as threads:
            first = threads.submit(asked, 1.5)
            time.sleep(0.3)
            second = threads.submit(asked, 0)
            assert second.result() - first.result() > 0.7
    finally:
        server.terminate()
        server.wait()
