"""The jury in the office: a third opinion asked for again, and what impartiality keeps from a chair who judges."""

from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application
from strefa.contest.jury.models import Assignment, AssignmentKind, AssignmentPlan, JuryMember
from strefa.contest.people.models import Person, RoundRole
from strefa.infra.journal import Entry
from strefa.infra.messages import Message
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.pages import Pages
from tests.web.juror.test_story import a_panel, assigned, card, declared

ROUND = "/biuro/edycje/strefa-eksperymentu-2027"


def test_when_nobody_could_be_third_staff_look_again_once_somebody_joined(pages: Pages, store: Session) -> None:
    panel = {person.id: person for person in a_panel(2)}
    application = world.an_application(Status.ELIGIBLE, voivodeship="śląskie")
    office = assigned(pages, store, application)
    again = f"/biuro/wnioski/{application.public_id}/trzecia-ocena"
    office.post(again)
    assert "Trzecia ocena nie jest tu potrzebna" in office.get(f"{ROUND}/oceny").get_data(as_text=True)
    for assignment, mark in zip(store.query(Assignment).order_by(Assignment.id).all(), ("5", "1"), strict=True):
        juror = declared(pages, panel[assignment.juror_id], assignment)
        juror.post(f"/jury/wnioski/{assignment.public_id}", card(mark, step="submit"))
    assert store.query(Message).order_by(Message.id.desc()).limit(1).one().template == "juror_missing"
    board = office.get(f"{ROUND}/oceny").get_data(as_text=True)
    assert "nie ma kto" in board
    assert "gdy rozbieżność jest większa niż 20 albo gdy jedna suma jest niższa od progu 60, a" in board.replace(
        "\xa0", " "
    )
    assert again in board
    office.post(again)
    assert "Nikt z jury nie może wziąć tego wniosku" in office.get(f"{ROUND}/oceny").get_data(as_text=True)
    joined = world.a_juror("librarian", "pomorskie")
    application.status = Status.WITHDRAWN
    store.commit()
    office.post(again)
    assert "Trzecia ocena nie jest tu potrzebna" in office.get(f"{ROUND}/oceny").get_data(as_text=True)
    application.status = Status.ELIGIBLE
    store.commit()
    assert office.post(again).status_code == 302
    third = store.query(Assignment).filter_by(kind=AssignmentKind.THIRD).one()
    assert third.juror_id == joined.id
    assert "nie ma kto" not in office.get(f"{ROUND}/oceny").get_data(as_text=True)


@pytest.fixture
def chair(store: Session) -> Person:
    """The chair of the jury, who judges as well."""
    person = world.a_juror(name="Przewodnicząca")
    store.add(RoundRole(person_id=person.id, round_id=world.a_round().id, role=Role.CHAIR, granted_at=world.NOON))
    store.commit()
    store.refresh(person, ["roles"])
    return person


@pytest.fixture
def applications(store: Session) -> list[Application]:
    return [world.an_application(Status.ELIGIBLE, title=title) for title in ("Wypożyczalnia czasu", "Podcast")]


@pytest.mark.parametrize("said", [False, None])
def test_a_chair_who_is_recused_or_has_not_declared_learns_nothing_in_the_office(
    pages: Pages, store: Session, chair: Person, applications: list[Application], said: bool | None
) -> None:
    kept, open_ = applications
    other = world.a_juror()
    world.an_assignment(kept, chair, declared=said)
    world.a_card(world.an_assignment(kept, other), ["4"] * 7)
    world.a_card(world.an_assignment(open_, other), ["3"] * 7)
    visitor = pages.sign_in(chair)
    assert visitor.get(f"/biuro/wnioski/{kept.public_id}").status_code == 404
    assert visitor.get(f"/biuro/wnioski/{open_.public_id}").status_code == 200
    board = visitor.get(f"{ROUND}/oceny").get_data(as_text=True)
    assert "Podcast" in board
    assert "Wypożyczalnia czasu" not in board
    for closed in ("ranking", "decyzje", "dokumenty", "arkusze/wyniki.xlsx", "arkusze/SCORES.csv"):
        assert visitor.get(f"{ROUND}/{closed}").status_code == 404, closed
    page = visitor.get(ROUND).get_data(as_text=True)
    assert f'href="{ROUND}/ranking"' not in page
    assert visitor.post(f"{ROUND}/ranking/propozycja").status_code == 404


