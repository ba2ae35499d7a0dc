"""Without a connection and after a crash: the form as a train tunnel meets it."""

from contextlib import suppress

from playwright.sync_api import Dialog, Error, Page, Route, expect

from tests import world
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.writing import SAVED, address_of, stored


def test_in_a_tunnel_one_goes_on_typing_and_both_texts_meet_at_its_end(visit: Visit, instance: Served) -> None:
    ala, jan = world.a_person(name="Ala Kot"), world.a_person(name="Jan Lis")
    application = world.an_application(by=ala, organisation=world.an_organisation(ala, jan))
    hers, his = visit(address_of(application, "/c"), ala), visit(address_of(application, "/c"), jan)
    hers.context.set_offline(True)
    hers.locator("#c1_need").fill("Pisane w tunelu")
    expect(hers.locator(SAVED)).to_contain_text("Brak połączenia. Tekst jest bezpieczny w tej przeglądarce")
    his.locator("#c1_need").fill("Pisane w biurze")
    expect(his.locator(SAVED)).to_have_attribute("data-state", "saved")
    hers.locator("#c1_need").fill("Pisane w tunelu, do końca")

    hers.context.set_offline(False)

    clash = hers.locator(".clash")
    expect(clash).to_contain_text("Pisane w biurze")
    assert stored(application)["c1_need"] == "Pisane w biurze", "nobody's text was written over"
    clash.get_by_label("zostaw mój").check()
    clash.get_by_role("button", name="Zapisz wybrane").click()
    expect(hers.locator(SAVED)).to_have_attribute("data-state", "saved")
    assert stored(application)["c1_need"] == "Pisane w tunelu, do końca"


def test_a_crashed_page_comes_back_with_the_text_and_leaving_warns(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/c"), ala)
    page.locator("#c1_need").press_sequentially("Tuż przed katastrofą")  # and not yet sent
    asked: list[str] = []

    def stays(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stays)
    page.evaluate("() => { location.href = '/edycje' }")
    page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    with page.expect_event("crash"):
        crash(page)
    after = page.context.new_page()
    after.goto(address_of(application, "/c"))
    after.get_by_role("button", name="Przywróć ten tekst").click()
    expect(after.locator(SAVED)).to_have_attribute("data-state", "saved")
    assert "Tuż przed katastrofą" in stored(application)["c1_need"]


def test_what_was_kept_writes_over_nothing_that_others_saved_meanwhile(visit: Visit, instance: Served) -> None:
    ala, jan = world.a_person(name="Ala Kot"), world.a_person(name="Jan Lis")
    application = world.an_application(by=ala, organisation=world.an_organisation(ala, jan))
    hers, his = visit(address_of(application, "/c"), ala), visit(address_of(application, "/c"), jan)
    hers.route("**/c", lambda route: route.abort())
    hers.locator("#c1_need").fill("Pisane przed katastrofą")
    hers.wait_for_timeout(300)
    with hers.expect_event("crash"):
        crash(hers)
    his.locator("#c2_hypothesis").fill("Pisane w biurze")
    expect(his.locator(SAVED)).to_have_attribute("data-state", "saved")
    after = hers.context.new_page()
    after.goto(address_of(application, "/c"))
    after.get_by_role("button", name="Przywróć ten tekst").click()
    expect(after.locator(SAVED)).to_have_attribute("data-state", "saved")
    assert (stored(application)["c1_need"], stored(application)["c2_hypothesis"]) == (
        "Pisane przed katastrofą", "Pisane w biurze",
    )  # fmt: skip


def test_what_was_kept_is_offered_to_whoever_types_before_the_script_is_there(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/c"), ala)
    page.route("**/c", lambda route: route.abort())
    page.locator("#c1_need").fill("Pisane przed katastrofą")
    page.wait_for_timeout(300)
    with page.expect_event("crash"):
        crash(page)
    after, late = page.context.new_page(), list[Route]()
    after.route("**/js/autosave.js*", lambda route: late.append(route))
    after.goto(address_of(application, "/c"))
    after.locator("#c2_hypothesis").fill("Szybciej od skryptu")
    late[0].continue_()
    after.get_by_role("button", name="Przywróć ten tekst").click()
    expect(after.locator(SAVED)).to_have_attribute("data-state", "saved")
    assert (stored(application)["c1_need"], stored(application)["c2_hypothesis"]) == (
        "Pisane przed katastrofą", "Szybciej od skryptu",
    )  # fmt: skip


def crash(page: Page) -> None:
    """Let the process of a page die, as it does when memory runs out."""
    with suppress(Error):  # whoever is gone does not answer
        page.goto("chrome://crash", timeout=3000)
