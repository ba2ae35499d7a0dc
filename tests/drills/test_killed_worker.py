"""A worker killed in the middle of something: what it had in hand is done once its lease is over, and done once."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from strefa import worker
from strefa.contest.applications.models import Submission
from strefa.infra import jobs, messages
from strefa.infra.database import db, reading_only, saving
from strefa.infra.jobs import Job, JobState
from strefa.infra.messages import Message, Sending
from strefa.outputs import papers
from strefa.rules.lifecycle import Status
from tests import world
from tests.alone import alone, at_once, place
from tests.outputs.test_letters import listening

PATIENCE = 30  # seconds
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with alone(tmp_path_factory.mktemp("killed"), "killed") as app:
        yield app


@contextmanager
def working(app: Flask, smtp: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """Run the worker as an instance does."""
    process = subprocess.Popen([sys.executable, "-m", "strefa.worker"], env=place(app) | {"SMTP_URL": smtp})
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def seen(kind: type[Any], row_id: int) -> Any:
    """Return a row as the database has it now."""
    with reading_only():
        row = db.session.get_one(kind, row_id, populate_existing=True)
        db.session.expunge(row)  # asked for anything later, it would open a transaction of its own
        return row


def awaited(question: Callable[[], Any]) -> Any:
    """Ask again and again until the answer is yes."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if answer := question():
            return answer
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


def sweep_at(app: Flask, moment: datetime) -> None:
    app.extensions["clock"].set(moment)
    worker.work_off(app)


@contextmanager
def posting_to(app: Flask, address: str) -> Iterator[None]:
    """Let this process send its letters to a mail server."""
    with pytest.MonkeyPatch.context() as settings:
        settings.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update={"smtp_url": address}))
        yield


def test_a_paper_half_made_is_made_by_the_next_worker(instance: Flask) -> None:
    with instance.app_context():
        world.an_application(Status.SUBMITTED)
        with reading_only():
            submission = db.session.scalars(select(Submission.id)).one()
        with saving():
            job = jobs.ask("document", f"receipt:{submission}", now=datetime.now(UTC))
        job_id = job.id

        with working(instance) as process:
            leased = awaited(lambda: seen(Job, job_id).leased_until)
            process.kill()
            process.wait()

        job = seen(Job, job_id)
        assert (job.state, job.attempts) == (JobState.WAITING, 1)
        sweep_at(instance, leased)
        assert seen(Job, job_id).attempts == 1, "while the lease runs nobody else takes it"

        sweep_at(instance, leased + SECOND)
        job = seen(Job, job_id)
        assert (job.state, job.attempts) == (JobState.DONE, 2)
        with reading_only():
            assert papers.find("receipt", submission) is not None


def test_a_letter_half_sent_is_sent_once_by_the_next_worker(instance: Flask) -> None:
    with instance.app_context(), listening() as (office, address):
        office.hesitates_at_recipient = PATIENCE
        with saving():
            letter = messages.queue("receipt", "ala@example.org", now=datetime.now(UTC), number="1", title="Noc")
        letter_id = letter.id

        with working(instance, address) as process:
            awaited(lambda: office.asked)
            process.kill()
            process.wait()

        leased = seen(Message, letter_id).leased_until
        office.hesitates_at_recipient = 0
        with posting_to(instance, address):
            sweep_at(instance, leased)
            assert office.letters == []
            sweep_at(instance, leased + SECOND)
            sweep_at(instance, leased + SECOND)

        letter = seen(Message, letter_id)
        assert (letter.sending, letter.attempts) == (Sending.SENT, 2)
        assert [mail["Message-ID"] for mail in office.letters] == [f"<{letter.message_id}>"]


def test_several_workers_at_once_send_each_letter_once(instance: Flask) -> None:
    with instance.app_context(), listening() as (office, address), posting_to(instance, address):
        moment = datetime.now(UTC)
        instance.extensions["clock"].set(moment)
        with saving():
            for number in range(12):
                messages.queue("receipt", f"osoba{number}@example.org", now=moment, number=str(number), title="Noc")
        db.session.remove()
        at_once(instance, [lambda: worker.work_off(instance)] * 4)
        assert sorted(mail["To"] for mail in office.letters) == sorted(f"osoba{n}@example.org" for n in range(12))
