"""Mending defects on request, the whole way: asked by staff, written and sent by the library, judged again."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa import chores
from strefa.cli.invariants.sent import corrections
from strefa.contest.applications.models import Application, SectionAnswers, Submission
from strefa.contest.people.models import Person
from strefa.contest.screening.models import CorrectionRequest
from strefa.infra.clock import Clock
from strefa.infra.files import Document, keep, register
from strefa.infra.journal import Entry
from strefa.infra.messages import Message
from strefa.outputs.letters import rendered
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from strefa.web import arrival
from tests import world
from tests.pages import Pages

MONDAY = datetime(2027, 2, 15, 11, tzinfo=UTC)  # 12:00 in Warsaw, the call is over
DEADLINE = datetime(2027, 2, 18, 23, tzinfo=UTC)  # the end of Thursday the 18th: three working days
NOTE = "Brakuje zdania o tym, co sprawdzicie: dopiszcie je."


@pytest.fixture
def ala() -> Person:
    return world.a_person(email="ala@example.org", name="Ala Sowa")


@pytest.fixture
def asked(pages: Pages, clock: Clock, store: Session, ala: Person) -> Application:
    """An application asked on Monday to mend its title."""
    clock.set(MONDAY)
    application = world.an_application(Status.SUBMITTED, by=ala, title="Noc w czytelni")
    answer = staff(pages).post(office(application), marked(b1_title=NOTE) | {"send": "1"})
    assert answer.status_code == 302
    return now_of(store, application)


def staff(pages: Pages) -> Pages:
    return pages.sign_in(world.a_person(Role.COORDINATOR, name="Łucja Ćwik"))


def office(application: Application, rest: str = "") -> str:
    return f"/biuro/wnioski/{application.public_id}/wezwanie{rest}"


def home(application: Application, rest: str = "") -> str:
    return f"/moje/wnioski/{application.public_id}{rest}"


def marked(criterion: str = "F3", **notes: str) -> dict[str, str]:
    """What the form sends for marked fields."""
    sent: dict[str, str] = {}
    for field, note in notes.items():
        sent |= {f"{field}-asked": "y", f"{field}-criterion": criterion, f"{field}-note": note}
    return sent


def now_of(store: Session, application: Application) -> Application:
    """Read an application anew."""
    found = select(Application).where(Application.id == application.id)
    return store.scalars(found.execution_options(populate_existing=True)).one()


def said(page: str) -> str:
    return page.replace("\xa0", " ")


def letters(store: Session, template: str) -> list[Message]:
    return list(store.scalars(select(Message).where(Message.template == template).order_by(Message.id)))


def journal(store: Session, verb: str) -> list[dict[str, object]]:
    return [entry.details or {} for entry in store.scalars(select(Entry).where(Entry.verb == verb))]


def answers(store: Session, application: Application, section: str) -> dict[str, object]:
    store.expire_all()
    row = store.scalar(
        select(SectionAnswers).where(SectionAnswers.application_id == application.id, SectionAnswers.section == section)
    )
    return dict(row.answers) if row else {}


def test_the_request_is_shown_with_its_term_and_readers_before_anything_is_sent(
    pages: Pages, clock: Clock, store: Session, ala: Person
) -> None:
    clock.set(MONDAY)
    application = world.an_application(Status.SUBMITTED, by=ala)
    page = staff(pages).post(office(application), marked(b1_title=NOTE))
    text = said(page.text)
    assert page.status_code == 200
    assert "czwartek, 18 lutego 2027, 23:59" in text
    assert "3 dni robocze" in text
    assert "do 1 osoby" in text
    assert NOTE in text
    application = now_of(store, application)
    assert application.status is Status.SUBMITTED
    assert store.scalars(select(CorrectionRequest)).all() == []
    again = staff(pages).post(office(application), marked(b1_title=NOTE) | {"back": "1"})
    assert NOTE in again.text
    assert re.search(r'name="b1_title-asked"[^>]*|checked[^>]*b1_title-asked', again.text)


def test_one_action_opens_the_fields_writes_the_letters_the_journal_and_asks_for_the_paper(
    pages: Pages, store: Session, asked: Application
) -> None:
    assert (asked.status, asked.unlocked, asked.correct_by) == (Status.CORRECTING, ["b1_title"], DEADLINE)
    (letter,) = letters(store, "correction_request")
    subject, text = rendered(letter)
    assert "18.02.2027, 23:59" in said(subject)
    assert f"- B1. Tytuł eksperymentu: {NOTE}" in text
    letter.language = "en"
    assert f"- B1. Title of the experiment: {NOTE}" in rendered(letter)[1]
    store.expire(letter)
    (entry,) = journal(store, "request_corrections")
    page = said(staff(pages).get("/biuro/edycje/strefa-eksperymentu-2027/dziennik").text)
    assert "pola: B1; kryteria: F3; termin: czwartek, 18 lutego 2027, 23:59" in page
    assert (entry["fields"], entry["criteria"], entry["deadline"]) == (["b1_title"], ["F3"], DEADLINE.isoformat())


def test_the_page_of_an_application_leads_to_the_letters_about_its_request(
    pages: Pages, store: Session, asked: Application
) -> None:
    kept = keep(BytesIO(b"%PDF-1.7 wezwanie"), 1_000)
    register(kept, now=MONDAY)
    (request,) = store.scalars(select(CorrectionRequest)).all()
    page = f"/biuro/wnioski/{asked.public_id}"
    assert not html.fromstring(staff(pages).get(page).text).xpath("//main//a[contains(@href, '/dokumenty/')]")
    for kind, name, text in (
        ("correction_request", "wezwanie.pdf", "Wezwanie (PDF)"),
        ("unconsidered_letter", "pismo.pdf", "Pismo o pozostawieniu bez rozpatrzenia (PDF)"),
    ):
        store.add(Document(kind=kind, subject=str(request.id), name=name, sha256=kept.sha256, made_at=MONDAY))
        store.commit()
        (link,) = html.fromstring(staff(pages).get(page).text).xpath(f"//main//a[. = '{text}']/@href")
        assert staff(pages).get(link).data == b"%PDF-1.7 wezwanie"


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({}, "Zaznacz, co jest do uzupełnienia"),
        (marked(b1_title="krótko"), "co najmniej 10 znaków"),
        (marked("F7", b1_title=NOTE), "takie, którego braki w tej edycji można uzupełnić"),
    ],
)
def test_a_request_that_is_incomplete_or_of_what_cannot_be_mended_is_refused(
    pages: Pages, clock: Clock, store: Session, sent: dict[str, str], problem: str
) -> None:
    clock.set(MONDAY)
    application = world.an_application(Status.SUBMITTED)
    for step in ({}, {"send": "1"}):
        page = staff(pages).post(office(application), sent | step)
        assert page.status_code == 422
        assert problem in said(page.text)
    application = now_of(store, application)
    assert application.status is Status.SUBMITTED


def test_only_the_named_fields_can_be_written_and_the_rest_is_shown_as_it_was_sent(
    pages: Pages, store: Session, asked: Application, ala: Person
) -> None:
    hers, before = pages.sign_in(ala), answers(store, asked, "b")
    page = hers.get(home(asked, "/b")).text
    assert 'name="b1_title"' in page
    assert 'name="b2_sentence"' not in page
    assert str(before["b2_sentence"]) in said(page)
    assert NOTE in said(page)
    typed = {"b1_title": "Noc w czytelni i w ogrodzie", "b2_sentence": "Podmienione", "revision": "1"}
    assert "Zapisz i sprawdź, czego brakuje" in said(page), "no other section holds a defect"
    assert hers.post(home(asked, "/b"), typed).headers["Location"].endswith("/braki")
    assert answers(store, asked, "b") == before | {"b1_title": "Noc w czytelni i w ogrodzie"}
    assert hers.post(home(asked, "/c"), {"c1_need": "Podmienione", "revision": "1"}).status_code == 422
    assert "Podmienione" not in str(answers(store, asked, "c"))


def test_corrections_sent_in_time_are_a_new_version_with_its_receipt(
    pages: Pages, clock: Clock, store: Session, asked: Application, ala: Person
) -> None:
    hers = pages.sign_in(ala)
    row = store.scalar(
        select(SectionAnswers).where(SectionAnswers.application_id == asked.id, SectionAnswers.section == "b")
    )
    assert row is not None
    hers.post(home(asked, "/b"), {"b1_title": "Noc w ogrodzie", "revision": str(row.revision)})
    assert "zmienione" in hers.get(home(asked)).text
    clock.set(DEADLINE - timedelta(milliseconds=1))
    assert hers.send_application(asked.public_id).headers["Location"].endswith("/potwierdzenie")
    asked = now_of(store, asked)
    assert (asked.status, asked.unlocked, asked.correct_by) == (Status.CORRECTED, None, None)
    page = staff(pages).get(f"/biuro/wnioski/{asked.public_id}/ocena-formalna").text
    assert "<del>Biblioteka nocnych marków</del><ins>Noc w ogrodzie</ins>" in said(page)
    assert "Wniosek wpłynął: 1 lutego 2027, 12:00" in said(page), "in time is judged by what was sent in the call"


def test_at_the_end_of_the_term_it_is_over(
    pages: Pages, clock: Clock, store: Session, asked: Application, ala: Person
) -> None:
    clock.set(DEADLINE)
    page = pages.sign_in(ala).send_application(asked.public_id)
    assert page.status_code == 422
    assert "Uzupełnienia przyjmowaliśmy do: czwartek, 18 lutego 2027, 23:59" in said(page.text)
    asked = now_of(store, asked)
    assert asked.status is Status.CORRECTING


def test_what_is_not_mended_in_time_is_left_unconsidered_once_with_a_letter(
    pages: Pages, clock: Clock, store: Session, asked: Application, ala: Person
) -> None:
    clock.set(DEADLINE)
    assert chores.lapse_once() == 0, "an upload that began in time may be on its way"
    clock.set(DEADLINE + arrival.LONGEST_PLACE + arrival.LONGEST_WAIT - timedelta(seconds=1))
    assert chores.lapse_once() == 0, "whoever was told to wait keeps her place for so long"
    clock.set(DEADLINE + timedelta(days=5))
    assert chores.lapse_once() == 1
    assert chores.lapse_once() == 0
    asked = now_of(store, asked)
    assert asked.status is Status.UNCONSIDERED
    assert len(letters(store, "unconsidered")) == len(journal(store, "leave_unconsidered")) == 1
    page = pages.sign_in(ala).get(home(asked)).text
    assert "Wniosek pozostawiony bez rozpatrzenia" in page


def test_more_time_is_given_with_a_reason_even_after_the_term_and_everybody_is_told(
    pages: Pages, clock: Clock, store: Session, asked: Application
) -> None:
    clock.set(DEADLINE + timedelta(days=1))
    chores.lapse_once()
    hers = staff(pages)
    early = hers.post(office(asked, "/przedluz"), {"until": "2027-02-18", "reason": "Awaria u dostawcy sieci."})
    assert early.status_code == 422
    assert "późniejszy niż" in said(early.text)
    done = hers.post(office(asked, "/przedluz"), {"until": "2027-02-20", "reason": "Awaria u dostawcy sieci."})
    assert done.status_code == 302
    asked = now_of(store, asked)
    assert asked.status is Status.CORRECTING
    assert asked.unlocked == ["b1_title"]
    assert asked.correct_by == datetime(2027, 2, 22, 23, tzinfo=UTC), "a Saturday moves on to Monday"
    (letter,) = letters(store, "corrections_extended")
    assert "Awaria u dostawcy sieci." in rendered(letter)[1]


def test_a_request_taken_back_leaves_the_application_as_it_was_sent(
    pages: Pages, store: Session, asked: Application, ala: Person
) -> None:
    before = answers(store, asked, "b")
    pages.sign_in(ala).post(home(asked, "/b"), {"b1_title": "Zaczęte", "revision": "1"})
    assert answers(store, asked, "b")["b1_title"] == "Zaczęte"
    assert staff(pages).post(office(asked, "/cofnij"), {"because": "Pomyłka: tytuł jest dobry."}).status_code == 302
    assert answers(store, asked, "b") == before
    assert now_of(store, asked).status is Status.SUBMITTED
    assert len(letters(store, "corrections_cancelled")) == 1
    assert "Wezwij do uzupełnienia" in staff(pages).get(f"/biuro/wnioski/{asked.public_id}").text


def test_a_check_of_the_data_finds_nothing_wrong_until_corrections_touch_more_than_was_asked(
    pages: Pages, clock: Clock, store: Session, asked: Application, ala: Person
) -> None:
    hers = pages.sign_in(ala)
    assert list(corrections()) == []
    hers.post(home(asked, "/b"), {"b1_title": "Noc w ogrodzie", "revision": "1"})
    hers.send_application(asked.public_id)
    assert list(corrections()) == []
    sent = store.scalar(select(Submission).where(Submission.corrects))
    assert sent is not None
    sent.answers = sent.answers | {"c1_need": "Podmienione"}
    store.commit()
    assert list(corrections()) == [
        f"wniosek {asked.number}, wersja 2: uzupełnienie zmieniło więcej, niż obejmowało wezwanie"
    ]


def test_an_application_withdrawn_while_it_is_mended_lapses_no_more(
    pages: Pages, clock: Clock, store: Session, asked: Application, ala: Person
) -> None:
    assert pages.sign_in(ala).post(home(asked, "/wycofaj"), {"reason": "Rezygnujemy z pomysłu."}).status_code == 302
    clock.set(DEADLINE + timedelta(days=1))
    assert chores.lapse_once() == 0
    asked = now_of(store, asked)
    assert (asked.status, asked.unlocked, asked.correct_by) == (Status.WITHDRAWN, None, None)
