"""Jobs are rows: asked for in a transaction, run under a lease, tried again, and run anew when asked for again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa import worker
from strefa.infra import jobs
from strefa.infra.clock import Clock
from strefa.infra.database import saving
from strefa.infra.jobs import MOST_ATTEMPTS, Job, JobState
from tests import world

Calls = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """A kind of job that notes what it was called with, and fails for the subject "broken"."""
    noted: Calls = []

    def work(subject: str, now: datetime, values: dict[str, Any]) -> None:
        noted.append((subject, values))
        if subject == "broken":
            raise ValueError("no such thing")

    monkeypatch.setitem(worker.KINDS, "note", work)
    return noted


def asked(subject: str = "thing:1", **values: Any) -> None:
    with saving():
        jobs.ask("note", subject, now=world.NOON, **values)


def the_job(store: Session) -> Job:
    store.expire_all()
    return store.scalars(select(Job)).one()


def test_a_job_is_done_once_however_often_the_worker_looks(
    app: Flask, store: Session, clock: Clock, calls: Calls
) -> None:
    asked(size=3)
    worker.work_off(app)
    worker.work_off(app)
    assert calls == [("thing:1", {"size": 3})]
    assert (the_job(store).state, the_job(store).finished_at) == (JobState.DONE, world.NOON)


def test_a_job_of_a_transaction_that_was_rolled_back_does_not_exist(
    app: Flask, store: Session, clock: Clock, calls: Calls
) -> None:
    with pytest.raises(ZeroDivisionError), saving():
        jobs.ask("note", "thing:1", now=world.NOON)
        store.flush()
        _ = 1 / 0
    worker.work_off(app)
    assert calls == []


def test_asking_again_runs_the_same_row_with_the_new_values(
    app: Flask, store: Session, clock: Clock, calls: Calls
) -> None:
    for size in (3, 4):
        asked(size=size)
        worker.work_off(app)
    assert [values for _, values in calls] == [{"size": 3}, {"size": 4}]
    assert the_job(store).state is JobState.DONE


def test_what_is_asked_for_again_while_it_runs_is_run_once_more(
    app: Flask, store: Session, clock: Clock, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(subject: str, now: datetime, values: dict[str, Any]) -> None:
        calls.append((subject, values))
        if values["size"] == 3:
            asked(size=4)  # the data changed meanwhile: what is being made is old already

    monkeypatch.setitem(worker.KINDS, "note", work)
    asked(size=3)
    worker.work_off(app)
    assert [values for _, values in calls] == [{"size": 3}, {"size": 4}]
    assert the_job(store).state is JobState.DONE


def test_what_runs_here_is_not_begun_again_when_a_demos_clock_jumps_over_its_lease(
    app: Flask, store: Session, clock: Clock, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(subject: str, now: datetime, values: dict[str, Any]) -> None:
        calls.append((subject, values))
        clock.set(world.NOON + timedelta(days=len(calls)))
        worker.work_off(app)

    monkeypatch.setitem(worker.KINDS, "note", work)
    asked()
    worker.work_off(app)
    assert len(calls) == 1
    assert the_job(store).state is JobState.DONE


def test_a_broken_job_keeps_its_error_stops_no_other_and_is_given_up_after_some_tries(
    app: Flask, store: Session, clock: Clock, calls: Calls
) -> None:
    asked("broken")
    asked("thing:2")
    worker.work_off(app)
    assert [subject for subject, _ in calls] == ["broken", "thing:2"]
    for hours in range(1, 10):
        clock.set(world.NOON + timedelta(hours=hours))
        worker.work_off(app)
    store.expire_all()
    broken = store.scalars(select(Job).where(Job.subject == "broken")).one()
    assert (broken.state, broken.attempts) == (JobState.FAILED, MOST_ATTEMPTS)
    assert broken.last_error == "ValueError: no such thing"


def test_a_job_in_somebodys_hands_is_left_alone_until_the_lease_is_over(
    app: Flask, store: Session, clock: Clock, calls: Calls
) -> None:
    asked()
    with saving():
        assert jobs.take(the_job(store).id, now=world.NOON) is not None
    clock.set(world.NOON + jobs.LEASE)
    worker.work_off(app)
    assert calls == []
    clock.set(world.NOON + jobs.LEASE + timedelta(seconds=1))
    worker.work_off(app)
    assert len(calls) == 1
