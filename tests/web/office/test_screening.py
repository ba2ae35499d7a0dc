"""The formal check in the office: prefilled with reasons, judged, taken back; nothing typed is lost."""

import re

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application, Submission
from strefa.contest.people.models import Organisation
from strefa.contest.screening.models import FormalCheck, FormalVerdict
from strefa.infra.clock import Clock
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.pages import Pages

KEYS = [f"F{number}" for number in range(1, 13)]
AFTER_THE_CALL = world.NOON.replace(day=15)


@pytest.fixture
def office(pages: Pages, clock: Clock) -> Pages:
    clock.set(AFTER_THE_CALL)
    return pages.sign_in(world.a_person(Role.COORDINATOR, name="Łucja Ćwik"))


def verdicts(**changes: str) -> dict[str, str]:
    return {f"{key}-passed": "yes" for key in KEYS} | changes


def address(application: Application) -> str:
    return f"/biuro/wnioski/{application.public_id}/ocena-formalna"


def test_nine_criteria_are_prefilled_each_with_its_reason(office: Pages, store: Session) -> None:
    page = office.get(address(world.an_application(Status.SUBMITTED))).get_data(as_text=True)
    assert page.count(">sprawdził program<") == 9
    assert page.count(">oceniasz Ty<") == 3
    assert len(re.findall(r'<input checked[^>]*value="yes"', page)) == 9
    assert "Wniosek wpłynął: 1 lutego 2027, 12:00" in page.replace("\xa0", " ")


def test_a_flaw_is_marked_with_the_figures_it_was_judged_by(office: Pages, store: Session) -> None:
    answers = world.complete_answers() | {"c1_need": "", "b5_dates": {"from": "2027-04-01", "to": "2027-09-30"}}
    page = office.get(address(world.an_application(Status.SUBMITTED, answers=answers))).get_data(as_text=True)
    failed = re.findall(r'<input checked id="(F\d+)-passed-1"', page)
    assert failed == ["F3", "F6"]
    assert "Do poprawy lub uzupełnienia jest 1 odpowiedź" in page.replace("\xa0", " ")


def test_one_library_under_two_names_is_found_by_its_tax_number(office: Pages, store: Session) -> None:
    first = world.an_application(Status.SUBMITTED, applicant_nip="5213017228")
    other = world.an_application(Status.SUBMITTED, applicant_nip="5213017228")
    world.an_application(Status.SUBMITTED, applicant_nip="7385748723")
    world.an_application(Status.DRAFT, applicant_nip="5213017228")
    for _nameless in range(2):
        world.an_application(Status.SUBMITTED)  # no number is nobody's number
    for application in (first, other):
        page = office.get(address(application)).text.replace("\xa0", " ")
        assert "Wniosków tej organizacji (i z tym samym NIP): 2; dopuszczalnych: 1." in page
        assert re.findall(r'<input checked id="(F\d+)-passed-1"', page) == ["F9"]


def test_a_failure_needs_a_reason_from_the_list_and_what_was_typed_stays(office: Pages, store: Session) -> None:
    application = world.an_application(Status.SUBMITTED)
    page = office.post(
        address(application), verdicts(**{"F4-passed": "no", "F4-note": "Podpisała filia.", "F10-passed": ""})
    )
    assert page.status_code == 422
    text = page.get_data(as_text=True)
    assert "Kryterium F4 nie jest spełnione: wybierz powód z listy." in text
    assert "Kryterium F10 czeka na ocenę" in text
    assert "Podpisała filia." in text
    assert store.get_one(Application, application.id).status is Status.SUBMITTED
    assert store.query(FormalVerdict).count() == 0


@pytest.mark.parametrize("note", ["", "  filia   "])
def test_a_failure_needs_words_of_ones_own_beside_the_reason_and_nothing_chosen_is_lost(
    office: Pages, store: Session, note: str
) -> None:
    application = world.an_application(Status.SUBMITTED)
    page = office.post(address(application), verdicts(**{"F4-passed": "no", "F4-reason": "branch", "F4-note": note}))
    assert page.status_code == 422
    said = "Kryterium F4 nie jest spełnione: napisz w uwagach własnymi słowami dlaczego, co najmniej 10 znaków."
    assert page.text.replace("\xa0", " ").count(said) == 2, "in the summary and at the criterion"
    (line,) = html.fromstring(page.text).xpath("//div[@class='summary']//li")
    assert said in " ".join(line.text_content().replace("\xa0", " ").split())
    assert '<a href="#F4">' in page.text
    assert '<option selected value="branch">' in page.text
    assert store.query(FormalVerdict).count() == 0


@pytest.mark.parametrize("key", ["F10", "F12"])
def test_what_people_judge_offers_more_than_one_reason(office: Pages, store: Session, key: str) -> None:
    page = html.fromstring(office.get(address(world.an_application(Status.SUBMITTED))).text)
    assert len(page.xpath(f"//select[@name='{key}-reason']/option[@value!='']")) >= 3


