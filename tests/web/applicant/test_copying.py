"""A new application that begins with the answers of one from another round."""

from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application, SectionAnswers
from strefa.contest.people.models import Membership, Organisation, Person
from strefa.contest.privacy.models import ClauseReading
from strefa.contest.rounds.models import Round
from strefa.infra.clock import Clock
from strefa.infra.database import db
from strefa.infra.journal import Entry
from strefa.rules.lifecycle import Status
from strefa.rules.policy import OrganisationRole, Role
from tests import world
from tests.answers import COMPLETE
from tests.attachments import a_pdf
from tests.guards.scene import another_round
from tests.pages import Pages
from tests.web.applicant.test_files import uploaded
from tests.web.applicant.test_writing import SILENT

SLUG = "strefa-eksperymentu-2027"
START = f"/moje/nowy/{SLUG}"
OLD = {key: value for key, value in COMPLETE.items() if not key.startswith(("a3", "a9"))} | {
    "a1_name": "Dawna nazwa biblioteki", "a9_phone": "+48 600 100 200",
}  # fmt: skip
KNOWN = {"a1_name", "a6_town", "a6_voivodeship", "a6_teryt", "a6_population"}  # of the library today
COPIED = {key for key, value in OLD.items() if value} - KNOWN - {"b5_dates", "i1_declarations"}


@pytest.fixture
def ala(store: Session) -> Person:
    return world.a_person(name="Ala Kot", email="ala@example.org")


@pytest.fixture
def old(ala: Person) -> Application:
    """What Ala's library sent in the round of 2026."""
    past: Round = another_round(2026)
    db.session.commit()
    world.a_round()
    library = world.an_organisation(ala, name="Biblioteka w Brodnicy", nip="5213017228")
    return world.an_application(
        Status.SUBMITTED, by=ala, round_=past, organisation=library, answers=OLD, title="Noc w czytelni"
    )


def address_of(old: Application) -> str:
    return f"/moje/wnioski/{old.public_id}/nowy/{SLUG}"


def begun() -> list[Application]:
    here = select(Application).join(Round, Round.id == Application.round_id).where(Round.slug == SLUG)
    return list(db.session.scalars(here.order_by(Application.id)))


def answers_of(application: Application) -> dict[str, Any]:
    rows = db.session.scalars(select(SectionAnswers).where(SectionAnswers.application_id == application.id))
    return {key: value for row in rows for key, value in row.answers.items()}


def a_member(old: Application, role: OrganisationRole) -> Person:
    person = world.a_person()
    db.session.add(
        Membership(organisation_id=old.organisation_id, person_id=person.id, role=role, created_at=world.NOON)
    )
    db.session.commit()
    return person


@pytest.mark.parametrize("page", [START, f"/moje/wnioski/{{}}/nowy/{SLUG}"])
def test_both_pages_offer_it_and_the_button_begins_a_draft(
    ala: Person, old: Application, pages: Pages, page: str
) -> None:
    hers = pages.sign_in(ala)
    shown = html.fromstring(hers.get(page.format(old.public_id)).text)

    (action,) = {form.get("action") for form in shown.xpath("//main//form") if "/nowy/" in form.get("action")[8:]} - {
        START
    }
    answer = hers.post(action)

    (draft,) = begun()
    assert answer.headers["Location"] == f"/moje/wnioski/{draft.public_id}"
    assert (draft.status, draft.number, draft.title) == (Status.DRAFT, None, OLD["b1_title"])
    assert "Przejrzyj je, zanim go złożysz" in hers.get(answer.headers["Location"]).text


def test_answers_come_over_what_is_known_today_goes_before_and_declarations_and_dates_stay(
    ala: Person, old: Application, pages: Pages
) -> None:
    pages.sign_in(ala).post(address_of(old))

    told = answers_of(begun()[0])
    assert {key: told[key] for key in ("c1_need", "g1_budget", "f2_products", "a9_phone")} == {
        key: OLD[key] for key in ("c1_need", "g1_budget", "f2_products", "a9_phone")
    }
    assert (told["a1_name"], told["a9_contact"]) == ("Biblioteka w Brodnicy", "Ala Kot")
    assert {"b5_dates", "i1_declarations"} & told.keys() == set()
    assert {row["from"] for row in told["d1_activities"]} == {""}
    assert answers_of(old) == OLD


def test_what_was_copied_is_written_on_and_stays_in_the_history(
    ala: Person, old: Application, pages: Pages, clock: Clock
) -> None:
    hers = pages.sign_in(ala)
    address = hers.post(address_of(old)).headers["Location"]
    clock.set(world.NOON + timedelta(hours=2))

    saved = hers.post(f"{address}/c", {"revision": "1", "c1_need": "Teraz inaczej."}, headers=SILENT)

    assert saved.status_code == 200
    past = hers.get(f"{address}/c/historia").text.replace("\xa0", " ")
    assert "Teraz inaczej" in past
    assert "W ankiecie uczniowie napisali" in past


def test_a_double_click_begins_one_and_a_click_after_writing_another(
    ala: Person, old: Application, pages: Pages
) -> None:
    hers = pages.sign_in(ala)
    places = [hers.post(address_of(old)).headers["Location"] for _ in range(2)]
    assert len(set(places)) == len(begun()) == 1

    hers.post(f"{places[0]}/c", {"revision": "1", "c1_need": "Teraz inaczej."}, headers=SILENT)
    assert hers.post(address_of(old)).headers["Location"] not in places
    assert answers_of(begun()[0])["c1_need"] == "Teraz inaczej."


