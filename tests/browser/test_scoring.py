"""A juror at her card in a real browser: by keyboard alone, in two tabs, signed out in the middle, without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from strefa.contest.jury.models import Assignment, CardStatus, ScoreCard
from strefa.contest.people.models import Person, SignIn
from strefa.infra.database import db
from strefa.rules.lifecycle import Status
from tests import world
from tests.browser.conftest import Visit
from tests.browser.served import Served

WHY = "Pytanie jest postawione uczciwie i mierzalnie: powroty zamiast wejść, a ryzyko porażki jest opisane wprost i po kolei."
NAMES = [
    "Eksperymentalność i nowość",
    "Odpowiedź na potrzebę",
    "Plan i sposób sprawdzenia",
    "Odbiorcy, partnerzy, zaangażowanie",
    "Powtarzalność i dzielenie się",
    "Kosztorys",
    "Wykonalność i dostępność",
]


@pytest.fixture
def juror(instance: Served) -> Person:
    return world.a_juror(name="Dobromiła Wieczorkiewicz")


@pytest.fixture
def given(juror: Person) -> Callable[..., Assignment]:
    def give(**said: bool | None) -> Assignment:
        return world.an_assignment(world.an_application(Status.ELIGIBLE, title="Nocne marki"), juror, **said)

    return give


def at(assignment: Assignment) -> str:
    return f"/jury/wnioski/{assignment.public_id}"


def stored(assignment: Assignment) -> ScoreCard:
    db.session.rollback()
    return db.session.scalars(select(ScoreCard).where(ScoreCard.assignment_id == assignment.id)).one()


def why(page: Page, number: int = 0) -> str:
    return page.get_by_label(f"Uzasadnienie: {NAMES[number]}").input_value()


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_contain_text("Zapisano", timeout=8000)


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there: somebody without a mouse has no other way."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("chosen => document.activeElement.matches(chosen)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_a_juror_declares_scores_and_submits_by_keyboard_alone(
    visit: Visit, juror: Person, given: Callable[..., Assignment]
) -> None:
    assignment = given(declared=None)
    page = visit("/jury", juror)
    tab_to(page, "main a.button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bezstronność")
    assert "powroty, a nie wejścia" not in page.content()  # the text is not there before the declaration
    tab_to(page, "[name=impartial]")
    page.keyboard.press("Space")
    tab_to(page, "main button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("powroty, a nie wejścia")).to_be_visible()
    expect(page.locator("[data-missing-count]")).to_have_text("14")
    for number, key in enumerate(("novelty", "need", "plan", "engagement", "repeatability", "costs", "feasibility")):
        tab_to(page, f"[name=mark_{key}]")
        page.keyboard.press("4")
        if number == 0:
            page.keyboard.press("ArrowRight")  # a half more
        tab_to(page, f"#why_{key}")
        page.keyboard.insert_text(WHY)
    expect(page.locator("[data-missing-count]")).to_have_text("0")
    expect(page.locator("[data-card-total]")).to_have_text("82,50")
    saved(page)
    expect(page.locator("[data-saved]")).to_have_text("Zapisano 12:00:00")
    expect(page.locator("[data-missing-count]")).to_have_text("0")  # a save leaves the count to the card
    tab_to(page, "button[value=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Wszystkie karty są złożone. Dziękujemy!")).to_be_visible()
    assert stored(assignment).status is CardStatus.SUBMITTED
    page.goto(at(assignment))
    assert page.locator("form[data-score-card]").count() == 0
    expect(page.get_by_text("25 × 4,5/5 = 22,50")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 360])
def test_a_juror_reads_a_whole_budget_without_moving_it_sideways(
    visit: Visit, juror: Person, given: Callable[..., Assignment], width: int
) -> None:
    page = visit("/jury", juror)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(at(given()))
    costs = page.locator("table.costs")
    expect(costs).to_contain_text("1 920,00")
    right = costs.evaluate(
        "table => Math.max(...[...table.querySelectorAll('td')].map(one => one.getBoundingClientRect().right))"
    )
    assert right <= page.locator("article.reading").evaluate("text => text.getBoundingClientRect().right") + 1


def test_the_halves_of_a_card_move_and_the_page_behind_them_does_not(
    visit: Visit, juror: Person, given: Callable[..., Assignment]
) -> None:
    page = visit("/jury", juror)
    page.goto(at(given()))
    expect(page.locator("table.costs caption.unseen")).to_be_attached()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "below it there is nothing to see"


def test_what_is_missing_stands_at_the_top_and_leads_there(
    visit: Visit, juror: Person, given: Callable[..., Assignment]
) -> None:
    page = visit(at(given()), juror)
    page.locator("label[for='mark_novelty-8']").click()
    page.get_by_text("Czego brakuje do złożenia").click()
    missing = page.locator("[data-missing] li:visible")
    expect(missing.first.locator("a:visible")).to_have_text("uzasadnienie")
    page.get_by_label(f"Uzasadnienie: {NAMES[0]}").fill("Za krótko.")
    expect(page.locator("#why_novelty-count")).to_contain_text("brakuje 90 znaków")
    page.get_by_role("button", name="Złóż kartę").click()
    expect(page.locator(".summary")).to_be_focused()
    assert page.locator(".summary li").count() == 13
    page.locator(".summary a").first.click()
    assert page.url.endswith("#why_novelty")
    assert why(page) == "Za krótko."


def test_two_tabs_that_mark_differently_are_asked_in_the_words_of_the_card(
    visit: Visit, juror: Person, given: Callable[..., Assignment]
) -> None:
    assignment = given()
    first, second = visit(at(assignment), juror), visit(at(assignment), juror)
    second.locator("label[for='mark_novelty-5']").click()
    saved(second)
    first.locator("label[for='mark_novelty-7']").click()
    clash = first.locator(".clash")
    expect(clash.locator("legend")).to_have_text(NAMES[0], timeout=8000)
    expect(clash.locator("pre")).to_have_text(["3½", "2½"])
    clash.get_by_label("weź drugi").check()
    clash.get_by_role("button").click()
    saved(first)
    assert {mark.criterion: str(mark.score) for mark in _marks(assignment)}["novelty"] == "2.5"


def test_two_tabs_clash_and_lose_neither_text(visit: Visit, juror: Person, given: Callable[..., Assignment]) -> None:
    assignment = given()
    first, second = visit(at(assignment), juror), visit(at(assignment), juror)
    second.get_by_label(f"Uzasadnienie: {NAMES[0]}").fill("Druga karta pisze swoje.")
    second.get_by_label(f"Uzasadnienie: {NAMES[1]}").fill("Tylko druga to pisze.")
    saved(second)
    first.get_by_label(f"Uzasadnienie: {NAMES[0]}").fill("Pierwsza karta pisze inaczej.")
    clash = first.locator(".clash")
    expect(clash).to_contain_text("Druga karta pisze swoje.", timeout=8000)
    clash.get_by_label("połącz").check()
    clash.get_by_role("button").click()
    saved(first)
    said = {mark.criterion: mark.justification for mark in _marks(assignment)}
    assert said["novelty"] == "Pierwsza karta pisze inaczej.\n\nDruga karta pisze swoje."
    assert said["need"] == "Tylko druga to pisze."
    assert why(first, 1) == "Tylko druga to pisze."


def _marks(assignment: Assignment) -> list[world.Mark]:
    card = stored(assignment)
    return list(db.session.scalars(select(world.Mark).where(world.Mark.card_id == card.id)))


def test_a_session_that_ends_in_mid_card_keeps_the_text(
    visit: Visit, juror: Person, given: Callable[..., Assignment], instance: Served
) -> None:
    assignment = given()
    page = visit(at(assignment), juror)
    db.session.execute(delete(SignIn))
    db.session.commit()
    page.get_by_label(f"Uzasadnienie: {NAMES[0]}").fill("Napisane po wygaśnięciu sesji.")
    expect(page.locator("[data-saved]")).to_contain_text("Sesja wygasła", timeout=8000)
    page.context.add_cookies([instance.cookie_of(db.session.merge(juror))])  # pyright: ignore[reportArgumentType]  # signed in again
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    saved(page)
    assert _marks(assignment)[0].justification == "Napisane po wygaśnięciu sesji."


def test_without_a_script_the_card_saves_says_what_is_wrong_and_submits(
    visit: Visit, juror: Person, given: Callable[..., Assignment]
) -> None:
    assignment = given()
    page = visit(at(assignment), juror, java_script_enabled=False)
    page.locator("[name=mark_novelty][value='4.5']").check()
    page.get_by_label(f"Uzasadnienie: {NAMES[0]}").fill("Za krótko.")
    page.get_by_role("button", name="Złóż kartę").click()
    expect(page.locator(".summary li")).to_have_count(13)
    assert why(page) == "Za krótko."
    expect(page.get_by_text("25 × 4,5/5 = 22,50")).to_be_visible()
    for box in page.locator("textarea").all():
        box.fill(WHY)
    for group in page.locator(".scale").all():
        group.locator("[value='4']").check()
    page.get_by_role("button", name="Złóż kartę").click()
    expect(page.get_by_text("Wszystkie karty są złożone. Dziękujemy!")).to_be_visible()
    assert stored(assignment).status is CardStatus.SUBMITTED
