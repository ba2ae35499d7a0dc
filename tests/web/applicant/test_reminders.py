"""Reminders before the close: to whoever works on a draft, in her language, once for each, and to nobody who declined."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa import chores
from strefa.contest.people.models import Person
from strefa.infra.clock import Clock
from strefa.infra.journal import Entry
from strefa.infra.messages import Message
from strefa.outputs.letters import rendered
from strefa.rules.lifecycle import Status
from strefa.rules.policy import OrganisationRole
from tests import world
from tests.pages import Pages
from tests.web.applicant.test_history import a_colleague


def letters(store: Session) -> list[Message]:
    return list(store.scalars(select(Message).where(Message.template == "reminder").order_by(Message.id)))


def before_the_close(clock: Clock, **much: float) -> None:
    clock.set(world.a_round().closes_at - timedelta(**much))


def test_a_draft_is_reminded_of_three_times(store: Session, clock: Clock) -> None:
    world.an_application(by=world.a_person(email="ala@example.org"), title="Noc w czytelni")
    counts = []
    for hours in (169, 168, 100, 48, 47, 6, 5, 0, -1):
        before_the_close(clock, hours=hours)
        chores.remind_once()
        counts.append(len(letters(store)))
    assert counts == [0, 1, 1, 2, 2, 3, 3, 3, 3]
    subject, text = rendered(letters(store)[0])
    assert subject.replace("\xa0", " ") == "Wniosek nie jest jeszcze złożony, koniec naboru: 11.02.2027, 15:00"
    assert "„Noc w czytelni”" in text
    assert "Niczego nie brakuje" in text
    assert "/braki" in text
    said = store.scalars(select(Entry).where(Entry.verb == "remind").order_by(Entry.sequence)).all()
    assert [(entry.details or {})["hours"] for entry in said] == [168, 48, 6]


def test_everybody_who_works_on_it_is_reminded_in_her_language_and_readers_are_not(
    store: Session, clock: Clock
) -> None:
    application = world.an_application(by=world.a_person(email="ala@example.org"), answers={})
    for role in (OrganisationRole.SIGNATORY, OrganisationRole.READER):
        person = a_colleague(application, role)
        person.language = "en"
    a_colleague(application).disabled_at = world.NOON
    store.commit()
    before_the_close(clock, days=2)
    chores.remind_once()
    texts = [rendered(letter)[1] for letter in letters(store)]
    assert len(texts) == 2
    assert "Do złożenia brakuje jeszcze" in texts[0]
    assert "is begun but not sent" in texts[1]


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.WITHDRAWN, Status.REOPENED])
def test_nobody_is_reminded_of_what_was_sent_once(store: Session, clock: Clock, status: Status) -> None:
    world.an_application(status, by=world.a_person())
    before_the_close(clock, days=2)
    assert chores.remind_once() == 0
    assert letters(store) == []


def test_whoever_wants_no_reminders_turns_them_off_and_on(
    app: Flask, store: Session, pages: Pages, clock: Clock
) -> None:
    ala = world.a_person(email="ala@example.org")
    world.an_application(by=ala)
    hers = pages.sign_in(ala)
    assert "przypominamy 7 dni, 2 dni i 6 godzin" in hers.get("/konto").text.replace("\xa0", " ")
    hers.post("/konto/przypomnienia", {"wanted": "0"})
    assert "wnioskach są wyłączone" in hers.get("/konto").text.replace("\xa0", " ")
    before_the_close(clock, days=7)
    chores.remind_once()
    assert letters(store) == []
    hers.post("/konto/przypomnienia", {"wanted": "1"})
    before_the_close(clock, days=2)
    chores.remind_once()
    assert len(letters(store)) == 1


def test_the_link_in_a_reminder_turns_them_off_by_its_button_alone(store: Session, pages: Pages, clock: Clock) -> None:
    ala = world.a_person(email="ala@example.org")
    world.an_application(by=ala)
    before_the_close(clock, days=7)
    chores.remind_once()
    text = rendered(letters(store)[0])[1]
    way = next(line for line in text.splitlines() if "/przypomnienia/" in line).replace("http://127.0.0.1:8000", "")
    assert "ala@example.org" in pages.get(way).text
    assert store.scalar(select(Person.reminders_off_at)) is None, "to open the link is not to press the button"
    pages.post(way)
    before_the_close(clock, days=2)
    chores.remind_once()
    assert len(letters(store)) == 1
    assert pages.get("/konto/przypomnienia/nie-ma").status_code == 410


def test_a_worker_reminds_at_most_every_five_minutes(
    app: Flask, store: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.an_application(by=world.a_person())
    before_the_close(clock, days=7)
    seconds = 1000.0
    monkeypatch.setattr(chores.time, "monotonic", lambda: seconds)
    remind = chores.of(app, [one for one in chores.ASKING if one[1] is chores.remind_once])
    counts = []
    for pause, days in ((0, 7), (299, 2), (1, 2)):
        seconds += pause
        before_the_close(clock, days=days)
        remind()
        counts.append(len(letters(store)))
    assert counts == [1, 1, 2]


def test_a_draft_with_more_time_is_reminded_of_its_own_close(store: Session, clock: Clock) -> None:
    closes = world.a_round().closes_at
    late = world.an_application(
        by=world.a_person(), late_until=closes + timedelta(days=4), close_moved_at=closes - timedelta(hours=1)
    )
    world.an_application(by=world.a_person())
    clock.set(closes + timedelta(days=1))
    assert chores.remind_once() == 0
    clock.set(closes + timedelta(days=2))
    assert chores.remind_once() == 1
    assert [letter.values["application"] for letter in letters(store)] == [late.public_id]


def test_one_organisation_with_two_drafts_hears_of_each(store: Session, clock: Clock) -> None:
    ala = world.a_person()
    library = world.an_organisation(ala)
    for title in ("Pierwszy", "Drugi"):
        world.an_application(by=ala, organisation=library, title=title)
    before_the_close(clock, days=2)
    assert chores.remind_once() == 2
    assert sorted(letter.values["title"] for letter in letters(store)) == ["Drugi", "Pierwszy"]
