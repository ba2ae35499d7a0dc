"""The public pages in a real browser: the round at a glance, the clock of the server, a phone's menu, paper."""

from datetime import timedelta

from playwright.sync_api import expect

from tests import world
from tests.browser.conftest import Visit
from tests.browser.served import Served


def test_the_home_page_counts_down_by_the_clock_of_the_server(visit: Visit, instance: Served) -> None:
    closes = world.a_round().closes_at
    instance.clock.set(closes - timedelta(minutes=59, seconds=58))
    page = visit("/")
    left = page.locator("[data-countdown]")
    expect(left).to_have_text("59:56", timeout=8000)  # the browser's own clock stands elsewhere altogether
    expect(page.locator("[data-clock]")).to_contain_text("14:00:0")
    assert "11\u00a0lutego\u00a02027, 15:00" in page.locator(".hero").inner_text(), "no line breaks inside a date"
    assert page.locator(".figures dd").all_inner_texts()[:2] == ["60\u00a0000\u00a0zł", "2\u00a0000–8\u00a0000\u00a0zł"]
    instance.clock.set(closes)
    page.reload()
    expect(page.locator(".stages [aria-current=step]")).to_contain_text("Ocena formalna")
    expect(page.get_by_role("link", name="Zacznij wniosek")).to_have_count(0)


def test_a_phone_opens_the_menu_and_chooses_a_language(visit: Visit, instance: Served) -> None:
    world.a_round()
    page = visit("/", width=360)
    menu = page.get_by_role("button", name="Menu")
    rounds = page.get_by_role("link", name="Edycje konkursu")
    expect(rounds).to_be_hidden()
    menu.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")
    rounds.focus()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    menu.click()
    rounds.click()
    expect(page.locator("h1")).to_have_text("Edycje konkursu")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Rounds of the contest")
    page.get_by_role("link", name="Experiment Zone 2027").click()
    expect(page.locator("main")).to_contain_text("PLN\u00a060,000")
    assert not set("ąćęłńóśźż") & set(page.locator("body").inner_text().lower().replace("polski", ""))


def test_a_phone_without_scripts_still_shows_every_way(visit: Visit, instance: Served) -> None:
    world.a_round()
    page = visit("/", width=360, java_script_enabled=False)
    expect(page.get_by_role("link", name="Edycje konkursu")).to_be_visible()
    expect(page.get_by_role("button", name="English")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_sections_of_the_form_bear_their_letters_and_no_bullets_beside_them(visit: Visit, instance: Served) -> None:
    world.a_round()
    sections = visit("/edycje/strefa-eksperymentu-2027").locator("section:has(h2:text-is('O co pytamy')) li")
    assert [text.partition(" ")[0] for text in sections.all_inner_texts()] == [f"{letter}." for letter in "ABCDEFGHI"]
    assert sections.first.evaluate("item => getComputedStyle(item).listStyleType") == "none"


def test_a_printed_page_is_ink_on_white_without_controls(visit: Visit, instance: Served) -> None:
    world.a_round()
    page = visit("/edycje/strefa-eksperymentu-2027", color_scheme="dark")
    page.emulate_media(media="print")
    for gone in (".corner", ".ways", ".menu-button", "main a.button"):
        expect(page.locator(gone).first).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(29, 36, 51)"
    expect(page.locator("footer")).to_contain_text("@")


def test_an_unknown_address_says_what_to_do_and_whom_to_call(visit: Visit, instance: Served) -> None:
    page = visit("/edycje/nie-ma-takiej")
    expect(page.locator("h1")).to_have_text("Nie ma takiej strony")
    expect(page.locator("footer a[href^='tel:']")).to_be_visible()
    expect(page.locator("footer a[href^='mailto:']")).to_be_visible()
    page.get_by_role("link", name="Strona główna").click()
    expect(page.locator("main")).to_contain_text("Nie ma jeszcze ogłoszonej edycji")
