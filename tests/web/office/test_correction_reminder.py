"""A reminder before the term of a request ends: once for each term, to everybody in the application."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from strefa import chores
from strefa.cli.invariants.sent import corrections
from strefa.contest.applications.models import Application
from strefa.contest.people.models import Person
from strefa.infra.clock import Clock
from strefa.outputs.letters import rendered
from strefa.rules.corrections import reminder_at
from strefa.rules.lifecycle import Status
from strefa.rules.timetable import Timetable, parse_local
from tests import world
from tests.pages import Pages
from tests.web.office.test_corrections import (
    DEADLINE,
    MONDAY,
    NOTE,
    ala,
    asked,
    home,
    journal,
    letters,
    marked,
    office,
    said,
    staff,
)

__all__ = ["ala", "asked"]

WEDNESDAY = datetime(2027, 2, 17, 7, tzinfo=UTC)  # 8:00 in Warsaw, the working day before the term ends
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("until", "reminded"),
    [
        ("2027-02-18 24:00", "2027-02-17 08:00"),
        ("2027-02-22 24:00", "2027-02-19 08:00"),  # a Monday: on the Friday before
        ("2027-03-30 12:00", "2027-03-26 08:00"),  # the day after Easter Monday
        ("2027-03-31 24:00", "2027-03-30 08:00"),  # over the change of the clocks, 8:00 stays 8:00
    ],
)
def test_it_is_due_in_the_morning_of_the_working_day_before(until: str, reminded: str) -> None:
    assert reminder_at(Timetable(()), parse_local(until)) == parse_local(reminded)


def test_it_goes_out_once_in_each_readers_language_and_cannot_be_declined(
    clock: Clock, store: Session, asked: Application, ala: Person
) -> None:
    ala.language, ala.reminders_off_at = "en", world.NOON
    store.commit()
    clock.set(WEDNESDAY - SECOND)
    assert chores.remind_of_corrections_once() == 0
    clock.set(WEDNESDAY)
    assert (chores.remind_of_corrections_once(), chores.remind_of_corrections_once()) == (1, 0)
    (letter,) = letters(store, "corrections_reminder")
    subject, text = rendered(letter)
    assert (letter.to, said(subject)) == (
        ala.email,
        f"Reminder: correct application {asked.number} by 18 February 2027, 23:59",
    )
    assert f"- B1. Title of the experiment: {NOTE}" in text
    (entry,) = journal(store, "remind_corrections")
    assert entry == {"deadline": DEADLINE.isoformat()}
    assert list(corrections()) == []


def test_while_one_is_reminded_the_others_are_not_looked_at(
    clock: Clock, store: Session, asked: Application, queries_at_most: Callable[[int], Any]
) -> None:
    assert asked.correct_by == DEADLINE
    clock.set(WEDNESDAY)
    with queries_at_most(50) as sent:
        assert chores.remind_of_corrections_once() == 1
    looks = [statement for statement in sent if "applications.correct_by <=" in statement]
    assert [statement.count("applications.id = ") for statement in looks] == [0, 1]


def test_a_longer_term_is_reminded_of_anew(clock: Clock, store: Session, pages: Pages, asked: Application) -> None:
    clock.set(WEDNESDAY)
    chores.remind_of_corrections_once()
    typed = {"until": "2027-02-24", "reason": "Dyrektorka jest na zwolnieniu."}
    assert staff(pages).post(office(asked, "/przedluz"), typed).status_code == 302
    assert chores.remind_of_corrections_once() == 0
    clock.set(WEDNESDAY + timedelta(days=6))
    assert chores.remind_of_corrections_once() == 1
    assert len(letters(store, "corrections_reminder")) == 2


def test_nobody_is_reminded_of_what_she_was_just_told_or_has_mended(
    clock: Clock, store: Session, pages: Pages, asked: Application, ala: Person
) -> None:
    late = world.an_application(Status.SUBMITTED, by=ala)
    clock.set(WEDNESDAY)
    staff(pages).post(office(late), marked(b1_title=NOTE) | {"send": "1"})
    hers = pages.sign_in(ala)
    hers.post(home(asked, "/b"), {"revision": "1", "b1_title": "Noc w czytelni, druga"})
    assert hers.send_application(asked.public_id).status_code == 302
    clock.set(MONDAY + timedelta(days=3))
    assert chores.remind_of_corrections_once() == 0
    assert letters(store, "corrections_reminder") == []
