"""The results of the formal check: seen by nobody before they are published, then by everybody, reasons in letters."""

import csv
import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application
from strefa.contest.people.models import Person
from strefa.contest.screening import actions
from strefa.contest.screening.actions import Said
from strefa.contest.screening.models import FormalList
from strefa.infra.clock import Clock
from strefa.infra.messages import Message
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.pages import Pages
from tests.web.office.test_corrections import MONDAY, home, journal, said
from tests.web.office.test_screening import KEYS

PUBLIC = "/edycje/strefa-eksperymentu-2027/ocena-formalna"
OFFICE = f"/biuro{PUBLIC}"
TOKEN = re.compile(r'(?<=name="csrf_token" value=")[^"]*')
NOTE = "Podpisała kierowniczka filii."


@pytest.fixture
def ala() -> Person:
    return world.a_person(email="ala@example.org", name="Ala Sowa")


@pytest.fixture
def checked(pages: Pages, clock: Clock, store: Session, ala: Person) -> list[Application]:
    """Two applications of one library, one of which has failed."""
    clock.set(MONDAY)
    library = world.an_organisation(ala)
    found = [world.an_application(Status.SUBMITTED, by=ala, organisation=library, title="Taki sam") for _ in range(2)]
    for application, passes in zip(found, (True, False), strict=True):
        check(application, passes)
    return found


def check(application: Application, passes: bool) -> None:
    from strefa.contest.applications.queries import by_public_id
    from strefa.infra.database import saving

    known = {key: Said(True) for key in KEYS} | ({} if passes else {"F4": Said(False, "branch", NOTE)})
    coordinator = world.a_person(Role.COORDINATOR)
    with saving():
        loaded = by_public_id(application.public_id)
        assert loaded is not None
        actions.decide(loaded, known, actor=coordinator, now=MONDAY)


def staff(pages: Pages) -> Pages:
    return pages.sign_in(world.a_person(Role.COORDINATOR))


def publish(pages: Pages) -> None:
    assert staff(pages).post(f"{OFFICE}/oglos", {}).status_code == 302


def letters(store: Session, template: str) -> list[str]:
    return [one.values["number"] for one in store.scalars(select(Message).where(Message.template == template))]


def test_until_it_is_published_nobody_outside_sees_anything(
    pages: Pages, store: Session, checked: list[Application], ala: Person
) -> None:
    hers = pages.sign_in(ala)
    _passed, failed = checked
    seen = [
        TOKEN.sub("", said(hers.get(home(one)).text)).replace(one.public_id, "").replace(one.number or "", "").replace(
            f"{one.id:064x}", "")
        for one in checked
    ]  # fmt: skip
    assert seen[0] == seen[1]
    assert "formaln" not in hers.get("/moje").text
    assert hers.get(home(failed, "/pismo.pdf")).status_code == 404
    for address in (PUBLIC, f"{PUBLIC}/lista.pdf", f"{PUBLIC}/lista.csv"):
        assert pages.get(address).status_code == 404
    assert "Wyniki oceny formalnej" not in pages.get("/edycje/strefa-eksperymentu-2027").text


def test_published_it_tells_everybody_the_outcome_and_the_applicant_alone_the_reason(
    pages: Pages, store: Session, checked: list[Application], ala: Person
) -> None:
    passed, failed = checked
    preview = said(staff(pages).get(OFFICE).text)
    assert "Wiadomość dostanie 2 wnioskodawców." in preview
    publish(pages)
    page = said(pages.get(PUBLIC).text)
    assert [page.count(one.number or "-") for one in checked] == [1, 1]
    assert "odrzucony formalnie" in page
    assert NOTE not in page
    told = said(staff(pages).get(OFFICE).text)
    assert "Wszyscy wnioskodawcy z listy są powiadomieni." in told
    assert "Ogłoszona lista" in told
    assert "Ogłoś" not in told.partition("<main")[2]
    assert "Tak będzie wyglądała lista" not in told
    assert letters(store, "formal_passed") == [passed.number]
    assert letters(store, "formal_result") == [failed.number]
    hers = pages.sign_in(ala)
    assert "Wynik: odrzucony w ocenie formalnej" in hers.get(home(failed)).text
    assert hers.get(home(failed, "/pismo.pdf")).status_code == 503
    assert "przeszedł ocenę formalną" in hers.get("/moje").text
    (entry,) = journal(store, "publish_formal_list")
    assert (entry["version"], entry["count"]) == (1, 2)