@pytest.mark.parametrize("role", [Role.CHAIR, Role.APPROVER, Role.AUDITOR])
def test_who_oversees_reads_panel_and_assignment_and_is_offered_no_change(
    pages: Pages, store: Session, role: Role
) -> None:
    panel = a_panel(4)
    application = world.an_application(Status.ELIGIBLE, voivodeship="śląskie")
    office = assigned(pages, store, application)
    office.post(f"{ROUND}/jury/zaproszenia", {
        "name": "Ewa", "email": "ewa@example.org", "background": "other", "voivodeship": "śląskie",
    })  # fmt: skip
    plan = store.query(AssignmentPlan).one()
    overseer = pages.sign_in(world.a_person(role))
    page = overseer.get(f"{ROUND}/jury").text
    assert all(person.name in page for person in panel)
    assert "ewa@example.org" in page
    main = page.partition("<main")[2]
    assert "<form" not in main
    assert f'href="/biuro/przydzialy/{plan.public_id}"' in main
    applied = overseer.get(f"/biuro/przydzialy/{plan.public_id}").text
    assert application.title in applied
    office.post(f"{ROUND}/jury/przydzial", {"seed": "9"})
    newest = store.query(AssignmentPlan).order_by(AssignmentPlan.id.desc()).limit(1).one()
    assert "<form" not in overseer.get(f"/biuro/przydzialy/{newest.public_id}").text.partition("<main")[2]
    assert overseer.post(f"/biuro/przydzialy/{newest.public_id}/zastosuj").status_code == 404
    assert f'href="{ROUND}/jury"' in overseer.get(ROUND).text


def test_an_auditor_reads_the_team_and_changes_nothing_in_it(pages: Pages, store: Session) -> None:
    office = pages.sign_in(world.a_person(Role.COORDINATOR, name="Łucja Ćwik"))
    office.post(f"{ROUND}/zespol", {"name": "Ewa", "email": "ewa@example.org", "role": "approver"})
    auditor = pages.sign_in(world.a_person(Role.AUDITOR))
    main = auditor.get(f"{ROUND}/zespol").text.partition("<main")[2]
    assert "Łucja Ćwik" in main
    assert "ewa@example.org" in main
    assert "<form" not in main
    assert f'href="{ROUND}/zespol"' in auditor.get(ROUND).text


@pytest.mark.parametrize("said", [False, None])
def test_a_chair_who_judges_learns_from_panel_and_plan_nothing_of_what_she_is_kept_from(
    pages: Pages, store: Session, chair: Person, applications: list[Application], said: bool | None
) -> None:
    kept, open_ = applications
    a_panel(4)
    world.an_assignment(kept, chair, declared=said)
    visitor, office = pages.sign_in(chair), pages.sign_in(world.a_person(Role.COORDINATOR))
    store.query(JuryMember).update({JuryMember.commune: kept.teryt})
    store.query(JuryMember).filter_by(person_id=chair.id).update({JuryMember.most_applications: 0})
    open_.teryt = "2261011"
    store.commit()
    preview = office.post(f"{ROUND}/jury/przydzial", {"seed": "7"}).location
    assert kept.title in office.get(preview).text
    for _ in ("proposed", "applied"):
        page = visitor.get(preview).text
        assert open_.title in page
        assert kept.title not in page
        assert str(kept.number) not in page
        office.post(f"{preview}/zastosuj")
    before = visitor.get(f"{ROUND}/jury").text.partition("<main")[2].partition("</main>")[0]
    assert str(kept.number) in office.get(f"{ROUND}/jury").text
    assert str(kept.number) not in before
    one = store.query(Assignment).filter(Assignment.application_id == kept.id, Assignment.juror_id != chair.id).first()
    assert one is not None
    one.ended_at = world.NOON
    store.commit()
    assert before in visitor.get(f"{ROUND}/jury").text, "neither loads nor counts tell who has it"


