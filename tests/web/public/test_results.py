"""The public results: what is said of the whole round above its lists."""

from typing import Any

from lxml import html
from sqlalchemy.orm import Session

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
