"""Messages in the office."""

from email import message_from_bytes, policy
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from strefa import worker
from strefa.infra import messages
from strefa.infra.messages import Message, Sending
from strefa.rules.policy import Role
from tests import world
from tests.pages import Pages


def a_letter(store: Session, template: str = "receipt", **values: Any) -> Message:
    ala = world.a_person(email="ala@example.org")
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


def test_a_link_that_opens_a_door_is_for_administrators_alone(app: Flask, store: Session, pages: Pages) -> None:
    letter = a_letter(store, "reset_password", token="sekret-do-drzwi")
    worker.work_off(app)
    address = f"/biuro/wiadomosci/{letter.key}"

    coordinator = pages.sign_in(world.a_person(Role.COORDINATOR))
    assert "sekret-do-drzwi" not in coordinator.get(address).text
    assert coordinator.get(f"{address}/list.eml").status_code == 404
    assert "sekret-do-drzwi" in pages.sign_in(world.a_person(Role.ADMINISTRATOR)).get(address).text


def test_a_failed_letter_is_sent_again_when_asked(store: Session, pages: Pages) -> None:
    letter = a_letter(store)
    letter.sending, letter.attempts, letter.last_error = Sending.FAILED, 11, "550 no such mailbox"
    store.commit()
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    address = f"/biuro/wiadomosci/{letter.key}"
    assert "550 no such mailbox" in office.get("/biuro/wiadomosci?stan=failed").text

    assert pages.sign_in(world.a_person(Role.AUDITOR)).post(f"{address}/wyslij").status_code == 404
    office.post(f"{address}/wyslij")

    store.expire_all()
    assert (letter.sending, letter.attempts) == (Sending.WAITING, 0)
