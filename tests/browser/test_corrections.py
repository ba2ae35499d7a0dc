"""A call for corrections from its first mark to the published list: the office at a desk, the librarian on a phone."""

from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from strefa.contest.applications.models import Application
from strefa.rules.lifecycle import Status
from tests import world
from tests.attachments import a_pdf
from tests.browser import staged
from tests.browser.conftest import Judge, Visit
from tests.browser.served import Served
from tests.browser.staged import AFTER_THE_CALL, ROUND
from tests.browser.test_office import judged
from tests.browser.writing import SAVED, address_of, main_button, sent, status

TITLE = "Tytuł nie mówi, co sprawdzicie: dopiszcie to w kilku słowach."
PLACE = "Podajcie ulicę, nie tylko nazwę filii."
LETTER = "Brakuje listu partnera: dołączcie go jako PDF."


def asked_for(page: Page, key: str, note: str) -> None:
    """Mark a field or a file of the request, say which criterion it fails and what is to be done."""
    part = page.locator("details", has=page.locator(f"#{key}"))
    if not part.evaluate("one => one.open"):
        part.locator("summary").first.click()
    page.locator(f"#{key}-asked").check()
    page.locator(f"#{key}-criterion").select_option("F3")
    page.locator(f"#{key}-note").fill(note)


def test_what_the_office_asks_for_is_mended_on_a_phone_and_published(
    visit: Visit, instance: Served, accessible: Judge
) -> None:
    ala, coordinator = world.a_person(name="Alicja Sowińska"), staged.staff()["coordinator"]
    application = world.an_application(Status.SUBMITTED, by=ala, title="Biblioteka nocnych marków")
    instance.clock.set(AFTER_THE_CALL)
    office = visit(f"/biuro/wnioski/{application.public_id}/ocena-formalna", coordinator, reduced_motion="reduce")
    _asked(office, accessible)
    assert status(application) is Status.CORRECTING

    _mended(visit(address_of(application), ala, 360, reduced_motion="reduce"), application, accessible)
    assert status(application) is Status.CORRECTED

    _passed(office, application, accessible)
    instance.clock.set(AFTER_THE_CALL + timedelta(days=1))
    _published(office, accessible)
    public = visit("/edycje/strefa-eksperymentu-2027", width=360, reduced_motion="reduce")
    public.get_by_role("link", name="Wyniki oceny formalnej").click()
    expect(public.get_by_role("row").nth(1)).to_contain_text("Biblioteka nocnych marków: kto wróci po praktykach")
    expect(public.get_by_role("row").nth(1)).to_contain_text("przeszedł ocenę formalną")
    accessible(public)


def _asked(page: Page, accessible: Judge) -> None:
    accessible(page)
    page.get_by_role("link", name="Wezwij do uzupełnienia").click()
    for key, note in (("b1_title", TITLE), ("b4_places", PLACE), ("h1_attachments", LETTER)):
        asked_for(page, key, note)
    accessible(page)
    page.get_by_role("button", name="Sprawdź przed wysłaniem").click()
    expect(page.locator("h1")).to_contain_text("Sprawdź wezwanie")
    for note in (TITLE, PLACE, LETTER):
        expect(page.locator("main")).to_contain_text(note)
    accessible(page)
    page.get_by_role("button", name="Wyślij wezwanie").click()
    expect(page.locator("main")).to_contain_text("Czekamy na uzupełnienie.")
    accessible(page)


def _mended(page: Page, application: Application, accessible: Judge) -> None:
    for note in (TITLE, PLACE, LETTER):
        expect(page.locator("main")).to_contain_text(note)
    accessible(page)
    page.locator("main").get_by_role("link", name="B1.").click()
    expect(page.locator("#b1_title")).to_be_focused()
    open_here = page.locator("form[data-autosave]").locator("input:not([type=hidden]), textarea, select")
    assert open_here.evaluate_all("all => all.map(one => one.name)") == ["b1_title", "b4_places"]
    page.locator("#b1_title").fill("Biblioteka nocnych marków: kto wróci po praktykach")
    page.locator("#b4_places").fill("Filia nr 2, ul. Lipowa 3")
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    accessible(page)
    page.goto(address_of(application, "/c"))
    expect(page.locator("form[data-autosave]")).to_have_count(0)
    page.goto(address_of(application))
    page.locator("main").get_by_role("link", name="H1.").click()
    page.locator('input[type="file"]').set_input_files(
        {"name": "list-partnera.pdf", "mimeType": "application/pdf", "buffer": a_pdf()}
    )
    expect(page.get_by_role("link", name="list-partnera.pdf", exact=True)).to_be_visible()
    accessible(page)
    page.goto(address_of(application))
    page.get_by_role("link", name="Przeczytaj w całości i wyślij uzupełnienie").click()
    expect(page.locator("h1")).to_have_text("Przeczytaj i wyślij uzupełnienie")
    accessible(page)
    page.goto(address_of(application))
    page.get_by_role("link", name="Sprawdź i wyślij uzupełnienie").click()
    accessible(page)
    main_button(page, "Wyślij uzupełnienie").click()
    expect(page.locator("h1")).to_contain_text("jest wysłane")
    accessible(page)
    page.goto(address_of(application))
    accessible(page)


def _passed(page: Page, application: Application, accessible: Judge) -> None:
    page.goto(f"/biuro/wnioski/{application.public_id}/ocena-formalna")
    expect(change(page, "B1.").locator("ins").first).to_contain_text("kto wróci po praktykach")
    expect(change(page, "B4.").locator("del").first).to_contain_text("Czytelnia")
    expect(page.locator("article")).to_contain_text("list-partnera.pdf")
    accessible(page)
    judged(page)
    assert status(application) is Status.ELIGIBLE
    assert [version.answers["b1_title"] for version in sent()][1:] == [
        "Biblioteka nocnych marków: kto wróci po praktykach"
    ]


def change(page: Page, label: str) -> Locator:
    """Find the text that changed under this label: it follows its heading."""
    return page.locator("section[aria-labelledby=corrections] h4", has_text=label).locator(
        "xpath=following-sibling::*[1]"
    )


def _published(page: Page, accessible: Judge) -> None:
    page.goto(f"{ROUND}/ocena-formalna")
    accessible(page)
    page.get_by_role("button", name="Ogłoś listę i wyślij listy").click()
    expect(page.locator(".page-head .badge")).to_have_text("ogłoszone")
    accessible(page)