@pytest.mark.parametrize("role", [Role.APPROVER, Role.AUDITOR])
def test_who_oversees_and_judges_too_reads_neither_papers_nor_the_journal(
    pages: Pages, store: Session, applications: list[Application], role: Role
) -> None:
    overseer = pages.sign_in(world.a_person(role))
    judge = world.a_juror()
    store.add(RoundRole(person_id=judge.id, round_id=world.a_round().id, role=role, granted_at=world.NOON))
    store.commit()
    store.refresh(judge, ["roles"])
    both = pages.sign_in(judge)
    closed = ["dokumenty", "arkusze/wyniki.xlsx", "arkusze/SCORES.csv", *(["dziennik"] if role is Role.AUDITOR else [])]
    for address in closed:
        assert both.get(f"{ROUND}/{address}").status_code == 404, address
        assert overseer.get(f"{ROUND}/{address}").status_code == 200, address


def test_a_chair_who_declared_impartial_oversees_as_any_other(
    pages: Pages, store: Session, chair: Person, applications: list[Application]
) -> None:
    world.an_assignment(applications[0], chair)
    visitor = pages.sign_in(chair)
    for address in (f"{ROUND}/ranking", f"{ROUND}/decyzje", f"/biuro/wnioski/{applications[0].public_id}"):
        assert visitor.get(address).status_code == 200


def test_a_juror_leaves_only_with_a_reason_and_what_was_typed_stays(pages: Pages, store: Session) -> None:
    juror = world.a_juror(name="Jurorka Wiatr")
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    address = f"{ROUND}/jury/{juror.public_id}/odejscie"
    refused = office.post(address, {"reason": "urlop"})
    assert refused.status_code == 422
    assert ">urlop</textarea>" in refused.get_data(as_text=True)
    assert "co najmniej 10 znaków" in refused.get_data(as_text=True)
    assert store.query(JuryMember).one().left_at is None
    assert office.post(address, {"reason": "Długi urlop zdrowotny."}).status_code == 302
    store.expire_all()
    assert store.query(JuryMember).one().left_at == world.NOON


@pytest.mark.parametrize("place", ["jury/zaproszenia", "zespol"])
@pytest.mark.parametrize(("typed", "said"), [("", "Podaj adres e-mail"), ("lidia", "brakuje znaku @")])
def test_an_empty_or_broken_address_is_listed_with_everything_else_that_is_missing(
    pages: Pages, store: Session, place: str, typed: str, said: str
) -> None:
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    refused = office.post(f"{ROUND}/{place}", {"name": "", "email": typed})
    summary = refused.text[refused.text.index("Do poprawy") :].partition("</div>")[0]
    assert "Podaj imię i nazwisko." in summary
    assert said in summary
    assert "Wybierz" in summary
    assert store.query(Message).count() == 0


def dealt(store: Session) -> dict[tuple[int, int], str]:
    """Return the open assignments: application and juror to the address of each."""
    rows = store.query(Assignment).filter_by(ended_at=None).all()
    return {(row.application_id, row.juror_id): row.public_id for row in rows}


def proposed(office: Pages, seed: int, **typed: str) -> None:
    preview = office.post(f"{ROUND}/jury/przydzial", {"seed": str(seed), **typed}).headers["Location"]
    office.post(f"{preview}/zastosuj")


def test_when_a_juror_leaves_only_her_gaps_are_filled_unless_all_is_to_be_dealt_anew(
    pages: Pages, store: Session
) -> None:
    panel = [*a_panel(4), world.a_juror("librarian", "lubuskie"), world.a_juror("other", "podlaskie")]
    office = assigned(pages, store, *[world.an_application(Status.ELIGIBLE, voivodeship="śląskie") for _ in range(9)])
    before, gone = dealt(store), panel[0]
    member = store.query(JuryMember).filter_by(person_id=gone.id).one()
    office.post(f"{ROUND}/jury/{gone.public_id}/odejscie", {"reason": "Choroba do końca marca."})
    store.refresh(member)
    assert member.left_at is not None
    stay = {pair: address for pair, address in before.items() if pair[1] != gone.id}
    assert 0 < len(stay) < len(before)

    proposed(office, 2)
    after = dealt(store)
    assert len(after) == len(before)
    assert stay.items() <= after.items()
    assert gone.id not in {juror for _application, juror in after}

    proposed(office, 5, anew="y")
    assert not stay.items() <= dealt(store).items()
    entry = store.scalars(select(Entry).where(Entry.verb == "apply_assignment").order_by(Entry.sequence.desc())).first()
    assert entry is not None
    assert entry.details is not None
    assert 0 < entry.details["kept"] == len(dealt(store)) - entry.details["begun"]


