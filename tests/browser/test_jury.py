"""The juror's desk and the office's jury pages in a real browser: saved while one types, two tabs, anybody can use it."""

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from strefa.contest.jury.models import Assignment, CardStatus
from strefa.contest.people.models import Person
from strefa.infra.database import db
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.browser.conftest import Judge, Visit
from tests.browser.served import Served

WIDTHS = (1280, 360)
PICTURES = os.environ.get("STREFA_PICTURES")  # a folder, to look at the pages


def seen(page: Page, name: str, accessible: Judge) -> None:
    """Judge a page at both widths; it never scrolls sideways."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width}"
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=width < 1000)
    page.set_viewport_size({"width": 1280, "height": 900})


def a_jury() -> list[Person]:
    places = ["lubelskie", "mazowieckie", "pomorskie", "opolskie"]
    names = ["Dobromiła Wieczorkiewicz", "Olgierd Prażmowicz", "Bogumił Formella-Stanek", "Apolonia Zawiślańska"]
    return [
        world.a_juror(("librarian", "other")[n % 2], place, name=name)
        for n, (name, place) in enumerate(zip(names, places, strict=True))
    ]


def test_the_card_saves_itself_and_two_tabs_lose_nothing(visit: Visit, instance: Served) -> None:
    juror = world.a_juror()
    assignment = world.an_assignment(world.an_application(Status.ELIGIBLE), juror)
    page = visit(f"/jury/wnioski/{assignment.public_id}", juror)
    page.locator("label[for='mark_novelty-7']").click()
    page.get_by_label("Uzasadnienie: Eksperymentalność i nowość").fill("Powroty zamiast wejść.")
    expect(page.locator("[data-card-total]")).to_have_text("17,50")
    expect(page.locator("[data-saved]")).to_contain_text("Zapisano", timeout=6000)
    other = visit(f"/jury/wnioski/{assignment.public_id}", juror)
    expect(other.get_by_label("Uzasadnienie: Eksperymentalność i nowość")).to_have_value("Powroty zamiast wejść.")
    other.get_by_label("Uzasadnienie: Eksperymentalność i nowość").fill("Druga karta pisze inaczej.")
    expect(other.locator("[data-saved]")).to_contain_text("Zapisano", timeout=6000)
    page.get_by_label("Uzasadnienie: Eksperymentalność i nowość").fill("Pierwsza karta pisze swoje.")
    clash = page.locator(".clash")
    expect(clash).to_contain_text("Druga karta pisze inaczej.", timeout=6000)
    expect(clash).to_contain_text("Pierwsza karta pisze swoje.")


def test_anybody_can_use_the_jurors_desk(visit: Visit, accessible: Judge, instance: Served) -> None:
    juror = world.a_juror(name="Dobromiła Wieczorkiewicz")
    first, second, third = (
        world.an_application(Status.ELIGIBLE, title=title, applicant_name=name)
        for title, name in [
            ("Biblioteka nocnych marków", "Gminna Biblioteka Publiczna w Zalesiu"),
            ("Licznik, który pyta", "Miejska Biblioteka Publiczna w Żninie"),
            ("Gra „Uratuj Planetę Zapomnianych Książek”", "Fundacja Próbnik"),
        ]
    )
    world.a_card(world.an_assignment(first, juror), ["4", "3.5", "4", "3", "5", "4", "2"])
    opened = world.an_assignment(second, juror)
    world.a_card(opened, ["4", "3.5", "", "", "", "", ""], CardStatus.DRAFT)
    fresh = world.an_assignment(third, juror, declared=None)
    page = visit("/jury", juror)
    seen(page, "desk", accessible)
    for name, address in [
        ("declaration", f"/jury/wnioski/{fresh.public_id}/bezstronnosc"),
        ("card", f"/jury/wnioski/{opened.public_id}"),
    ]:
        page.goto(address)
        seen(page, name, accessible)
    page.get_by_role("button", name="Złóż kartę").click()
    expect(page.locator(".summary")).to_be_focused()
    seen(page, "card-missing", accessible)
    page.goto("/jury")
    page.get_by_role("link", name=first.number or "").click()
    seen(page, "card-submitted", accessible)


def test_anybody_can_use_the_jury_pages_of_the_office(visit: Visit, accessible: Judge, instance: Served) -> None:
    a_jury()
    staff = world.a_person(Role.COORDINATOR)
    applications = [world.an_application(Status.ELIGIBLE, voivodeship="śląskie") for _ in range(5)]
    world.an_application(Status.ELIGIBLE, voivodeship="lubelskie")
    page = visit("/biuro/edycje/strefa-eksperymentu-2027/jury", staff)
    seen(page, "panel", accessible)
    page.get_by_role("button", name="Ułóż propozycję").click()
    expect(page.get_by_role("heading", name="Propozycja przydziału")).to_be_visible()
    seen(page, "preview", accessible)
    page.get_by_role("button", name="Zastosuj ten przydział").click()
    _score(applications[0].id, [["5"] * 7, ["2"] * 7])
    _score(applications[1].id, [["4"] * 7])
    page.goto("/biuro/edycje/strefa-eksperymentu-2027/oceny")
    seen(page, "board", accessible)
    page.get_by_role("link", name="otwórz kartę").first.click()
    seen(page, "reopen", accessible)


def _score(application_id: int, cards: list[list[str]]) -> None:
    db.session.rollback()
    assignments = db.session.query(Assignment).filter_by(application_id=application_id).order_by(Assignment.id).all()
    for assignment, marks in zip(assignments, cards, strict=False):
        world.a_card(assignment, marks)