def test_the_published_list_opens_in_a_spreadsheet_and_no_title_is_reckoned(
    pages: Pages, store: Session, checked: list[Application]
) -> None:
    first, second = checked
    first.title, second.title = "=1+1; „Noc”", "Noc\nw bibliotece"
    store.commit()
    publish(pages)
    answer = pages.get(f"{PUBLIC}/lista.csv")
    assert answer.mimetype == "text/csv"
    assert answer.data.startswith(b"\xef\xbb\xbfNumer;")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows == [
        ["Numer", "Tytuł", "Wnioskodawca", "Województwo", "Wynik"],
        [first.number, "'=1+1; „Noc”", first.applicant_name, "lubelskie", "przeszedł ocenę formalną"],
        [second.number, "Noc\nw bibliotece", second.applicant_name, "lubelskie", "odrzucony formalnie"],
    ]
    store.query(Application).filter_by(id=first.id).update({"title": "Inny"})
    store.commit()
    assert pages.get(f"{PUBLIC}/lista.csv").data == answer.data, "it says what was told"
    assert f'href="{PUBLIC}/lista.csv"' in pages.get(PUBLIC).text


def test_it_waits_for_every_check_and_is_not_published_twice_for_nothing(
    pages: Pages, store: Session, checked: list[Application]
) -> None:
    waiting = world.an_application(Status.CORRECTING, correct_by=MONDAY + timedelta(days=3), unlocked=["b1_title"])
    assert str(waiting.number) in said(staff(pages).get(OFFICE).text)
    publish(pages)
    assert store.scalars(select(FormalList)).all() == []
    waiting.status, waiting.correct_by, waiting.unlocked = Status.UNCONSIDERED, None, None
    store.commit()
    publish(pages)
    publish(pages)
    assert [one.version for one in store.scalars(select(FormalList))] == [1]
    assert "pozostawiony bez rozpatrzenia" in pages.get(PUBLIC).text


def test_a_check_decided_anew_is_told_by_a_new_list_alone(
    pages: Pages, clock: Clock, store: Session, checked: list[Application], ala: Person
) -> None:
    passed, failed = checked
    publish(pages)
    clock.set(MONDAY + timedelta(hours=1))
    address = f"/biuro/wnioski/{passed.public_id}/ocena-formalna"
    assert staff(pages).post(f"{address}/cofnij", {"reason": "Pomyłka w ocenie F4."}).status_code == 302
    failing = {f"{key}-passed": "yes" for key in KEYS}
    failing |= {"F4-passed": "no", "F4-reason": "branch", "F4-note": NOTE}
    assert staff(pages).post(address, failing).status_code == 302
    hers = pages.sign_in(ala)
    assert "odrzucony" not in hers.get(home(passed)).text
    assert said(pages.get(PUBLIC).text).count("przeszedł ocenę formalną") == 1
    clock.set(MONDAY + timedelta(hours=2))
    publish(pages)
    assert said(pages.get(PUBLIC).text).count("przeszedł ocenę formalną") == 0
    assert "Wynik: odrzucony w ocenie formalnej" in pages.sign_in(ala).get(home(passed)).text
    assert letters(store, "formal_result").count(str(passed.number)) == 1
    assert letters(store, "formal_result").count(str(failed.number)) == 1, "whoever was told is not told again"


def test_staff_have_the_reasons_in_a_spreadsheet(pages: Pages, checked: list[Application]) -> None:
    answer = staff(pages).get(f"{OFFICE}/wyniki.xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert [(row[0], row[4]) for row in rows] == [
        (str(checked[0].number), "przeszedł ocenę formalną"),
        (str(checked[1].number), "odrzucony formalnie"),
    ]
    assert "F4: Wniosek złożyła filia" in rows[1][6]
    assert NOTE in rows[1][6]


@pytest.mark.parametrize("number", [1, 60])
def test_a_page_of_the_public_list_costs_the_same_however_long_it_is(
    pages: Pages, store: Session, checked: list[Application], number: int, queries_at_most: object
) -> None:
    round_ = world.a_round()
    rows = [
        {"number": f"SE-{n}", "applicant": "B", "title": "T", "voivodeship": "lubelskie", "status": "eligible"}
        for n in range(number)
    ]
    store.add(
        FormalList(
            round_id=round_.id,
            version=1,
            rows=rows,
            sha256="0" * 64,
            published_at=MONDAY,
            published_by_id=checked[0].created_by_id,
        )
    )
    store.commit()
    with queries_at_most(4):  # type: ignore[operator]
        page = pages.get(PUBLIC).text
    assert page.count("SE-") == min(number, 50)
