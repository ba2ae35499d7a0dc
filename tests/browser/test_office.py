"""The office at work in a real browser: formal check, assignment, ranking, decisions, publication, a resignation."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from strefa.contest.applications.models import Application
from strefa.contest.jury.models import ImpartialityDeclaration
from strefa.infra.database import db
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.browser import staged
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.staged import AFTER_THE_CALL, FOREIGN, ROUND, SCORING

RESULTS = "/edycje/strefa-eksperymentu-2027/wyniki"
MARKS = [["5"] * 7, ["4"] * 7, ["3.5"] * 7]


def judged(page: Page, *, fails: bool = False) -> None:
    """Close the formal check of the application on the page: the machine's word stands, the rest is judged here."""
    for key in ("F4", "F10", "F12"):
        expect(page.locator(f"#{key}-reason")).to_be_hidden()
        page.locator(f"label[for='{key}-passed-0']").click()
    if fails:
        page.locator("label[for='F4-passed-1']").click()
        page.get_by_role("button", name="Zapisz i przejdź do następnego").click()
        expect(page.locator(".summary")).to_contain_text("F4")
        page.locator("#F4-reason").select_option("branch")
        page.locator("#F4-note").fill("Podpisała kierowniczka filii.")
    page.get_by_role("button", name="Zapisz i przejdź do następnego").click()


def to(page: Page, name: str) -> None:
    """Go to another page of the round by its bar."""
    page.locator(".round-bar").get_by_role("link", name=name, exact=True).click()


def test_staff_walk_from_the_formal_check_to_published_results(visit: Visit, instance: Served) -> None:
    world.a_round(pool=1_000_000)
    staff, panel = staged.staff(), staged.a_panel()
    titles = ["Nocne marki", "Licznik", "Podcast", "Regał"]
    applications = [world.an_application(Status.SUBMITTED, title=title, voivodeship=FOREIGN) for title in titles]
    instance.clock.set(AFTER_THE_CALL)

    page = visit(ROUND, staff["coordinator"])
    page.get_by_role("link", name="4 wnioski czekają na ocenę formalną").click()
    page.get_by_role("link", name=str(applications[0].number)).click()
    page.get_by_role("link", name="Oceń formalnie").click()
    for _ in applications[:3]:
        judged(page)
    judged(page, fails=True)
    expect(page.get_by_text("Wniosek nie przeszedł oceny formalnej.")).to_be_visible()
    expect(page.get_by_text("Podpisała kierowniczka filii.")).to_be_visible()

    instance.clock.set(SCORING)
    to(page, "Jury")
    page.get_by_role("button", name="Ułóż propozycję").click()
    expect(page.get_by_text("tylko podgląd")).to_be_visible()
    assert page.locator("tbody tr", has_text="Podcast").count() == 1
    assert page.locator("tbody tr", has_text="Regał").count() == 0  # only passed applications are dealt
    page.get_by_role("button", name="Zastosuj ten przydział").click()
    expect(page.get_by_text("0 z 6").first).to_be_visible()
    _scored(applications[:3])
    assert len(panel) == 4

    to(page, "Ranking")
    expect(page.locator("tbody tr").first).to_contain_text("100,00")
    expect(page.get_by_text("Tu kończą się dotacje: w puli zostaje 0,00")).to_be_visible()
    page.get_by_role("button", name="Zamroź ranking i zaproponuj decyzje").click()
    expect(page.get_by_text("czekają na zatwierdzenie")).to_be_visible()
    assert page.get_by_role("button", name="Zatwierdź decyzje").count() == 0
    stranger = visit(RESULTS)
    expect(stranger.get_by_role("heading", level=1)).not_to_contain_text("Wyniki")

    approver = visit(ROUND, staff["approver"])
    approver.get_by_role("link", name="Propozycja decyzji czeka na Twoje zatwierdzenie").click()
    approver.get_by_role("button", name="Zatwierdź decyzje").click()
    expect(approver.get_by_text("Decyzje są zatwierdzone.")).to_be_visible()
    assert stranger.goto(RESULTS).status == 404  # pyright: ignore[reportOptionalMemberAccess]

    to(page, "Pulpit")
    page.get_by_role("link", name="można ogłosić wyniki").click()
    expect(page.get_by_text("List z decyzją dostaną 3 wnioskodawcy")).to_be_visible()
    page.get_by_role("button", name="Ogłoś wyniki i wyślij listy").click()
    stranger.goto(RESULTS)
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("Wyniki")
    expect(stranger.locator("table").first).to_contain_text("Licznik")

    _resigned_and_promoted(page)
    stranger.goto(RESULTS)
    expect(stranger.locator("table").first).to_contain_text("Podcast")