def test_a_draft_in_which_nobody_wrote_is_filled_instead_of_a_second(
    ala: Person, old: Application, pages: Pages
) -> None:
    hers = pages.sign_in(ala)
    library = db.session.get(Organisation, old.organisation_id)
    assert library is not None
    first = hers.post(START, {"organisation": library.public_id}).headers["Location"]

    places = {hers.post(address_of(old)).headers["Location"] for _ in range(2)}

    assert places == {first}
    assert answers_of(begun()[0])["c1_need"] == OLD["c1_need"]


def test_a_draft_that_holds_a_file_is_not_taken_for_one_in_which_nobody_did_anything(
    ala: Person, old: Application, pages: Pages
) -> None:
    hers = pages.sign_in(ala)
    library = db.session.get(Organisation, old.organisation_id)
    assert library is not None
    first = hers.post(START, {"organisation": library.public_id}).headers["Location"]
    assert hers.post(START, {"organisation": library.public_id}).headers["Location"] == first
    uploaded(hers, begun()[-1], ("list.pdf", a_pdf()))

    assert hers.post(START, {"organisation": library.public_id}).headers["Location"] != first
    assert len(begun()) == 2


def test_the_journal_says_from_which_application_and_how_much(ala: Person, old: Application, pages: Pages) -> None:
    pages.sign_in(ala).post(address_of(old))
    (draft,) = begun()

    entry = db.session.scalars(select(Entry).where(Entry.verb == "copy_answers")).one()

    assert (entry.subject, entry.actor_id) == (f"application:{draft.public_id}", ala.id)
    assert entry.details == {"source": old.number, "answers": len(COPIED)}
    assert answers_of(draft).keys() >= COPIED


@pytest.mark.parametrize("role", [OrganisationRole.ACCOUNTANT, OrganisationRole.SIGNATORY, OrganisationRole.READER])
def test_only_an_editor_is_offered_it_and_may(old: Application, pages: Pages, role: OrganisationRole) -> None:
    theirs = pages.sign_in(a_member(old, role))

    assert address_of(old) not in theirs.get(f"/moje/wnioski/{old.public_id}").text
    assert address_of(old) not in theirs.get(START).text
    assert theirs.post(address_of(old)).headers["Location"] == "/moje"
    assert "nie masz prawa pisania" in theirs.get("/moje").text.replace("\xa0", " ")
    assert begun() == []


def test_a_juror_of_the_round_and_a_latecomer_are_refused_for_every_reason(
    ala: Person, old: Application, pages: Pages, clock: Clock
) -> None:
    juror = world.a_person(Role.JUROR)
    db.session.add(
        Membership(
            organisation_id=old.organisation_id, person_id=juror.id, role=OrganisationRole.EDITOR, created_at=world.NOON
        )
    )  # fmt: skip
    db.session.commit()
    theirs, hers = pages.sign_in(juror), pages.sign_in(ala)
    assert address_of(old) not in theirs.get(f"/moje/wnioski/{old.public_id}").text
    theirs.post(address_of(old))
    assert "Oceniasz wnioski w" in theirs.get("/moje").text

    clock.set(world.a_round().closes_at)
    assert address_of(old) not in hers.get(f"/moje/wnioski/{old.public_id}").text
    assert "Nabór nie trwa" in hers.post(address_of(old), follow_redirects=True).text
    assert begun() == []


def test_others_applications_unknown_rounds_and_the_same_round_are_not_there(
    ala: Person, old: Application, pages: Pages
) -> None:
    hers, stranger = pages.sign_in(ala), pages.sign_in(world.a_person())
    here = world.an_application(by=ala, organisation=db.session.get(Organisation, old.organisation_id))

    assert stranger.post(address_of(old)).status_code == 404
    assert hers.post(address_of(old) + "-nie-ma").status_code == 404
    assert hers.post(address_of(here)).status_code == 404
    assert db.session.scalar(select(func.count(Entry.sequence)).where(Entry.verb == "copy_answers")) == 0


def test_nobody_is_offered_a_copy_that_could_not_be_sent(
    store: Session, pages: Pages, ala: Person, old: Application
) -> None:
    hers, way = pages.sign_in(ala), address_of(old)
    places = START, f"/moje/wnioski/{old.public_id}"
    before = [way in hers.get(place).text for place in places]

    hers.post(way)

    assert before == [True, True]
    assert [way in hers.get(place).text for place in places] == [False, False]


def test_before_a_copy_the_clause_is_shown_and_that_it_was_is_written_down_with_it(
    store: Session, pages: Pages, ala: Person, old: Application
) -> None:
    hers, way = pages.sign_in(ala), address_of(old)

    home = html.fromstring(hers.get(f"/moje/wnioski/{old.public_id}").text)
    asked = html.fromstring(hers.get(way).text)
    before = begun(), store.scalar(select(func.count()).select_from(ClauseReading))
    hers.post(way)

    assert home.xpath("//main//a[@href=$way]", way=way), (
        "a link that leads to the clause, no button that begins at once"
    )
    assert home.xpath("//form[@action=$way]", way=way) == []
    assert "Klauzula o danych osobowych" in asked.xpath("string(//main)")
    assert asked.xpath("//form[@action=$way]", way=way)
    assert before == ([], 0)
    assert [reading.person_id for reading in store.scalars(select(ClauseReading))] == [ala.id]
    assert len(begun()) == 1
