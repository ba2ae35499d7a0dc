"""Choosing a file in the office, with scripts on: what is wrong with it is said, and what is right takes effect."""

from pathlib import Path

from playwright.sync_api import Page, expect

from strefa.contest.rounds import template_file
from strefa.rules.policy import Role
from tests import world
from tests.attachments import a_document, a_pdf
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.staged import ROUND

SHIPPED = template_file.shipped("strefa-eksperymentu")
FAILED = "Sprawdź połączenie"


def chosen(page: Page, path: Path, content: bytes, button: str) -> None:
    path.write_bytes(content)
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name=button).click()


def test_a_round_is_set_up_from_a_file_once_its_errors_are_mended(
    visit: Visit, instance: Served, tmp_path: Path
) -> None:
    later = SHIPPED.replace("2027", "2028")
    wrong = later.replace("work_to: 2028-10-31", "work_to: 2028-11-31")
    line = 1 + wrong[: wrong.index("work_to")].count("\n")
    page = visit("/biuro/edycje/nowa", world.a_person(Role.COORDINATOR))
    chosen(page, tmp_path / "edycja.yaml", wrong.encode(), "Wczytaj edycję")
    expect(page.locator(".summary")).to_contain_text(f"Wiersz {line}, znak 3, ")
    expect(page.get_by_text(FAILED)).to_have_count(0)
    chosen(page, tmp_path / "edycja.yaml", later.encode(), "Wczytaj edycję")
    expect(page.get_by_text("Edycja jest wczytana.")).to_be_visible()
    assert page.url.endswith("/biuro/edycje/strefa-eksperymentu-2028")

    page.goto(f"{ROUND}/zmiana")
    chosen(page, tmp_path / "edycja.yaml", later.encode(), "Wczytaj zmiany")
    expect(page.locator(".summary")).to_contain_text("Ten plik ma adres strefa-eksperymentu-2028")


def test_a_document_is_published_once_it_is_a_pdf_with_its_titles(
    visit: Visit, instance: Served, tmp_path: Path
) -> None:
    page = visit(f"{ROUND}/regulamin", world.a_person(Role.COORDINATOR))
    page.get_by_label("Tytuł po polsku").fill("Regulamin konkursu")
    chosen(page, tmp_path / "regulamin.docx", a_document(), "Publikuję")
    expect(page.locator(".summary")).to_contain_text("jako jeden z rodzajów: PDF")
    chosen(page, tmp_path / "regulamin.pdf", a_pdf(), "Publikuję")
    expect(page.locator(".summary")).to_contain_text("Tytuł po angielsku")
    expect(page.get_by_text(FAILED)).to_have_count(0)
    page.get_by_label("Tytuł po angielsku").fill("Rules of the contest")
    chosen(page, tmp_path / "regulamin.pdf", a_pdf(), "Publikuję")
    expect(page.get_by_text("Dokument jest opublikowany na stronie edycji.")).to_be_visible()
    expect(page.locator("tbody tr")).to_contain_text("Regulamin konkursu")
