"""What a request leaves behind: how often one may be made, what was proposed before it, what more time undoes."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa import chores
from strefa.contest.applications.models import Application, Submission
from strefa.contest.people.models import Person
from strefa.contest.screening.models import CorrectionRequest, FormalCheck
from strefa.infra.clock import Clock
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.pages import Pages, state_on
from tests.web.office.test_corrections import (
    DEADLINE,
    MONDAY,
    NOTE,
    ala,
    asked,
    home,
    letters,
    marked,
    now_of,
    office,
    said,
    staff,
)
from tests.web.office.test_screening import address, verdicts

__all__ = ["ala", "asked"]

MORE = {"until": "2027-02-22", "reason": "Awaria u dostawcy sieci."}


def mended(pages: Pages, ala: Person, application: Application, title: str = "Noc w ogrodzie") -> None:
    hers = pages.sign_in(ala)
    hers.post(home(application, "/b"), {"b1_title": title, "revision": "1"})
    assert hers.send_application(application.public_id).status_code == 302


def test_an_applicant_is_asked_as_many_times_as_the_round_says_and_no_more(
    pages: Pages, store: Session, asked: Application, ala: Person
) -> None:
    mended(pages, ala, asked)
    again = staff(pages).post(office(asked), marked(b1_title=NOTE) | {"send": "1"})
    assert again.status_code == 422
    assert now_of(store, asked).status is Status.CORRECTED
    assert len(letters(store, "correction_request")) == 1


def test_a_request_taken_back_does_not_count(pages: Pages, store: Session, asked: Application) -> None:
    hers = staff(pages)
    hers.post(office(asked, "/cofnij"), {"because": "Pomyłka: chodzi o inny wniosek."})
    assert hers.post(office(asked), marked(b1_title=NOTE) | {"send": "1"}).status_code == 302
    assert now_of(store, asked).status is Status.CORRECTING


def test_whoever_sends_what_was_meanwhile_put_back_is_told_instead_of_given_the_older_receipt(
    pages: Pages, store: Session, asked: Application, ala: Person
) -> None:
    hers = pages.sign_in(ala)
    hers.post(home(asked, "/b"), {"b1_title": "Noc w ogrodzie", "revision": "1"})
    read = state_on(hers.get(home(asked, "/braki")).text)
    staff(pages).post(office(asked, "/cofnij"), {"because": "Pomyłka: chodzi o inny wniosek."})
    refused = hers.post(home(asked, "/zloz"), {"read": read})
    assert refused.status_code == 422
    assert "Jeszcze nie wysłano: wniosek zmienił się" in said(refused.text)
    assert store.query(Submission).count() == 1


def test_what_was_proposed_before_the_request_confirms_nothing_after_it(
    pages: Pages, clock: Clock, store: Session, ala: Person
) -> None:
    clock.set(MONDAY)
    round_ = world.a_round()
    two = round_.template | {"screening": {"two_people": True}}
    world.a_round(template=two, template_sha256="two people check here")
    application = world.an_application(Status.SUBMITTED, by=ala)
    first, second = (world.a_person(Role.COORDINATOR, name=name) for name in ("Beata", "Celina"))
    pages.sign_in(first).post(address(application), verdicts())
    assert pages.sign_in(first).post(office(application), marked(b1_title=NOTE) | {"send": "1"}).status_code == 302
    mended(pages, ala, application)
    pages.sign_in(second).post(address(application), verdicts())
    assert now_of(store, application).status is Status.CORRECTED, "Beata spoke of the version before"
    assert store.query(FormalCheck).one().proposed_by_id == second.id
    pages.sign_in(first).post(address(application), verdicts())
    assert now_of(store, application).status is Status.ELIGIBLE


def test_with_more_time_it_is_as_if_the_term_had_not_been_over(
    pages: Pages, clock: Clock, store: Session, asked: Application
) -> None:
    clock.set(DEADLINE + timedelta(days=1))
    chores.lapse_once()
    request = select(CorrectionRequest).execution_options(populate_existing=True)
    assert store.scalars(request).one().lapsed_at == DEADLINE + timedelta(days=1)
    staff(pages).post(office(asked, "/przedluz"), MORE)
    assert store.scalars(request).one().lapsed_at is None


def test_while_decisions_stand_nobody_gets_more_time(
    pages: Pages, clock: Clock, store: Session, asked: Application
) -> None:
    clock.set(DEADLINE + timedelta(days=1))
    chores.lapse_once()
    world.a_round(decided_at=DEADLINE + timedelta(days=1))
    refused = staff(pages).post(office(asked, "/przedluz"), MORE)
    assert refused.status_code == 422
    assert MORE["reason"] in said(refused.text), "what was typed is there"
    assert now_of(store, asked).status is Status.UNCONSIDERED
    assert letters(store, "corrections_extended") == []
