"""Messages in the office."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa import worker
from strefa.contest.people.models import Person
from strefa.infra import messages
from strefa.infra.clock import Clock
from strefa.infra.journal import Entry
from strefa.infra.messages import Message, Sending
from strefa.outputs.names import LETTERS
from strefa.rules.policy import Role
from tests import world
from tests.outputs.test_letters import KINDS, PostOffice, listening, with_post
from tests.pages import Pages


def a_letter(store: Session, template: str = "receipt", **values: Any) -> Message:
    ala = store.scalar(select(Person).where(Person.email == "ala@example.org")) or world.a_person(
        email="ala@example.org"
    )
    values = {"number": "SE-2027-0001", "title": "Nocne marki"} | values
    message = messages.queue(template, ala, now=world.NOON, **values)
    store.commit()
    return message


def test_a_kept_letter_is_read_on_a_page_and_as_a_file(app: Flask, store: Session, pages: Pages) -> None:
    letter = a_letter(store)
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    waiting = office.get(f"/biuro/wiadomosci/{letter.key}").text
    worker.work_off(app)

    assert "czeka na wysłanie" in waiting
    assert "Nocne marki" in waiting
    assert "ala@example.org" in office.get("/biuro/wiadomosci").text
    page = office.get(f"/biuro/wiadomosci/{letter.key}").text
    assert "do odczytania tutaj" in page
    assert "Nocne marki" in page
    mail = message_from_bytes(office.get(f"/biuro/wiadomosci/{letter.key}/list.eml").data, policy=policy.default)
    assert (mail["To"], mail["Message-ID"]) == ("ala@example.org", f"<{letter.message_id}>")
    assert "Nocne marki" in mail.get_content()


def test_outsiders_do_not_see_messages(store: Session, pages: Pages) -> None:
    letter = a_letter(store)
    for person in (world.a_person(), world.a_juror()):
        for address in ("/biuro/wiadomosci", f"/biuro/wiadomosci/{letter.key}"):
            assert pages.sign_in(person).get(address).status_code == 404
    assert pages.sign_in(world.a_person(Role.COORDINATOR)).get("/biuro/wiadomosci/nie-ma").status_code == 404


KEYS = [
    ("reset_password", {"token": "sekret-do-drzwi"}),
    ("new_device", {"code": "482913", "device": "Firefox", "ends": world.NOON.isoformat()}),
]


@pytest.mark.parametrize(("template", "values"), KEYS)
def test_a_link_or_a_code_that_opens_a_door_is_for_administrators_alone(
    app: Flask, store: Session, pages: Pages, template: str, values: dict[str, str]
) -> None:
    letter, (_name, key) = a_letter(store, template, **values), next(iter(values.items()))
    worker.work_off(app)
    address = f"/biuro/wiadomosci/{letter.key}"

    coordinator = pages.sign_in(world.a_person(Role.COORDINATOR))
    assert key not in coordinator.get(address).text
    assert coordinator.get(f"{address}/list.eml").status_code == 404
    assert key in pages.sign_in(world.a_person(Role.ADMINISTRATOR)).get(address).text


@pytest.fixture
def post_office(app: Flask) -> Iterator[PostOffice]:
    """A mail server, set up."""
    with listening() as (office, address):
        yield from with_post(app, address, office)


def in_state(store: Session, sending: Sending, **columns: Any) -> Message:
    letter = a_letter(store)
    letter.sending = sending
    for name, value in columns.items():
        setattr(letter, name, value)
    store.commit()
    return letter


def button(page: Any) -> list[str]:
    """Return what is written on the button that sends a letter."""
    forms = [form for form in html.fromstring(page.text).forms if form.get("action", "").endswith("/wyslij")]
    return [form.xpath("normalize-space(.//button)") for form in forms]


STUCK = {
    Sending.FAILED: {"attempts": 11, "last_error": "550 no such mailbox"},
    Sending.WAITING: {"attempts": 7, "last_error": "451 busy", "due_at": world.NOON + timedelta(hours=2)},
    Sending.KEPT: {"attempts": 1, "subject": "Wniosek", "body": "Nocne marki"},
}


@pytest.mark.parametrize("sending", STUCK)
def test_a_letter_that_has_not_gone_goes_now_when_staff_ask_and_the_journal_says_who_asked(
    app: Flask, store: Session, pages: Pages, clock: Clock, post_office: PostOffice, sending: Sending
) -> None:
    letter = in_state(store, sending, **STUCK[sending])
    worker.work_off(app)
    assert post_office.letters == []
    coordinator = world.a_person(Role.COORDINATOR)
    office, address = pages.sign_in(coordinator), f"/biuro/wiadomosci/{letter.key}"
    assert button(office.get(address)) == ["Wyślij teraz"]
    auditor = pages.sign_in(world.a_person(Role.AUDITOR))
    assert (button(auditor.get(address)), auditor.post(f"{address}/wyslij").status_code) == ([], 404)

    office.post(f"{address}/wyslij")
    assert (STUCK[sending].get("last_error") or "not there") not in office.get(address).text, "that was another try"
    worker.work_off(app)

    store.expire_all()
    assert (letter.sending, letter.attempts) == (Sending.SENT, 1)
    assert [mail["To"] for mail in post_office.letters] == ["ala@example.org"]
    assert asked(store) == [(coordinator.id, f"message:{letter.key}")]
    assert button(office.get(address)) == []


def asked(store: Session) -> list[tuple[int | None, str]]:
    """Return who asked for a letter to be sent, and for which one, as the journal has it."""
    entries = store.scalars(select(Entry).where(Entry.verb == "send_message"))
    return [(entry.actor_id, entry.subject) for entry in entries]


@pytest.mark.parametrize(
    ("language", "said"), [("pl", "list: potwierdzenie złożenia wniosku"), ("en", "letter: receipt of an application")]
)
def test_the_journal_says_which_letter_was_sent_on_demand(
    store: Session, pages: Pages, clock: Clock, post_office: PostOffice, language: str, said: str
) -> None:
    letter = in_state(store, Sending.KEPT, round_id=world.a_round().id)
    office = pages.sign_in(world.a_person(Role.COORDINATOR, language=language))
    office.post(f"/biuro/wiadomosci/{letter.key}/wyslij")
    page = office.get("/biuro/edycje/strefa-eksperymentu-2027/dziennik").text.replace("\xa0", " ")
    assert f"{said}; {'wniosek' if language == 'pl' else 'application'}: SE-2027-0001; " in page


def test_every_letter_has_a_name_for_the_journal() -> None:
    assert LETTERS.keys() == set(KINDS)


def test_a_letter_that_is_gone_or_going_is_not_sent_twice(
    store: Session, pages: Pages, clock: Clock, post_office: PostOffice
) -> None:
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    gone = in_state(store, Sending.SENT, attempts=1, sent_at=world.NOON)
    going = in_state(store, Sending.WAITING, attempts=1, leased_until=world.NOON + timedelta(minutes=4))
    for letter, said in ((gone, "już wyszedł"), (going, "właśnie wychodzi")):
        address = f"/biuro/wiadomosci/{letter.key}"
        assert button(office.get(address)) == []
        office.post(f"{address}/wyslij")
        assert said in office.get(address).text.replace("\xa0", " ")
    store.expire_all()
    assert (gone.sending, going.leased_until) == (Sending.SENT, world.NOON + timedelta(minutes=4))
    assert asked(store) == []


def test_without_a_mail_server_the_page_says_so_and_nothing_is_sent(store: Session, pages: Pages, clock: Clock) -> None:
    letter = in_state(store, Sending.KEPT, **STUCK[Sending.KEPT])
    office, address = pages.sign_in(world.a_person(Role.COORDINATOR)), f"/biuro/wiadomosci/{letter.key}"
    page = office.get(address)
    assert button(page) == []
    assert "Serwer poczty nie jest ustawiony" in page.text.replace("\xa0", " ")
    office.post(f"{address}/wyslij")
    store.expire_all()
    assert letter.sending is Sending.KEPT
    assert asked(store) == []


def test_whoever_may_not_read_a_letter_is_not_told_that_it_can_be_read_here(
    app: Flask, store: Session, pages: Pages
) -> None:
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"smtp_url": ""})
    letter = a_letter(store, "reset_password", token="sekret-do-drzwi")
    worker.work_off(app)
    for person, told in ((world.a_person(Role.COORDINATOR), False), (world.a_person(Role.ADMINISTRATOR), True)):
        page = pages.sign_in(person).get(f"/biuro/wiadomosci/{letter.key}").text.replace("\xa0", " ")
        assert ("tylko administracja" in page) is not told
        assert ("Można go tu przeczytać" in page) is told


def test_letters_kept_before_there_was_a_mail_server_wait_until_somebody_chooses_them(
    app: Flask, store: Session, pages: Pages, clock: Clock, post_office: PostOffice
) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = settings.model_copy(update={"smtp_url": ""})
    invitation = a_letter(store, "reset_password", token="sekret-do-drzwi")
    worker.work_off(app)
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    assert "nie wyjdą same" in office.get("/biuro/wiadomosci").text.replace("\xa0", " ")

    app.config["SETTINGS"] = settings
    clock.set(world.NOON + timedelta(days=30))
    worker.work_off(app)

    assert post_office.letters == []
    store.expire_all()
    assert invitation.sending is Sending.KEPT
    page = office.get("/biuro/wiadomosci").text.replace("\xa0", " ")
    assert "nie wyjdą same" in page
    assert "Wyślij teraz" in page
    assert "od powstania listu" in office.get(f"/biuro/wiadomosci/{invitation.key}").text.replace("\xa0", " ")
    kept = Path(app.config["INSTANCE_DIR"]) / "mail" / f"{invitation.key}.eml"
    assert kept.exists()
    office.post(f"/biuro/wiadomosci/{invitation.key}/wyslij")
    worker.work_off(app)
    assert "sekret-do-drzwi" in post_office.letters[0].get_content()
    assert not kept.exists(), "a link that opens a door stays in no file once its letter is on its way"