def test_a_failed_application_says_why_and_is_taken_back_only_with_a_reason(office: Pages, store: Session) -> None:
    application = world.an_application(Status.SUBMITTED)
    failing = verdicts(**{"F4-passed": "no", "F4-reason": "branch", "F4-note": "Podpisała kierowniczka filii."})
    assert office.post(address(application), failing).status_code == 302
    store.expire_all()
    assert application.status is Status.INELIGIBLE
    shown = office.get(f"/biuro/wnioski/{application.public_id}").get_data(as_text=True)
    assert "Wniosek złożyła filia zamiast biblioteki, do której należy." in shown
    assert "Podpisała kierowniczka filii." in shown
    assert "Łucja Ćwik" in shown
    refused = office.post(f"{address(application)}/cofnij", {"reason": "bo tak"})
    assert refused.status_code == 422
    assert "bo tak" in refused.get_data(as_text=True)
    assert store.query(FormalCheck).one().passed is False
    assert office.post(f"{address(application)}/cofnij", {"reason": "Dosłano pełnomocnictwo."}).status_code == 302
    store.expire_all()
    assert application.status is Status.SUBMITTED
    again = office.get(address(application)).get_data(as_text=True)
    assert "Podpisała kierowniczka filii." in again
    place = f"/biuro/wnioski/{application.public_id}"
    assert "Ocenę cofnięto, powód: Dosłano pełnomocnictwo." in office.get(place).get_data(as_text=True)
    office.post(address(application), verdicts())
    store.expire_all()
    assert application.status is Status.ELIGIBLE
    assert "Wcześniejszą ocenę cofnięto, powód: Dosłano" in office.get(place).get_data(as_text=True)
    closed = office.get(address(application)).get_data(as_text=True).replace(" ", " ")
    assert "Możesz ją cofnąć" in closed
    world.a_round(decided_at=world.NOON)
    assert "Możesz ją cofnąć" not in office.get(address(application)).get_data(as_text=True).replace(" ", " ")


def test_while_the_call_is_open_nothing_is_decided(office: Pages, store: Session, clock: Clock) -> None:
    clock.set(world.NOON)
    application = world.an_application(Status.SUBMITTED)
    page = office.post(address(application), verdicts())
    assert page.status_code == 422
    assert "Nabór trwa do" in page.get_data(as_text=True)
    assert store.query(FormalCheck).count() == 0


def test_only_staff_check_and_others_read(office: Pages, pages: Pages, store: Session) -> None:
    application = world.an_application(Status.SUBMITTED)
    for role in (Role.CHAIR, Role.APPROVER, Role.AUDITOR):
        reader = pages.sign_in(world.a_person(role))
        assert reader.get(address(application)).status_code == 404
        page = reader.get(f"/biuro/wnioski/{application.public_id}").get_data(as_text=True)
        assert "Czeka na ocenę." in page
        assert "Oceń formalnie" not in page


def test_an_application_is_found_by_its_number_or_its_applicant(office: Pages, store: Session) -> None:
    wanted = world.an_application(Status.SUBMITTED, title="Podcast z przystanku")
    other = world.an_application(Status.SUBMITTED, title="Kasety z szuflady")
    organisation = store.get_one(Organisation, wanted.organisation_id)
    for asked in (wanted.number, organisation.name.upper()):
        page = (
            office.get(f"/biuro/edycje/strefa-eksperymentu-2027/wnioski?q={asked}")
            .get_data(as_text=True)
            .replace("\xa0", " ")
        )
        assert "Podcast z przystanku" in page
        assert str(other.number) not in page


def test_both_pages_say_who_sent_it_and_what_she_does_in_the_organisation(office: Pages, store: Session) -> None:
    author, stranger = world.a_person(name="Ola Żółtowska"), world.a_person(name="Jan Dawny")
    organisation = world.an_organisation(author)
    hers = world.an_application(Status.SUBMITTED, by=author, organisation=organisation)
    left = world.an_application(Status.SUBMITTED, by=stranger, organisation=organisation)
    for page in (f"/biuro/wnioski/{hers.public_id}", address(hers)):
        shown = office.get(page).text
        assert "Ola Żółtowska" in shown
        assert "w organizacji dziś: redakcja wniosku, podpis (składa wniosek)" in shown
    for page in (f"/biuro/wnioski/{left.public_id}", address(left)):
        shown = office.get(page).text
        assert "Jan Dawny" in shown
        assert "dziś nie ma roli w organizacji" in shown


