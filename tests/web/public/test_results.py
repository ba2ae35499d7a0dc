"""The public results: what is said of the whole round above its lists."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy.orm import Session

from strefa.contest.decisions.models import Outcome
from strefa.infra.clock import Clock
from tests import decided
from tests.pages import Pages


def figures(page: Any) -> dict[str, str]:
    tree = html.fromstring(page.get_data())
    said = [
        " ".join(str(one.text_content()).split())
        for one in tree.xpath("//*[contains(@class, 'figures')]//*[self::dt or self::dd]")
    ]
    return dict(zip(said[::2], said[1::2], strict=True))


def test_the_figures_are_said_in_the_plural_of_their_number(store: Session, pages: Pages) -> None:
    made = decided.a_decided_round()
    said = figures(pages.get(f"/edycje/{made.round.slug}/wyniki"))
    assert (said["eksperymentów z dotacją"], said["ocenionych wniosków"]) == ("6", "10")


@pytest.mark.parametrize("over", [False, True])
def test_the_reserve_list_says_how_long_it_holds_and_that_it_moves_only_so_long(
    over: bool, store: Session, pages: Pages, clock: Clock
) -> None:
    made = decided.a_decided_round()
    ends = datetime(2027, 7, 31, 22, tzinfo=UTC)  # midnight in Poland after the last day of the list
    clock.set(ends if over else ends - timedelta(seconds=1))

    shown = pages.get(f"/edycje/{made.round.slug}/wyniki").text.replace("\u00a0", " ")
    assert ("W tej kolejności wnioski dostaną dotację" in shown) is not over
    assert ("Lista jest ważna do 31 lipca 2027 włącznie." in shown) is not over
    assert ("Lista była ważna do 31 lipca 2027 włącznie; nikt już z niej nie dostanie dotacji." in shown) is over


@pytest.mark.parametrize("equal", [False, True])
def test_between_equals_on_the_reserve_list_the_page_names_a_vote_and_not_its_own_order(
    equal: bool, store: Session, pages: Pages, clock: Clock
) -> None:
    made = decided.a_decided_round()
    first, second = [one for one in made.proposal.decisions if one.outcome is Outcome.RESERVE][:2]
    second.rank = first.rank if equal else (first.rank or 0) + 1
    store.commit()
    shown = pages.get(f"/edycje/{made.round.slug}/wyniki").text.replace("\u00a0", " ")
    assert shown.count("ex aequo") == (4 if equal else 2), "two on the list of grants always are"
    assert ("Między równymi rozstrzyga wtedy głosowanie jury." in shown) is equal
