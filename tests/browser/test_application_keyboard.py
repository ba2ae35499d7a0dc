"""A whole application by keys alone: from the public page of the round to the receipt, each stop seen and named."""

import pytest
from playwright.sync_api import expect

from tests import world
from tests.answers import COMPLETE
from tests.browser.conftest import Visit
from tests.browser.keyboard import Keyboard
from tests.browser.served import Served
from tests.browser.writing import address_of, main_button, sent


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (640, 400)])  # and the same window at 200 %
def test_a_whole_application_is_written_and_sent_without_a_mouse(
    visit: Visit, instance: Served, width: int, height: int
) -> None:
    ala = world.a_person(name="Ala Kot")
    library = world.an_organisation(ala, name="Gminna Biblioteka Publiczna w Zalesiu")
    round_ = world.a_round()
    page = visit(f"/edycje/{round_.slug}", ala, width, height=height)
    keys = Keyboard(page)
    keys.past_the_top()
    keys.follow(page.locator("main").get_by_role("link", name="Zacznij wniosek"))
    keys.past_the_top()
    keys.follow(page.locator("main").get_by_role("link", name="Zacznij wniosek"))
    keys.follow(page.get_by_role("button", name=f"Zacznij jako: {library.name}"))
    keys.follow(page.get_by_role("link", name="Pisz dalej"))
    for letter in "abcdefghi":
        expect(page.locator("h1")).to_contain_text(f"{letter.upper()}. ")
        keys.past_the_sections()
        keys.fill(letter, until=page.locator("form[data-autosave] .actions button"))
        with page.expect_navigation():
            keys.press("Enter")
        page.wait_for_selector("html[data-scripted]", state="attached")

    expect(page.locator("main")).to_contain_text("Niczego nie brakuje")
    keys.follow(main_button(page, "Złóż wniosek"))
    expect(page.locator("h1")).to_have_text("Wniosek SE-2027-0001 jest złożony")
    expect(page.locator("main")).to_contain_text("Potwierdzenie")
    [version] = sent()
    assert {key: answer for key, answer in version.answers.items() if key in COMPLETE or answer} == COMPLETE
    assert [file["name"] for file in version.attachments] == ["list.pdf"]


def test_the_way_back_through_a_section_is_seen_too(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/a"), ala)
    for letter in "ag":
        page.goto(address_of(application, f"/{letter}"))
        page.wait_for_selector("html[data-scripted]", state="attached")
        Keyboard(page).to(page.locator("body > .skip"), "Shift+Tab", most=120)  # from the end to the beginning