def test_where_two_people_check_the_second_confirms_and_nobody_confirms_her_own(
    pages: Pages, clock: Clock, store: Session
) -> None:
    clock.set(AFTER_THE_CALL)
    round_ = world.a_round()
    world.a_round(
        template=round_.template | {"screening": {"two_people": True}}, template_sha256="two people check here"
    )
    application, other = (world.an_application(Status.SUBMITTED) for _ in range(2))
    first, second, third = (world.a_person(Role.COORDINATOR, name=name) for name in ("Ala", "Beata", "Celina"))

    def stands() -> Status:
        found = select(Application).where(Application.id == application.id)
        return store.scalars(found.execution_options(populate_existing=True)).one().status

    card = verdicts()
    saved = pages.sign_in(first).post(address(application), card)
    assert other.public_id in saved.headers["Location"]
    assert stands() is Status.SUBMITTED
    assert pages.sign_in(first).post(address(application), card).status_code == 302
    assert stands() is Status.SUBMITTED, "her own word confirms nothing"
    assert "Twoja ocena jest zapisana" in pages.sign_in(first).get(address(application)).text
    assert "zapisała osoba: Ala" in pages.sign_in(second).get(address(application)).text.replace("\xa0", " ")
    changed = card | {"F4-passed": "no", "F4-reason": "branch", "F4-note": "Podpisała kierowniczka filii."}
    pages.sign_in(second).post(address(application), changed)
    assert stands() is Status.SUBMITTED, "another word is a new proposal"
    pages.sign_in(first).post(address(application), changed | {"F4-note": "Podpisała kierowniczka innej filii."})
    assert stands() is Status.SUBMITTED, "other words of the reason are another word"
    pages.sign_in(third).post(address(application), changed | {"F4-note": "Podpisała kierowniczka innej filii."})
    assert stands() is Status.INELIGIBLE
    check = store.query(FormalCheck).one()
    assert (check.passed, check.decided_by_id, check.proposed) == (False, third.id, None)
    said = "pierwsza ocena: Ala, 15.02.2027, 12:00; potwierdzenie: Celina, 15.02.2027, 12:00"
    for page in (f"/biuro/wnioski/{application.public_id}", address(application)):
        text = pages.sign_in(third).get(page).text.replace("\xa0", " ")
        assert said in text
        assert "Wniosek nie przeszedł oceny formalnej." in text
        assert "Podpisała kierowniczka innej filii." in text
    pages.sign_in(third).post(f"{address(application)}/cofnij", {"reason": "Pomyłka w karcie."})
    store.expire_all()
    check = store.query(FormalCheck).one()
    assert (check.passed, check.decided_by_id, check.proposed_by_id) == (None, None, None)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.ELIGIBLE, "Możesz ją cofnąć"),
        (Status.WITHDRAWN, "nie ma czego oceniać"),
        (Status.CORRECTING, "uzupełnia braki"),
    ],
)
def test_the_card_of_what_waits_for_no_check_says_why(office: Pages, store: Session, status: Status, said: str) -> None:
    page = office.get(address(world.an_application(status))).text.replace("\xa0", " ")
    assert ("Możesz ją cofnąć" in page, said in page) == (status is Status.ELIGIBLE, True)


def test_a_withdrawn_application_says_when_it_was_withdrawn(office: Pages, store: Session) -> None:
    application = world.an_application(Status.WITHDRAWN)
    store.query(Submission).one().withdrawn_at = world.NOON
    store.commit()
    for page in (address(application), address(application).removesuffix("/ocena-formalna")):
        assert "Wycofano: 1.02.2027, 12:00." in office.get(page).text.replace("\xa0", " ")


def test_the_list_gathers_all_that_wait_and_says_which_wait_for_a_second_person(
    pages: Pages, clock: Clock, store: Session
) -> None:
    clock.set(AFTER_THE_CALL)
    round_ = world.a_round()
    world.a_round(
        template=round_.template | {"screening": {"two_people": True}}, template_sha256="two people check here"
    )
    sent, mended, done = (
        world.an_application(status) for status in (Status.SUBMITTED, Status.CORRECTED, Status.ELIGIBLE)
    )
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    office.post(address(sent), verdicts())
    board = html.fromstring(office.get(f"/biuro/edycje/{round_.slug}").text)
    [waiting] = board.xpath("//a[contains(., 'czekają na ocenę formalną')]/@href")
    page = html.fromstring(office.get(waiting).text)
    rows = {row.xpath("string(th)").strip(): row.text_content() for row in page.xpath("//tbody/tr")}
    assert rows.keys() == {sent.number, mended.number}
    assert "do sprawdzenia (2)" in page.text_content()
    assert "czeka na drugą osobę" in rows[sent.number or ""]
    assert "czeka na drugą osobę" not in rows[mended.number or ""]
    assert html.fromstring(office.get(waiting).text).xpath("//input[@name='status']/@value") == ["waiting"]
    assert done.title in office.get(f"/biuro/edycje/{round_.slug}/wnioski").text
