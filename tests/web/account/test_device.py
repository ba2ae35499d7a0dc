"""A new device: the password alone opens nothing there, the code from the letter does, and the device is remembered."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.people.models import Person
from strefa.contest.people.sign_in_actions import TRIES
from strefa.infra import messages, security
from strefa.infra.clock import Clock
from strefa.infra.journal import Entry
from strefa.infra.messages import Message
from strefa.outputs.letters import rendered
from strefa.rules.policy import Role
from tests import world
from tests.pages import Pages

CODE, SEND = "/konto/nowe-urzadzenie", "/konto/nowe-urzadzenie/list"
NEW = "zielone kasztany w maju"


def ala() -> Person:
    return world.with_password(world.a_person(email="ala@example.org"))


def enter(pages: Pages, person: Person, password: str = world.PASSWORD, **more: str) -> Any:
    return pages.post("/konto/logowanie", {"email": person.email, "password": password, **more})


def letters(store: Session, person: Person) -> list[str]:
    """Return the texts of the letters with a code, the oldest first."""
    found = store.scalars(select(Message).where(Message.template == "new_device", Message.to == person.email))
    return [rendered(letter)[1] for letter in sorted(found, key=lambda letter: letter.id)]


def code(store: Session, person: Person) -> str:
    """Return the code in the newest letter."""
    return re.findall(r"^(\d{6})$", letters(store, person)[-1], re.MULTILINE)[0]


def is_in(pages: Pages) -> bool:
    return pages.get("/konto").status_code == 200


def hidden(page: Any) -> dict[str, str]:
    forms = html.fromstring(page.text).forms
    form = next(form for form in forms if "kept" in form.fields)
    return {field.name: field.value or "" for field in form.inputs if getattr(field, "type", "") == "hidden"}


def test_a_password_alone_opens_nothing_on_a_new_device(store: Session, pages: Pages) -> None:
    person = ala()
    answer = enter(pages, person, next="/konto/haslo")
    assert answer.location == CODE + "?next=/konto/haslo"
    for shut in ("/konto", "/moje", "/konto/haslo", "/konto/drugi-krok", "/konto/drugi-krok/ustawienie"):
        assert pages.get(shut).location.startswith(CODE), shut
    page = pages.get(answer.location)
    assert 'href="/konto/haslo"' not in page.text, "no menu leads to what is shut"
    assert "wysłaliśmy list z kodem na adres ala@example.org" in " ".join(page.text.replace("\xa0", " ").split())
    assert code(store, person) not in page.text

    answer = pages.post(CODE, {**hidden(page), "code": code(store, person)})
    assert answer.location == "/konto/haslo"
    assert is_in(pages)
    assert pages.get(CODE).location == "/konto/start", "nothing is owed any more"


def test_the_letter_names_the_device_and_says_what_to_do_if_it_was_somebody_else(store: Session, pages: Pages) -> None:
    person = ala()
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
    pages.post("/konto/logowanie", {"email": person.email, "password": world.PASSWORD}, headers={"User-Agent": agent})
    (text,) = letters(store, person)
    assert "Chrome, Android" in text
    assert "13:00" in text, "an hour from noon in Warsaw"
    assert "/konto/haslo/nowe" in text
    assert "nieznana przeglądarka" not in text
    said = [entry.details for entry in store.scalars(select(Entry).where(Entry.verb == "send_letter_code"))]
    assert len(said) == 1
    assert code(store, person) not in str(said)


def test_a_stranger_writes_nothing_of_his_own_into_the_letter(store: Session, pages: Pages) -> None:
    person, agent = ala(), "Zablokuj konto: https://example.net"
    pages.post("/konto/logowanie", {"email": person.email, "password": world.PASSWORD}, headers={"User-Agent": agent})
    pages.post(SEND)
    for text in letters(store, person):
        assert "nie znamy: nieznana przeglądarka." in text
        assert "example.net" not in text


def test_whoever_owes_the_code_changes_nothing_of_the_account_and_reads_in_her_language(
    store: Session, pages: Pages
) -> None:
    person = ala()
    way = enter(pages, person).location
    assert 'lang="pl"' in pages.get(way).text
    pages.post("/jezyk", {"language": "en"})
    assert '<html lang="en"' in pages.get(way).text
    store.expire_all()
    assert person.language == "pl"
    pages.post(CODE, {"code": code(store, person)})
    assert '<html lang="pl"' in pages.get("/konto").text


def test_a_device_is_remembered_for_half_a_year_if_wished(store: Session, pages: Pages, clock: Clock) -> None:
    person = ala()
    for wish, asked in (({}, True), ({"remember": "y"}, False)):
        visitor = Pages(pages.app)
        enter(visitor, person)
        visitor.post(CODE, {"code": code(store, person), **wish})
        visitor.post("/konto/wylogowanie")
        assert enter(visitor, person).location.startswith(CODE) is asked
    visitor.post("/konto/wylogowanie")
    clock.set(world.NOON + timedelta(days=179))
    assert enter(visitor, person).location == "/konto/start"
    visitor.post("/konto/wylogowanie")
    clock.set(world.NOON + timedelta(days=180))
    assert enter(visitor, person).location.startswith(CODE)


def test_the_cookie_is_shut_away_and_bound_to_its_person(store: Session, pages: Pages) -> None:
    person, colleague = ala(), world.with_password(world.a_person(email="ola@example.org"))
    enter(pages, person)
    answer = pages.post(CODE, {"code": code(store, person), "remember": "y"})
    (set_cookie,) = [line for line in answer.headers.getlist("Set-Cookie") if person.public_id in line]
    assert "HttpOnly" in set_cookie
    assert "SameSite=Lax" in set_cookie
    hers = pages.client.get_cookie(f"strefa-{person.public_id}")
    assert hers is not None
    for value in (hers.value, "forged", security.signed("reset", [colleague.public_id, 9e9])):
        other = Pages(pages.app)
        other.client.set_cookie(f"strefa-{colleague.public_id}", value)
        assert enter(other, colleague).location.startswith(CODE)


def test_colleagues_who_share_a_computer_are_both_remembered_there(store: Session, pages: Pages) -> None:
    people = [ala(), world.with_password(world.a_person(email="ola@example.org"))]
    for person in people:
        enter(pages, person)
        pages.post(CODE, {"code": code(store, person), "remember": "y"})
    for person in people:
        assert enter(pages, person).location == "/konto/start"


def test_a_wrong_code_is_refused_and_nothing_is_lost(store: Session, pages: Pages) -> None:
    person = ala()
    page = pages.get(enter(pages, person, next="/konto/haslo").location)
    wrong = f"{(int(code(store, person)) + 1) % 10**6:06}"
    for typed in (wrong, "", "ąę", "1" * 500):
        answer = pages.post(CODE, {**hidden(page), "code": typed})
        assert answer.status_code == 422
        assert "Kod się nie zgadza" in answer.text
        assert hidden(answer)["next"] == "/konto/haslo"
    assert not is_in(pages)
    pages.post(CODE, {"code": f" {code(store, person)[:3]} {code(store, person)[3:]} "})
    assert is_in(pages), "written in two parts it is the same code"


def test_a_code_of_another_sign_in_does_not_pass(store: Session, pages: Pages) -> None:
    person, there = ala(), Pages(pages.app)
    enter(there, person)
    elsewhere = code(store, person)
    enter(pages, person)
    assert pages.post(CODE, {"code": elsewhere}).status_code == 422
    pages.post(CODE, {"code": code(store, person)})
    assert is_in(pages)
    assert not is_in(there)


def test_asked_for_again_it_is_the_same_code_until_it_grows_old(store: Session, pages: Pages, clock: Clock) -> None:
    person = ala()
    enter(pages, person)
    first = code(store, person)
    clock.set(world.NOON + timedelta(minutes=50))
    assert pages.post(SEND, {"next": "/konto/haslo", "remember": "y"}).location == CODE + "?next=/konto/haslo"
    assert (len(letters(store, person)), code(store, person)) == (2, first)
    clock.set(world.NOON + timedelta(minutes=60))
    assert "stracił ważność" in pages.post(CODE, {"code": first}).text
    pages.post(SEND)
    assert code(store, person) != first
    assert pages.post(CODE, {"code": first}).status_code == 422
    pages.post(CODE, {"code": code(store, person)})
    assert is_in(pages)


@pytest.mark.parametrize(("door", "said"), [(CODE, "prób podania kodu"), (SEND, "próśb o kod")])
def test_codes_are_not_guessed_nor_letters_asked_for_without_end(
    store: Session, pages: Pages, door: str, said: str
) -> None:
    person = ala()
    enter(pages, person)
    right = code(store, person)
    for _ in range(TRIES):
        pages.post(door, {"code": "x"})
    answer = pages.post(door, {"code": right})
    assert answer.status_code == 422
    assert said in answer.text.replace("\xa0", " ")
    assert not is_in(pages)


@pytest.mark.parametrize("deed", ["password", "everywhere", "reset"])
def test_other_devices_are_strangers_again_when_all_sign_ins_end(
    store: Session, pages: Pages, clock: Clock, deed: str
) -> None:
    person, password = ala(), world.PASSWORD if deed == "everywhere" else NEW
    here, there = Pages(pages.app).known_to(person), Pages(pages.app).known_to(person)
    enter(here, person)
    clock.set(world.NOON + timedelta(minutes=1))
    if deed == "password":
        here.post("/konto/haslo", {"current": world.PASSWORD, "password": NEW})
    elif deed == "everywhere":
        here.post("/konto/wylogowanie/wszedzie")
    else:
        token = security.signed("reset", [person.id, security.token_hash(person.password_hash or "")])
        here.post(f"/konto/haslo/nowe/{token}", {"password": NEW})
    here.post("/konto/wylogowanie")
    assert enter(there, person, password).location.startswith(CODE)
    assert enter(here, person, password).location == "/konto/start", "from here it was done"


def test_to_end_all_sign_ins_makes_no_device_known_that_was_not(store: Session, pages: Pages) -> None:
    person = ala()
    enter(pages, person)
    pages.post(CODE, {"code": code(store, person)})
    pages.post("/konto/wylogowanie/wszedzie")
    pages.post("/konto/wylogowanie")
    assert enter(pages, person).location.startswith(CODE)


def test_whoever_confirms_her_address_by_the_letter_is_known_there(store: Session, pages: Pages) -> None:
    pages.post("/konto/nowe", {"name": "Zofia", "email": "zofia@example.org", "password": world.PASSWORD})
    letter = store.scalar(select(Message).where(Message.template == "confirm_address"))
    assert letter is not None
    pages.post(f"/konto/potwierdzenie/{letter.values['token']}")
    zofia = store.scalars(select(Person).where(Person.email == "zofia@example.org")).one()
    assert enter(pages, zofia).location == "/konto/start"
    stranger = Pages(pages.app)
    stranger.post(f"/konto/potwierdzenie/{letter.values['token']}")
    assert enter(stranger, zofia).location.startswith(CODE), "the link was used; it may lie in a history of a browser"


def test_what_was_typed_when_the_session_ended_outlives_the_code_and_a_second_letter(
    store: Session, pages: Pages
) -> None:
    person = ala()
    address = f"/moje/wnioski/{world.an_application(by=person).public_id}/c"
    asked = enter(pages, person, **hidden(pages.post(address, {"c1_need": "Mój tekst."})))
    again = pages.post(SEND, hidden(asked))
    assert "Nowy list z kodem jest w drodze." in again.text
    wrong = pages.post(CODE, {**hidden(again), "code": "x"})
    page = pages.post(CODE, {**hidden(wrong), "code": code(store, person)})
    assert "Mój tekst." in page.text
    assert address in page.text


def test_what_is_typed_on_a_page_while_the_code_is_owed_is_kept(store: Session, pages: Pages) -> None:
    person = ala()
    address = f"/moje/wnioski/{world.an_application(by=person).public_id}/c"
    enter(pages, person)
    saved = pages.post(address, {"c1_need": "Mój tekst."}, headers={"X-Strefa-Autosave": "1"})
    assert (saved.status_code, saved.json) == (401, {"sign_in": CODE, "here": "/konto/logowanie/tutaj"})
    asked = pages.post(address, {"c1_need": "Mój tekst."})
    assert asked.status_code == 401
    assert "Mój tekst." in pages.post(CODE, {**hidden(asked), "code": code(store, person)}).text


@pytest.mark.parametrize("size", [1_000, 3_000_000])
def test_a_script_that_uploads_while_the_code_is_owed_is_told_so(store: Session, pages: Pages, size: int) -> None:
    person = ala()
    address = f"/moje/wnioski/{world.an_application(by=person).public_id}/pliki/h1_attachments"
    enter(pages, person)
    file = {"file": (io.BytesIO(b"0" * size), "list.pdf")}
    told = pages.post(address, file, content_type="multipart/form-data", headers={"X-Strefa-Upload": "1"})
    assert (told.status_code, [*(told.json or {})]) == (401, ["text"])


def test_the_box_is_ticked_whichever_way_the_page_came(store: Session, pages: Pages) -> None:
    person = ala()
    address = f"/moje/wnioski/{world.an_application(by=person).public_id}/c"
    way = enter(pages, person).location
    for page in (pages.get(way), pages.post(address, {"c1_need": "Mój tekst."})):
        assert html.fromstring(page.text).xpath("//input[@name='remember']/@checked"), page.status


def test_a_box_that_was_unticked_stays_so_when_another_letter_is_asked_for(store: Session, pages: Pages) -> None:
    person = ala()
    enter(pages, person)
    for wish, ticked in (({}, []), ({"remember": "y"}, ["checked"])):
        page = pages.get(pages.post(SEND, {"next": "/konto/haslo", **wish}).location)
        assert html.fromstring(page.text).xpath("//input[@name='remember']/@checked") == ticked
        assert hidden(page)["next"] == "/konto/haslo"


def test_a_page_whose_code_grew_old_says_so_before_it_is_typed(pages: Pages, clock: Clock, monkeypatch: Any) -> None:
    monkeypatch.setitem(pages.app.config, "DEMO", True)
    way = enter(pages, ala()).location
    assert "Kod działa do" in pages.get(way).text
    clock.set(world.NOON + timedelta(hours=1))
    page = pages.get(way)
    assert "Ten kod stracił ważność." in page.text.replace("\xa0", " ")
    assert "Kod działa do" not in page.text
    assert "shown-code" not in page.text, "what a demo shows can be used"
    pages.post(SEND)
    page = pages.get(way)
    assert "stracił ważność" not in page.text
    assert "shown-code" in page.text


def test_a_sign_in_that_owes_a_code_is_listed_as_waiting_for_it(store: Session, pages: Pages) -> None:
    person, stranger = ala(), Pages(pages.app)
    enter(pages.known_to(person), person)
    assert "czeka na kod" not in pages.get("/konto").text
    enter(stranger, person)
    rows = html.fromstring(pages.get("/konto").text).xpath("//tbody/tr")
    assert sorted("czeka na kod" in row.text_content() for row in rows) == [False, True]
    stranger.post(CODE, {"code": code(store, person)})
    assert "czeka na kod" not in pages.get("/konto").text


def test_a_code_app_is_asked_in_place_of_a_letter(store: Session, pages: Pages) -> None:
    juror = world.with_password(world.a_person(Role.JUROR))
    assert enter(pages, juror).location.startswith("/konto/drugi-krok?")
    assert letters(store, juror) == []
    assert pages.get(CODE).location.startswith("/konto/drugi-krok")


def test_only_a_demo_shows_the_code_on_the_page(store: Session, pages: Pages, monkeypatch: Any) -> None:
    person = ala()
    way = enter(pages, person).location
    assert "shown-code" not in pages.get(way).text
    monkeypatch.setitem(pages.app.config, "DEMO", True)
    assert code(store, person) in pages.get(way).text


def test_a_letter_with_a_code_does_not_wait_for_a_hundred_others(app: Flask, store: Session) -> None:
    round_ = world.a_round()
    for number in range(3):
        messages.queue("withdrawn", "a@example.org", now=world.NOON, round_id=round_.id, number=str(number), title="")
    code_letter = messages.queue("new_device", "b@example.org", now=world.NOON, code="1", device="", ends="")
    store.flush()
    assert messages.due(world.NOON)[0] == code_letter.id
