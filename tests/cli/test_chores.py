"""What falls due by the clock is done row by row: what fails stops nobody and is told to the log."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from strefa import chores
from strefa.contest.applications import reminder_actions
from strefa.infra.clock import Clock
from tests import world


def test_a_chore_that_fails_stops_none_of_the_others(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    done = []

    def broken() -> None:
        raise OSError("no room")

    work = chores.of(app, [(0, broken), (0, lambda: done.append(1))])
    work()
    work()
    assert done == [1, 1]
    assert [record.getMessage() for record in caplog.records] == ["a chore failed"] * 2


def test_a_row_that_fails_stops_none_of_the_others(
    store: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for email in ("ala@example.org", "ola@example.org"):
        world.an_application(by=world.a_person(email=email))
    clock.set(world.a_round().closes_at - timedelta(days=2))
    remind, failed = reminder_actions.remind, []

    def fails_once(application: object, hours: int, *, now: object) -> None:
        if not failed:
            failed.append(application)
            raise OSError("no room")
        remind(application, hours, now=now)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(reminder_actions, "remind", fails_once)
    assert chores.remind_once() == 2
    assert chores.remind_once() == 1, "the row that failed is still due"
    assert chores.remind_once() == 0
