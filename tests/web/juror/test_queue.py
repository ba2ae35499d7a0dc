"""A juror's queue: each round by itself, what is to be done first."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from strefa.contest.jury.models import Assignment
from strefa.contest.people.models import Person, RoundRole
from strefa.contest.rounds.models import Round
from strefa.infra.clock import Clock
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.guards.scene import another_round
from tests.pages import Pages
from tests.web.juror.test_story import KEYS

Counted = Callable[[int], AbstractContextManager[list[str]]]
PAST, OPEN = "Strefa Eksperymentu 2026", "Strefa Eksperymentu 2027"


@pytest.fixture
def past(store: Session) -> Round:
    """The round of the year before, on whose cards decisions stand."""
    round_ = another_round(2026)
    round_.decided_at = world.NOON - timedelta(days=200)
    store.commit()
    return round_


@pytest.fixture
def juror(store: Session, past: Round) -> Person:
    person = world.a_juror()
    store.add(RoundRole(round_id=past.id, person_id=person.id, role=Role.JUROR, granted_at=world.NOON))
    store.commit()
    return person


def given(person: Person, round_: Round, *, done: bool = False) -> Assignment:
    assignment = world.an_assignment(world.an_application(Status.ELIGIBLE, round_=round_), person)
    if done:
        world.a_card(assignment, ["4"] * len(KEYS))
    return assignment


def parts(page: str) -> dict[str, str]:
    """Return the sections of the queue in the order of the page, by their headings."""
    found = re.findall(r"<section.*?<h2[^>]*>(.*?)</h2>(.*?)</section>", page, re.DOTALL)
    return {name.replace("\N{NO-BREAK SPACE}", " "): text for name, text in found}


def test_each_round_has_its_own_progress_and_the_open_one_comes_first(
    pages: Pages, store: Session, past: Round, juror: Person
) -> None:
    for _ in range(2):
        given(juror, past, done=True)
    waiting = given(juror, world.a_round())
    given(juror, world.a_round(), done=True)
    store.expire_all()
    shown = parts(pages.sign_in(juror).get("/jury").text)
    assert list(shown) == [OPEN, PAST]
    assert "Złożone karty: 1 z 2" in shown[OPEN]
    assert "Oceny zbieramy do: 19 marca 2027" in shown[OPEN].replace("\N{NO-BREAK SPACE}", " ")
    assert f'href="/jury/wnioski/{waiting.public_id}">Następny' in shown[OPEN]
    assert "Złożone karty: 2 z 2" in shown[PAST]
    assert "więc można je tylko czytać" in shown[PAST].replace("\N{NO-BREAK SPACE}", " ")
    assert "Następny" not in shown[PAST]
    assert "Oceny zbieramy do" not in shown[PAST]


def test_a_round_with_something_to_do_comes_before_a_newer_one_that_waits(
    pages: Pages, store: Session, past: Round, juror: Person
) -> None:
    past.decided_at = None
    given(juror, past)
    given(juror, world.a_round(), done=True)
    store.expire_all()
    shown = parts(pages.sign_in(juror).get("/jury").text)
    assert list(shown) == [PAST, OPEN]
    assert "Termin ocen minął: 25 marca 2026" in shown[PAST].replace("\N{NO-BREAK SPACE}", " ")
    assert "Wszystkie karty są złożone" in shown[OPEN]


def test_decisions_sent_back_open_the_round_again(
    pages: Pages, store: Session, past: Round, juror: Person, clock: Clock
) -> None:
    given(juror, past)
    visitor = pages.sign_in(juror)
    assert "Następny" not in visitor.get("/jury").text
    past.decided_at = None
    store.commit()
    assert "Następny" in visitor.get("/jury").text


@pytest.mark.parametrize("count", [1, 50])
def test_two_rounds_take_the_same_statements_for_one_application_and_for_fifty(
    pages: Pages, store: Session, past: Round, juror: Person, queries_at_most: Counted, count: int
) -> None:
    author = world.a_person()
    library = world.an_organisation(author)
    for round_ in (past, world.a_round()):
        for _ in range(count):
            application = world.an_application(
                Status.ELIGIBLE, by=author, organisation=library, round_=round_, answers={}
            )
            world.a_card(world.an_assignment(application, juror), ["4"] * len(KEYS))
    visitor = pages.sign_in(juror)
    visitor.get("/jury")  # a round's template is known after the first time
    store.expire_all()
    with queries_at_most(6):
        text = visitor.get("/jury").text
    assert text.count(f"{count} z {count}") == 2 * 2  # said and drawn
