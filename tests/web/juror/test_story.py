"""From the assignment to a third opinion, as people do it: every step through the pages."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application
from strefa.contest.jury.models import Assignment, AssignmentKind, ScoreCard
from strefa.contest.people.models import Person
from strefa.infra.messages import Message
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.pages import Pages

REASON = "Karta ma oceny przeniesione z innego wniosku."
SAID = "Pytanie jest postawione uczciwie i mierzalnie: powroty zamiast wejść, a ryzyko porażki jest opisane. Nowe w gminie."
KEYS = ("novelty", "need", "plan", "engagement", "repeatability", "costs", "feasibility")


def card(mark: str, revision: int = 0, **changes: str) -> dict[str, str]:
    """A whole card with the same mark everywhere."""
    fields = {f"mark_{key}": mark for key in KEYS} | {f"why_{key}": f"{SAID} {key}" for key in KEYS}
    return fields | {"revision": str(revision), **changes}


def a_panel(size: int = 4) -> list[Person]:
    places = [("librarian", "lubelskie"), ("other", "mazowieckie"), ("librarian", "pomorskie"), ("other", "opolskie")]
    return [
        world.a_juror(background, voivodeship, name=f"Jurorka {number}")
        for number, (background, voivodeship) in enumerate(places[:size])
    ]


def assigned(pages: Pages, store: Session, *applications: Application) -> Pages:
    """Deal the applications through the office; returns the coordinator's visitor."""
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    address = office.post("/biuro/edycje/strefa-eksperymentu-2027/jury/przydzial", {"seed": "7"}).location
    assert address.startswith("/biuro/przydzialy/")
    seen = office.get(address).get_data(as_text=True)
    assert all(application.number in seen for application in applications if application.number)
    assert store.query(Assignment).count() == 0
    assert office.post(f"{address}/zastosuj").status_code == 302
    return office


def declared(pages: Pages, person: Person, assignment: Assignment) -> Pages:
    juror = pages.sign_in(person)
    response = juror.post(f"/jury/wnioski/{assignment.public_id}/bezstronnosc", {"impartial": "yes"})
    assert response.location == f"/jury/wnioski/{assignment.public_id}"
    return juror


def ordered(store: Session) -> Iterable[Assignment]:
    return store.query(Assignment).order_by(Assignment.id).all()


def test_two_cards_that_differ_call_a_third_juror_at_once(pages: Pages, store: Session) -> None:
    panel = {person.id: person for person in a_panel()}
    application = world.an_application(Status.ELIGIBLE, voivodeship="śląskie")
    assigned(pages, store, application)
    for assignment, mark in zip(list(ordered(store)), ("5", "2"), strict=True):
        juror = declared(pages, panel[assignment.juror_id], assignment)
        sent = juror.post(f"/jury/wnioski/{assignment.public_id}", card(mark, step="submit"))
        assert sent.location == "/jury"
    first, second, third = ordered(store)
    assert third.kind is AssignmentKind.THIRD
    assert third.juror_id not in {first.juror_id, second.juror_id}
    letter = store.query(Message).order_by(Message.id.desc()).first()
    assert letter is not None
    assert (letter.template, letter.person_id, letter.values["kind"]) == ("assigned", third.juror_id, "third")
    queue = pages.sign_in(panel[third.juror_id]).get("/jury").get_data(as_text=True)
    assert "trzecia ocena" in queue
    assert application.number is not None
    assert application.number in queue


def test_two_cards_that_agree_call_nobody(pages: Pages, store: Session) -> None:
    panel = {person.id: person for person in a_panel()}
    assigned(pages, store, world.an_application(Status.ELIGIBLE, voivodeship="śląskie"))
    for assignment, mark in zip(list(ordered(store)), ("4", "3.5"), strict=True):
        declared(pages, panel[assignment.juror_id], assignment).post(
            f"/jury/wnioski/{assignment.public_id}", card(mark, step="submit")
        )
    assert len(list(ordered(store))) == 2


def test_cards_on_both_sides_of_the_threshold_call_a_third_juror(pages: Pages, store: Session) -> None:
    panel = {person.id: person for person in a_panel()}
    assigned(pages, store, world.an_application(Status.ELIGIBLE, voivodeship="śląskie"))
    for assignment, mark in zip(list(ordered(store)), ("3", "2.5"), strict=True):
        declared(pages, panel[assignment.juror_id], assignment).post(
            f"/jury/wnioski/{assignment.public_id}", card(mark, step="submit")
        )
    assert [one.kind for one in ordered(store)][2:] == [AssignmentKind.THIRD]


def test_a_recused_juror_is_replaced_at_once_and_sees_nothing_more(pages: Pages, store: Session) -> None:
    panel = {person.id: person for person in a_panel()}
    application = world.an_application(Status.ELIGIBLE, voivodeship="śląskie", title="Wypożyczalnia czasu")
    assigned(pages, store, application)
    first, second = ordered(store)
    juror = pages.sign_in(panel[first.juror_id])
    address = f"/jury/wnioski/{first.public_id}"
    said = {"impartial": "no", "relation": "work", "note": "Prowadziłam tam szkolenie."}
    assert juror.post(f"{address}/bezstronnosc", said).location == "/jury"
    replacement = list(ordered(store))[-1]
    assert replacement.kind is AssignmentKind.REPLACEMENT
    assert replacement.juror_id not in {first.juror_id, second.juror_id}
    backgrounds = {p.id: n % 2 for n, p in enumerate(panel.values())}
    assert backgrounds[replacement.juror_id] == backgrounds[first.juror_id]
    for closed in (address, f"{address}/bezstronnosc", f"/jury/wnioski/{replacement.public_id}"):
        assert juror.get(closed).status_code == 404
    assert "Wypożyczalnia czasu" not in juror.get("/jury").get_data(as_text=True)
    told = [message.person_id for message in store.query(Message).filter_by(template="assigned")]
    assert told[-1] == replacement.juror_id


def test_when_nobody_can_replace_her_staff_are_told(pages: Pages, store: Session) -> None:
    panel = {person.id: person for person in a_panel(2)}
    assigned(pages, store, world.an_application(Status.ELIGIBLE, voivodeship="śląskie"))
    first = next(iter(ordered(store)))
    juror = pages.sign_in(panel[first.juror_id])
    juror.post(f"/jury/wnioski/{first.public_id}/bezstronnosc", {"impartial": "no", "relation": "kin"})
    assert [m.template for m in store.query(Message).order_by(Message.id)][-1] == "juror_missing"


def test_a_reopened_card_does_not_count_until_it_is_submitted_again(pages: Pages, store: Session) -> None:
    panel = {person.id: person for person in a_panel()}
    office = assigned(pages, store, world.an_application(Status.ELIGIBLE, voivodeship="śląskie"))
    first = next(iter(ordered(store)))
    address = f"/jury/wnioski/{first.public_id}"
    juror = declared(pages, panel[first.juror_id], first)
    juror.post(address, card("4", step="submit"))
    assert juror.post(address, card("1", revision=1)).status_code == 422
    assert "data-score-card" not in juror.get(address).get_data(as_text=True)
    refused = office.post(f"/biuro/karty/{first.public_id}/otworz", {"reason": "bo tak"})
    assert refused.status_code == 422
    assert office.post(f"/biuro/karty/{first.public_id}/otworz", {"reason": REASON}).status_code == 302
    assert REASON in juror.get(address).get_data(as_text=True)
    juror.post(address, card("3", revision=1, step="submit"))
    stored = store.query(ScoreCard).populate_existing().one()
    assert stored.submitted_at is not None
    assert [m.template for m in store.query(Message)].count("card_reopened") == 1