def _resigned_and_promoted(page: Page) -> None:
    line = page.locator("tbody tr", has_text="Licznik")
    line.locator("summary").click()
    line.get_by_label("Powód").fill("Remont.")
    line.get_by_role("button", name="Zapisz rezygnację").click()
    expect(line.locator(".error")).to_contain_text("co najmniej 10 znaków")
    expect(line.get_by_label("Powód")).to_have_value("Remont.")
    line.get_by_label("Powód").fill("Remont biblioteki do końca roku.")
    line.get_by_role("button", name="Zapisz rezygnację").click()
    expect(page.locator("section", has_text="Lista rezerwowa")).to_contain_text("Podcast")
    page.get_by_role("button", name="Daj dotację następnemu z rezerwy").click()
    expect(page.locator("tbody tr", has_text="Podcast").locator(".badge")).to_have_text("dotacja")


def _scored(applications: list[Application]) -> None:
    for application, marks in zip(applications, MARKS, strict=True):
        for assignment in staged.assignments_of(application):
            db.session.add(
                ImpartialityDeclaration(
                    application_id=application.id, juror_id=assignment.juror_id, impartial=True, declared_at=SCORING
                )
            )
            world.a_card(assignment, marks)


def test_the_jury_votes_where_the_criteria_leave_two_equal_across_the_line(visit: Visit, instance: Served) -> None:
    world.a_round(pool=500_000)
    jurors = staged.a_panel()[:2]
    equal = [world.an_application(Status.ELIGIBLE, title=title, voivodeship=FOREIGN) for title in ("Pierwszy", "Drugi")]
    for application in equal:
        for juror in jurors:
            world.a_card(world.an_assignment(application, juror), ["4"] * 7)
    instance.clock.set(SCORING + timedelta(days=1))
    page = visit(f"{ROUND}/ranking", world.a_person(Role.CHAIR))
    expect(page.locator("tbody .badge", has_text="remis na granicy")).to_have_count(2)
    expect(page.get_by_text("ex aequo")).to_have_count(2)
    assert page.get_by_role("button", name="Zamroź ranking").count() == 0
    page.get_by_label("Numery wniosków w kolejności jury").fill(f"{equal[1].number}\nSE-2027-9999")
    page.get_by_role("button", name="Zapisz głosowanie").click()
    expect(page.locator("#numbers-error")).to_contain_text("SE-2027-9999")
    page.get_by_label("Numery wniosków w kolejności jury").fill(f"{equal[1].number}\n{equal[0].number}")
    page.get_by_label("Jak głosowano").fill("Jednomyślnie, podniesieniem rąk.")
    page.get_by_role("button", name="Zapisz głosowanie").click()
    expect(page.locator("tbody tr").first).to_contain_text("Drugi")
    expect(page.get_by_text("remis: głosowanie jury").first).to_be_visible()
    expect(page.get_by_role("button", name="Zamroź ranking i zaproponuj decyzje")).to_be_visible()


def test_a_form_left_open_too_long_keeps_what_was_typed(visit: Visit, instance: Served) -> None:
    stage = staged.screening()
    instance.clock.set(AFTER_THE_CALL)
    page = visit(f"/biuro/wnioski/{stage['failed'].public_id}", stage.people["coordinator"])
    page.locator("summary", has_text="Cofnij").click()
    page.get_by_label("Powód cofnięcia").fill("Dosłano pełnomocnictwo dyrektorki.")
    page.evaluate("document.querySelectorAll('[name=csrf_token]').forEach(field => { field.value = 'stary' })")
    page.get_by_role("button", name="Cofnij ocenę formalną").click()
    expect(page.get_by_text("Dosłano pełnomocnictwo dyrektorki.")).to_be_visible()
    page.locator("main button").first.click()
    expect(page.get_by_text("Ocena formalna jest znów otwarta.")).to_be_visible()


def test_a_printed_ranking_names_its_round_and_a_printed_budget_its_last_column(visit: Visit, instance: Served) -> None:
    staff, application = world.a_person(Role.COORDINATOR), world.an_application(Status.ELIGIBLE)
    page = visit(f"{ROUND}/ranking", staff, 700)  # about the width of a sheet
    page.emulate_media(media="print")
    expect(page.locator(".round-name")).to_be_visible()
    expect(page.locator(".round-bar summary")).to_be_hidden()
    page.goto(f"/biuro/wnioski/{application.public_id}")
    costs = page.locator("table.costs")
    assert costs.locator("tfoot").evaluate("foot => getComputedStyle(foot).display") == "table-row-group"
    assert costs.evaluate("table => table.getBoundingClientRect().right") <= 700
