"""What the list and the ranking cost, and that a ranking kept in memory is never an old one."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application
from strefa.contest.decisions import actions as decisions
from strefa.contest.jury import actions as jury
from strefa.contest.jury import queries
from strefa.contest.jury.models import Assignment
from strefa.infra import journal
from strefa.infra.database import saving
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.pages import Pages

Counted = Callable[[int], AbstractContextManager[list[str]]]
RANKING = "/biuro/edycje/strefa-eksperymentu-2027/ranking"
WORSE, SAME, BETTER = ["3"] * 7, ["4"] * 7, ["5"] * 7


@pytest.fixture
def office(store: Session, pages: Pages) -> Pages:
    return pages.sign_in(world.a_person(Role.COORDINATOR))


def scored(*cards: list[str]) -> list[Assignment]:
    """One application with these submitted cards, and an entry in the journal about it."""
    application = world.an_application(Status.ELIGIBLE)
    assignments = [world.an_assignment(application, world.a_juror()) for _ in cards]
    for assignment, marks in zip(assignments, cards, strict=True):
        world.a_card(assignment, marks)
    with saving():
        journal.record("look", "round", actor=None, now=world.NOON)
    return assignments


def order(office: Pages) -> list[str]:
    """Return the titles of the ranking in their order."""
    return re.findall(r"Eksperyment \d+", office.get(RANKING).get_data(as_text=True))


def test_a_ranking_looked_at_again_reads_no_cards_and_no_more_for_fifty_than_for_one(
    office: Pages, queries_at_most: Counted
) -> None:
    counts = []
    for applications in (1, 49):
        for _ in range(applications):
            scored(SAME, BETTER)
        office.get(RANKING)
        with queries_at_most(6) as sent:
            assert len(order(office)) == len(counts) * 49 + 1
        assert not any("marks" in statement for statement in sent)
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_a_list_costs_few_statements_and_a_search_one_more(office: Pages, queries_at_most: Counted) -> None:
    application = world.an_application(Status.SUBMITTED)
    with queries_at_most(4):
        assert application.title in office.get("/biuro/edycje/strefa-eksperymentu-2027/wnioski").get_data(as_text=True)
    with queries_at_most(5):
        office.get(f"/biuro/edycje/strefa-eksperymentu-2027/wnioski?q={application.number}")


def test_the_ranking_shows_every_change_at_once(store: Session, office: Pages) -> None:
    first, second = scored(BETTER, BETTER), scored(WORSE, SAME)
    titles = [store.get_one(Application, one[0].application_id).title for one in (first, second)]
    assert order(office) == titles

    with saving():
        card = queries.with_juror(first[0].public_id)
        assert card is not None
        jury.reopen_card(card, "Pomyłka w uzasadnieniu", actor=card.juror, now=world.NOON)

    assert order(office) == titles[::-1]


def test_a_vote_settles_equals_on_the_page_at_once(store: Session, office: Pages) -> None:
    equals = [store.get_one(Application, scored(SAME, SAME)[0].application_id) for _ in range(2)]
    assert office.get(RANKING).get_data(as_text=True).count("ex aequo") == 2

    with saving():
        numbers = [one.number or "" for one in reversed(equals)]
        decisions.record_vote(world.a_round(), numbers, "Głosowanie", actor=world.a_person(Role.CHAIR), now=world.NOON)

    assert order(office) == [one.title for one in reversed(equals)]