def test_an_applied_plan_shows_what_was_applied_whoever_recused_or_left_since(pages: Pages, store: Session) -> None:
    panel = {person.id: person for person in a_panel(4)}
    applications = [world.an_application(Status.ELIGIBLE, voivodeship="śląskie") for _ in range(2)]
    office = assigned(pages, store, *applications)
    plan = store.query(AssignmentPlan).one()
    address = f"/biuro/przydzialy/{plan.public_id}"

    def seen() -> list[str]:
        text = office.get(address).get_data(as_text=True)
        assert "Zastosowany przydział" in text
        rows = html.fromstring(text).xpath("//table//tbody//tr")
        return [" ".join(row.text_content().split()) for row in rows]

    before = seen()
    assert sum(row.count("Jurorka") for row in before[:2]) == 4
    recused, gone = store.query(Assignment).order_by(Assignment.id).limit(2).all()
    juror = pages.sign_in(panel[recused.juror_id])
    juror.post(f"/jury/wnioski/{recused.public_id}/bezstronnosc", {"impartial": "no", "relation": "doubt"})
    office.post(f"{ROUND}/jury/{panel[gone.juror_id].public_id}/odejscie", {"reason": "Choroba do końca marca."})
    applications[1].status = Status.WITHDRAWN
    store.commit()
    world.a_juror("librarian", "lubuskie")
    store.query(JuryMember).order_by(JuryMember.id.desc()).limit(1).one().joined_at = world.NOON + timedelta(days=1)
    store.query(JuryMember).filter_by(person_id=gone.juror_id).one().left_at = world.NOON + timedelta(days=1)
    store.commit()
    assert seen() == before


def test_a_plan_counts_applications_in_english_words(pages: Pages, store: Session) -> None:
    a_panel(4)
    office = assigned(pages, store, *[world.an_application(Status.ELIGIBLE, voivodeship="śląskie") for _ in range(2)])
    plan = store.query(AssignmentPlan).one()
    store.query(Person).update({Person.language: "en"})
    store.commit()
    page = html.fromstring(office.get(f"/biuro/przydzialy/{plan.public_id}").text)
    assert "applications" in [" ".join(one.text_content().split()) for one in page.xpath("//main//dl//*")]


def test_what_stays_by_itself_is_no_conflict_that_came_to_light_since(pages: Pages, store: Session) -> None:
    panel = [*a_panel(4), world.a_juror("librarian", "lubuskie"), world.a_juror("other", "podlaskie")]
    office = assigned(pages, store, *[world.an_application(Status.ELIGIBLE, voivodeship="śląskie") for _ in range(3)])
    juror = next(person for person in panel if person.id in {pair[1] for pair in dealt(store)})
    member = store.query(JuryMember).filter_by(person_id=juror.id).one()
    member.voivodeship = "śląskie"
    store.commit()
    proposed(office, 2)
    assert juror.id not in {pair[1] for pair in dealt(store)}
    assert len(dealt(store)) == 6


def test_dealing_anew_is_offered_only_where_something_stands_and_nothing_while_decisions_do(
    pages: Pages, store: Session
) -> None:
    a_panel(4)
    application = world.an_application(Status.ELIGIBLE, voivodeship="śląskie")
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    assert 'name="anew"' not in office.get(f"{ROUND}/jury").get_data(as_text=True)
    office = assigned(pages, store, application)
    page = office.get(f"{ROUND}/jury").get_data(as_text=True)
    assert 'name="anew"' in page
    assert "Ułóż propozycję" in page
    world.a_round(decided_at=world.NOON)
    assert "Ułóż propozycję" not in office.get(f"{ROUND}/jury").get_data(as_text=True)
