"""The first page of a round's office: where it stands, and what waits for whom."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from sqlalchemy.orm import Session

from strefa.contest.jury.models import CardStatus
from strefa.contest.overview.queries import standing_of
from strefa.contest.people.models import Invitation
from strefa.infra.clock import Clock
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.decided import a_decided_round
from tests.pages import Pages

ROUND = "/biuro/edycje/strefa-eksperymentu-2027"
WHOLE = ["4"] * 7


def said(visitor: Pages, address: str = ROUND) -> str:
    return visitor.get(address).get_data(as_text=True).replace("\xa0", " ")


def test_it_says_the_stage_how_long_it_runs_and_what_comes_next(pages: Pages, store: Session) -> None:
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    page = said(office)
    assert "Trwa: nabór wniosków, do 11 lutego 2027, 15:00 (zostało: 10 dni 3 h)." in page
    assert "Następny etap: ocena formalna, od 11 lutego 2027." in page
    english = said(pages.sign_in(world.a_person(Role.COORDINATOR, language="en")))
    assert "Now: call for applications, until" in english


def test_drafts_are_no_longer_in_work_once_the_call_is_over(pages: Pages, store: Session, clock: Clock) -> None:
    world.an_application(Status.DRAFT)
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    assert "wniosek w pracy" in said(office)
    clock.set(world.a_round().closes_at)
    assert "wniosek niezłożony" in said(office)


def test_staff_see_what_waits_for_them_in_right_plurals(pages: Pages, store: Session, clock: Clock) -> None:
    clock.set(world.NOON + timedelta(days=14))
    for _ in range(2):
        world.an_application(Status.SUBMITTED)
    juror = world.a_juror()
    world.a_card(world.an_assignment(world.an_application(Status.ELIGIBLE), juror), WHOLE)
    world.a_card(world.an_assignment(world.an_application(Status.ELIGIBLE), juror), WHOLE, CardStatus.DRAFT)
    page = said(pages.sign_in(world.a_person(Role.COORDINATOR)))
    assert "2 wnioski czekają na ocenę formalną" in page
    assert "2 wnioski nie mają kompletu oceniających" in page
    assert "Na 1 kartę jeszcze czekamy" in page
    assert "Złożone karty jury: 1 z 2" in page
    for role in (Role.CHAIR, Role.APPROVER, Role.AUDITOR):
        assert "czekają na ocenę" not in said(pages.sign_in(world.a_person(role)))


def test_what_is_being_mended_is_still_counted_as_sent(pages: Pages, store: Session, clock: Clock) -> None:
    clock.set(world.NOON + timedelta(days=14))
    for status in (Status.SUBMITTED, Status.CORRECTING, Status.CORRECTED, Status.ELIGIBLE):
        world.an_application(status)
    page = said(pages.sign_in(world.a_person(Role.COORDINATOR)))
    assert "złożone wnioski 4" in " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Ocena formalna: 1 z 4" in page


def test_an_invitation_that_nobody_can_answer_any_more_does_not_wait_for_an_answer(
    pages: Pages, store: Session, clock: Clock
) -> None:
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    asked = {"name": "Lidia", "background": "librarian", "voivodeship": "śląskie"}
    for day, email in ((0, "lidia@example.org"), (3, "anna@example.org"), (3, "ewa@example.org")):
        clock.set(world.NOON + timedelta(days=day))
        office.post(f"{ROUND}/jury/zaproszenia", asked | {"email": email})
    assert "3 zaproszenia czekają na odpowiedź" in said(office)
    clock.set(world.NOON + timedelta(days=14))
    page = said(office)
    assert "2 zaproszenia czekają na odpowiedź" in page
    assert "1 zaproszenie wygasło bez odpowiedzi: wyślij je jeszcze raz albo cofnij" in page
    for email in ("lidia@example.org", "anna@example.org", "ewa@example.org"):
        office.post(f"/biuro/zaproszenia/{store.query(Invitation).filter_by(email=email).one().public_id}/cofnij")
    page = said(office)
    assert "zaproszeni" not in page.partition("Postęp")[0]
    assert "Zaproszenia bez odpowiedzi" not in said(office, f"{ROUND}/jury")


def test_the_approver_finds_the_proposal_and_staff_what_is_approved(pages: Pages, store: Session, clock: Clock) -> None:
    decided = a_decided_round(published=False)
    clock.set(world.NOON + timedelta(days=38))
    waits, ready = "Propozycja decyzji czeka na Twoje zatwierdzenie", "można ogłosić wyniki"
    approver, office = pages.sign_in(decided.approver), pages.sign_in(decided.coordinator)
    assert waits in said(approver)
    assert waits not in said(office)
    assert approver.post(f"/biuro/decyzje/{decided.proposal.public_id}/zatwierdz").status_code == 302
    assert waits not in said(approver)
    assert ready in said(office)
    assert ready not in said(approver)


def test_it_counts_in_six_statements_however_large_the_round_is(
    store: Session, queries_at_most: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    juror, round_ = world.a_juror(), world.a_round()
    for _ in range(12):
        world.a_card(world.an_assignment(world.an_application(Status.ELIGIBLE), juror), WHOLE)
    store.refresh(round_)
    with queries_at_most(6):
        standing = standing_of(round_, world.NOON)
    assert (standing.cards, standing.submitted, standing.lacking, standing.complete) == (12, 12, 12, 0)


def test_every_page_of_a_round_leads_to_the_others_one_may_see(pages: Pages, store: Session) -> None:
    juror = world.a_juror()
    ways = {
        Role.COORDINATOR: ["wnioski", "jury", "oceny", "ranking", "decyzje", "dokumenty", "dziennik"],
        Role.CHAIR: ["wnioski", "jury", "oceny", "ranking", "decyzje", "dokumenty"],
        Role.AUDITOR: ["wnioski", "jury", "oceny", "ranking", "decyzje", "dokumenty", "dziennik"],
    }
    for role, seen in ways.items():
        page = said(pages.sign_in(world.a_person(role)), f"{ROUND}/wnioski")
        bar = page[page.index("round-bar") : page.index('<main id="main"')]
        assert [way for way in ways[Role.COORDINATOR] if f'href="{ROUND}/{way}"' in bar] == seen
        assert bar.count('aria-current="page"') == 1
    assert pages.sign_in(juror).get(ROUND).status_code == 404
