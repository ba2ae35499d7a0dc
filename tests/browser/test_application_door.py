"""The sign-in ends while one writes: signing in again in place, another person on the same page, a shared computer."""

from playwright.sync_api import Locator, Page, expect

from strefa.contest.people.models import Person
from tests import world
from tests.browser.conftest import Judge, Visit
from tests.browser.served import Served
from tests.browser.test_account import code_in_letter
from tests.browser.writing import SAVED, address_of, kept, stored


def out_while_writing(page: Page, text: str) -> Locator:
    """End the sign-in under a page on which somebody writes; returns the dialog that asks for it again."""
    page.context.clear_cookies(name="strefa")
    page.locator("#c1_need").fill(text)
    door = page.get_by_role("dialog")
    expect(door.locator("#door-title")).to_have_text("Logowanie")
    return door


def sign_in(door: Locator, person: Person, password: str = world.PASSWORD) -> None:
    door.get_by_label("E-mail").fill(str(person.email))
    door.get_by_label("Hasło").fill(password)
    door.get_by_role("button", name="Zaloguj się").click()


def give_code(page: Page, person: Person) -> None:
    expect(page.locator("#door-title")).to_have_text("Nowe urządzenie")
    page.keyboard.type(code_in_letter(str(person.email)))
    page.keyboard.press("Enter")


def test_who_is_signed_out_while_writing_signs_in_in_place_and_the_text_is_saved(
    visit: Visit, instance: Served, accessible: Judge
) -> None:
    ala = world.with_password(world.a_person(email="ala@example.org"))
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/c"), ala)
    address = page.url
    door = out_while_writing(page, "Napisane po końcu logowania")
    expect(door.get_by_label("E-mail")).to_have_value("ala@example.org")
    expect(door.get_by_label("Hasło")).to_be_focused()
    accessible(page)
    sign_in(door, ala, "nie to hasło")
    expect(door).to_contain_text("Adres albo hasło się nie zgadza")
    sign_in(door, ala)
    give_code(page, ala)
    expect(door).to_be_hidden()
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    assert (page.url, stored(application)["c1_need"]) == (address, "Napisane po końcu logowania")
    page.locator("#c1_need").fill("I pisane dalej")  # with the token that came with the sign-in
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    assert stored(application)["c1_need"] == "I pisane dalej"


def test_another_person_on_the_same_page_does_not_save_the_firsts_text_as_hers(visit: Visit, instance: Served) -> None:
    ala = world.with_password(world.a_person(email="ala@example.org", name="Ala Kot"))
    jan = world.with_password(world.a_person(email="jan@example.org", name="Jan Lis"))
    application = world.an_application(by=ala, organisation=world.an_organisation(ala, jan))
    before = stored(application)
    page = visit(address_of(application, "/c"), ala)
    door = out_while_writing(page, "Tekst Ali")
    sign_in(door, jan)
    give_code(page, jan)
    expect(page.locator(SAVED)).to_contain_text("Zalogowana jest tu teraz inna osoba: Jan Lis.")
    expect(page.locator("form[data-autosave][inert]")).to_be_attached()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Otwórz tę stronę od nowa").click()
    page.wait_for_selector("html[data-scripted]", state="attached")
    expect(page.get_by_role("button", name="Przywróć ten tekst")).to_have_count(0)
    assert stored(application) == before
    for [copy] in kept(page):
        assert copy.startswith(f"strefa:{ala.public_id}:"), "hers waits for her"


def test_a_shared_computer_keeps_nothing_and_says_so(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/c"), ala)
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('offline')); }")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#c1_need").fill("Napisane w bibliotece")
    expect(page.locator(SAVED)).to_contain_text("Tekst jest bezpieczny w tej przeglądarce")
    assert [len(copies) for copies in kept(page)] == [1, 1]
    page.get_by_role("button", name="To jest wspólny komputer").click()
    expect(page.locator("main")).to_contain_text("niezapisanego tekstu nie trzymamy w tej przeglądarce")
    page.wait_for_selector("html[data-scripted]", state="attached")
    assert kept(page) == ([], [])
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('offline')); }")
    page.locator("#c1_need").fill("Napisane w bibliotece")
    expect(page.locator(SAVED)).to_contain_text("Tekst jest tylko na tej stronie: nie zamykaj jej")
    assert kept(page) == ([], [])


def test_a_shared_computer_tells_the_next_person_nobodys_address(visit: Visit, instance: Served) -> None:
    ala = world.a_person(email="ala@example.org")
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/c"), ala)
    page.get_by_role("button", name="To jest wspólny komputer").click()
    expect(page.locator("main")).to_contain_text("niezapisanego tekstu nie trzymamy w tej przeglądarce")
    page.wait_for_selector("html[data-scripted]", state="attached")
    door = out_while_writing(page, "Napisane w bibliotece")
    expect(door.get_by_label("E-mail")).to_have_value("")
    assert "ala@example.org" not in page.content()
