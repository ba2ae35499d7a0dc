"""A computer that others use, too, and a page on which another person signs in: nobody's text becomes another's."""

from datetime import timedelta
from typing import Any

from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application, SectionAnswers
from strefa.contest.people.models import Person, SignIn
from strefa.infra.clock import Clock
from strefa.infra.journal import Entry
from tests import world
from tests.pages import Pages
from tests.web.account.test_device import CODE, code, enter, hidden, is_in

COOKIE = "strefa"


def a_person(email: str, name: str) -> Person:
    return world.with_password(world.a_person(email=email, name=name))


def cookies(answer: Any) -> dict[str, str]:
    return {line.partition("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}


def test_a_shared_computer_forgets_the_device_and_ends_with_the_browser(store: Session, pages: Pages) -> None:
    ala = a_person("ala@example.org", "Ala Kot")
    pages.known_to(ala)
    own = enter(pages, ala)
    assert "Expires=" in cookies(own)[COOKIE], "the usual cookie outlives the browser"
    pages.post("/konto/wylogowanie")

    shared = enter(pages, ala, shared="y")

    told = cookies(shared)
    assert "Expires=" not in told[COOKIE]
    assert "Max-Age=0" in told[f"{COOKIE}-{ala.public_id}"], "the device is not known any more"
    assert "data-shared" in pages.get("/konto").text
    pages.post("/konto/wylogowanie")
    enter(pages, ala, shared="y")
    asked = pages.get(CODE)
    assert 'name="remember"' not in asked.text
    given = pages.post(CODE, {"code": code(store, ala), "remember": "y"})
    assert f"{COOKIE}-{ala.public_id}" not in cookies(given)
    assert is_in(pages)


def test_a_sign_in_on_a_shared_computer_lasts_hours(store: Session, pages: Pages, clock: Clock) -> None:
    ala = a_person("ala@example.org", "Ala Kot")
    pages.known_to(ala)
    enter(pages, ala, shared="y")
    began = clock.now()
    sign_in = store.scalars(select(SignIn).where(SignIn.shared_at.is_not(None))).one()
    assert sign_in.expires_at == began + timedelta(hours=4)
    for minutes in (50, 100, 150, 200, 239):
        clock.set(began + timedelta(minutes=minutes))
        assert is_in(pages), "in use"
    clock.set(began + timedelta(hours=4))
    assert not is_in(pages)

    enter(pages.known_to(ala), ala, shared="y")
    clock.set(clock.now() + timedelta(minutes=61))
    assert not is_in(pages), "nobody sat there for an hour"


def test_the_computer_may_be_called_shared_later_and_the_journal_knows(store: Session, pages: Pages) -> None:
    ala = a_person("ala@example.org", "Ala Kot")
    application = world.an_application(by=ala)
    address = f"/moje/wnioski/{application.public_id}/c"
    enter(pages.known_to(ala), ala)
    page = html.fromstring(pages.get(address).text)
    (button,) = page.xpath("//form[@action='/konto/wspolny-komputer']//button")
    answer = pages.post("/konto/wspolny-komputer", {button.get("name"): button.get("value")})
    assert answer.location == address
    assert "Expires=" not in cookies(answer)[COOKIE]
    assert "Max-Age=0" in cookies(answer)[f"{COOKIE}-{ala.public_id}"]
    assert "data-shared" in pages.get(address).text
    assert "To jest wspólny komputer: niczego tu nie zapamiętujemy" in pages.get("/konto").text.replace("\xa0", " ")
    for _twice in range(2):
        assert pages.post("/konto/wspolny-komputer", {"next": "https://zle.example"}).location == "/"
    verbs = [entry.verb for entry in store.scalars(select(Entry).where(Entry.subject == f"person:{ala.public_id}"))]
    assert verbs.count("share_computer") == 1


def test_who_is_here_now_is_told_to_the_page_and_what_is_owed_comes_first(store: Session, pages: Pages) -> None:
    ala = a_person("ala@example.org", "Ala Kot")
    assert pages.get("/konto/logowanie/tutaj").location.startswith("/konto/logowanie?next=")
    asked = enter(pages, ala, next="/konto/logowanie/tutaj")
    assert pages.get("/konto/logowanie/tutaj").location.startswith(CODE)
    given = pages.post(CODE, {**hidden(pages.get(asked.location)), "code": code(store, ala)})
    assert given.location == "/konto/logowanie/tutaj"
    told = pages.get(given.location).json
    assert told is not None
    assert (told["person"], told["name"], told["shared"]) == (ala.public_id, "Ala Kot", False)
    assert pages.post("/konto/wylogowanie", {"csrf_token": told["csrf_token"]}).status_code == 302


def stored(store: Session, application: Application) -> str:
    store.expire_all()
    rows = store.scalars(select(SectionAnswers).where(SectionAnswers.application_id == application.id))
    return next(row.answers.get("c1_need", "") for row in rows if row.section == "c")


def test_nobody_saves_what_another_has_typed_on_the_same_page(store: Session, pages: Pages) -> None:
    ala, jan = a_person("ala@example.org", "Ala Kot"), a_person("jan@example.org", "Jan Lis")
    application = world.an_application(by=ala, organisation=world.an_organisation(ala, jan))
    before = stored(store, application)
    address = f"/moje/wnioski/{application.public_id}/c"
    his = pages.sign_in(jan)
    typed = {"revision": "1", "writer": ala.public_id, "c1_need": "Tekst Ali"}

    silent = his.post(address, typed, headers={"X-Strefa-Autosave": "1"})
    plain = his.post(address, typed)

    assert (silent.status_code, silent.json) == (403, {"other": "Jan Lis"})
    assert plain.status_code == 403
    assert "Ten tekst pisała inna osoba" in plain.text
    assert "Tekst Ali" not in plain.text, "and it is not shown to him"
    assert stored(store, application) == before
    own = his.post(address, typed | {"writer": jan.public_id, "c1_need": "Tekst Jana"})
    assert own.status_code == 302
    assert stored(store, application) == "Tekst Jana"


def test_what_outlived_a_sign_in_waits_for_her_who_typed_it(store: Session, pages: Pages) -> None:
    ala, jan = a_person("ala@example.org", "Ala Kot"), a_person("jan@example.org", "Jan Lis")
    application = world.an_application(by=ala, organisation=world.an_organisation(ala, jan))
    address = f"/moje/wnioski/{application.public_id}/c"
    pages.known_to(ala).known_to(jan)

    asked = pages.post(address, {"revision": "1", "writer": ala.public_id, "c1_need": "Tekst Ali"})
    refused = enter(pages, jan, kept=hidden(asked)["kept"])
    assert "Tekst Ali" not in refused.text
    again = pages.post("/konto/logowanie", {"kept": hidden(refused)["kept"]})
    assert "Sesja wygasła, ale nic nie zginęło." in again.text
    assert "Do poprawy" not in again.text, "nothing was wrong yet"
    shown = enter(pages, ala, kept=hidden(again)["kept"])
    assert "Tekst Ali" in shown.text
    sent = {field.name: field.value for field in html.fromstring(shown.text).forms[-1].inputs if field.name}
    assert pages.post(address, sent | {"csrf_token": pages.csrf_token()}).status_code == 302
    assert stored(store, application) == "Tekst Ali"
