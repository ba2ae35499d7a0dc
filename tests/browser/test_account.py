"""An account in a real browser: opened by a letter, signed in elsewhere and ended from here, a new password, a second step."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect
from pyotp.totp import TOTP
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.infra.database import db
from strefa.infra.messages import Message
from strefa.outputs.letters import rendered
from tests import world
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.writing import kept

NEW = "zielone kasztany w maju"


def link_in(template: str, to: str) -> str:
    """Return the path of the link in somebody's newest letter of a kind, as its reader would follow it."""
    return urlsplit(next(line for line in _letter(template, to).splitlines() if line.startswith("http"))).path


def code_in_letter(to: str) -> str:
    """Return the code in somebody's newest letter about a new device."""
    return next(line for line in _letter("new_device", to).splitlines() if line.isdecimal())


def _letter(template: str, to: str) -> str:
    newest = select(Message).where(Message.template == template, Message.to == to).order_by(Message.id.desc())
    with Session(db.engine) as session:
        letter = session.scalars(newest).first() or Message()
    _subject, text = rendered(letter)  # it asks whose contest it is: nothing may be open beside that
    db.session.rollback()
    return text


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name).click()


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/konto/logowanie")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Hasło").fill(password)
    press(page, "Zaloguj się")


def give_code(page: Page, email: str) -> None:
    expect(page.locator("h1")).to_have_text("Nowe urządzenie")
    page.get_by_label("Kod z listu").fill(code_in_letter(email))
    press(page, "Dalej")


def test_an_account_is_opened_on_a_phone_and_leads_to_the_application(visit: Visit, instance: Served) -> None:
    world.a_round()
    page = visit("/", width=360)
    page.get_by_role("link", name="Zacznij wniosek").click()
    expect(page.locator("main")).to_contain_text("Zaloguj się, aby zobaczyć tę stronę.")
    page.get_by_role("link", name="Załóż konto").click()
    press(page, "Załóż konto")
    expect(page.locator(".summary")).to_be_focused()
    page.locator(".summary").get_by_role("link", name="E-mail").click()
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.get_by_label("Imię i nazwisko").fill("Zofia Źrebak")
    page.get_by_label("E-mail").fill("zofia@example.org")
    page.get_by_label("Hasło").fill(world.PASSWORD)
    press(page, "Załóż konto")
    expect(page.locator("h1")).to_have_text("Sprawdź pocztę")
    page.goto(link_in("confirm_address", "zofia@example.org"))
    press(page, "Potwierdzam ten adres")
    sign_in(page, "zofia@example.org", world.PASSWORD)
    expect(page.locator("h1")).to_have_text("Moje wnioski")
    page.get_by_role("link", name="Zacznij wniosek").click()
    page.get_by_label("Pełna nazwa").fill("Gminna Biblioteka Publiczna w Żabnie")
    press(page, "Zacznij wniosek")
    expect(page.locator("h1")).to_have_text("Wniosek bez tytułu")


def test_a_sign_in_elsewhere_is_ended_from_here_and_a_password_is_changed(visit: Visit, instance: Served) -> None:
    ala = world.with_password(world.a_person(email="ala@example.org"))
    here, there = visit("/konto/logowanie"), visit("/konto/logowanie")
    for page in (there, here):
        sign_in(page, ala.email, world.PASSWORD)
        give_code(page, ala.email)
        expect(page.locator("h1")).to_have_text("Moje wnioski")
    here.goto("/konto")
    expect(here.locator("tbody tr")).to_have_count(2)
    here.get_by_role("button", name="Zakończ", exact=True).click()
    expect(here.locator("main")).to_contain_text("To logowanie jest zakończone.")
    there.goto("/konto")
    expect(there.locator("h1")).to_have_text("Logowanie")

    instance.clock.set(world.NOON + timedelta(minutes=1))
    here.goto("/konto/haslo")
    here.get_by_label("Obecne hasło").fill("nie to")
    here.get_by_label("Nowe hasło").fill(NEW)
    press(here, "Zmień hasło")
    expect(here.locator(".summary")).to_contain_text("To nie jest obecne hasło.")
    here.get_by_label("Obecne hasło").fill(world.PASSWORD)
    here.get_by_label("Nowe hasło").fill(NEW)
    press(here, "Zmień hasło")
    expect(here.locator("main")).to_contain_text("Hasło jest zmienione")
    sign_in(there, ala.email, NEW)
    there.get_by_label("Kod z listu").fill("nie to")
    there.get_by_label("Kod z listu").press("Enter")
    expect(there.locator(".summary")).to_contain_text("Kod się nie zgadza")
    press(there, "Wyślij kod jeszcze raz")
    expect(there.locator("main")).to_contain_text("Nowy list z kodem jest w drodze.")
    give_code(there, ala.email)
    expect(there.locator("h1")).to_have_text("Moje wnioski")
    here.get_by_role("button", name="Wyloguj").click()
    expect(here.get_by_role("button", name="Wyloguj")).to_be_hidden()
    sign_in(here, ala.email, NEW)
    expect(here.locator("h1")).to_have_text("Moje wnioski")  # from here the password was changed: no code is asked
    expect(there.locator("h1")).to_have_text("Moje wnioski")


def test_a_forgotten_password_and_a_second_step(visit: Visit, instance: Served) -> None:
    ala = world.with_password(world.a_person(email="ala@example.org"))
    page = visit("/konto/logowanie", width=360)
    page.get_by_role("link", name="Nie pamiętam hasła").click()
    page.get_by_label("E-mail").fill(ala.email)
    press(page, "Wyślij link")
    page.goto(link_in("reset_password", ala.email))
    page.get_by_label("Nowe hasło").fill(NEW)
    press(page, "Ustaw hasło")
    sign_in(page, ala.email, NEW)
    page.goto("/konto/drugi-krok/ustawienie")
    secret = re.sub(r"\s", "", page.locator("#key").inner_text())
    page.get_by_label("Kod z aplikacji").fill(TOTP(secret).at(world.NOON))
    press(page, "Sprawdź i włącz")
    expect(page.locator("h1")).to_have_text("Kody zapasowe")
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(set(codes)) == 10
    page.context.clear_cookies(name="strefa")
    sign_in(page, ala.email, NEW)
    expect(page.locator("h1")).to_have_text("Drugi krok logowania")
    page.get_by_label("Kod z aplikacji").fill(codes[0])
    press(page, "Dalej")
    expect(page.locator("h1")).to_have_text("Moje wnioski")


def test_signing_out_leaves_no_text_behind_on_a_shared_computer(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(f"/moje/wnioski/{application.public_id}/c", ala)
    page.route("**/moje/wnioski/*/c", lambda route: route.abort())
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#c1_need").fill("Tego nie przeczyta następna osoba")
    expect(page.locator("[data-saved]")).to_contain_text("bezpieczny w tej przeglądarce")
    assert [len(copies) for copies in kept(page)] == [1, 1]
    page.get_by_role("button", name="Wyloguj").click()
    expect(page.get_by_role("link", name="Zaloguj się")).to_be_visible()
    assert kept(page) == ([], [])
