"""Every page there is, found by the table of who may open what, which lists every address: none can be forgotten.

`test_looks_*` look closer at pages in the states that matter; here a page that nobody thought of is judged all the same.
As there, the run on SQLite sees them in Polish and the one on PostgreSQL in English.
"""

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from strefa.contest.people.models import Person
from strefa.infra.database import db
from tests.browser.conftest import Judge, Visit
from tests.browser.served import Served
from tests.browser.test_looks_applicant import LANGUAGES
from tests.guards import scene as scenes
from tests.guards.addresses import address
from tests.guards.scene import PEOPLE
from tests.guards.tables import READ, table

ROWS = table(READ)
LANGUAGE = LANGUAGES[0]
SHOWN = "+xw"  # a page, a spent link, a paper being prepared: each of them is a page that somebody meets
WHOSE = {"public": "anonymous", "account": "editor", "applicant": "editor", "juror": "juror", "office": "coordinator"}


@pytest.mark.parametrize(
    ("audience", "least"), [("public", 6), ("account", 15), ("applicant", 25), ("juror", 4), ("office", 35)]
)
def test_every_page_of_an_audience(
    visit: Visit, instance: Served, accessible: Judge, audience: str, least: int
) -> None:
    scene, pages = scenes.built(instance.app), dict[str, Page]()
    db.session.execute(update(Person).values(language=LANGUAGE))
    db.session.commit()
    wrong: list[str] = []
    judged = 0
    for row in ROWS:
        who = _reader(row, audience)
        if who is None:
            continue
        if who not in pages:
            pages[who] = visit("/zdrowie", scene.people.get(who), language=LANGUAGE, reduced_motion="reduce")
        where = address(scene, row)
        if _is_page(pages[who], where):
            judged += 1
            wrong += [f"{row} as {who}: {told}" for told in _faults(pages[who], where, accessible)]
    assert not wrong, "\n".join(wrong)
    assert judged >= least


def _reader(row: str, audience: str) -> str | None:
    """Return somebody who sees a page of this audience: the one of its kind if she may, else the first of all."""
    if not row.startswith(f"{audience}."):
        return None
    return next((who for who in (WHOSE[audience], *PEOPLE) if ROWS[row][who] in SHOWN), None)


def _is_page(page: Page, where: str) -> bool:
    answer = page.context.request.get(where, max_redirects=0)
    return answer.headers["content-type"].startswith("text/html")


def _faults(page: Page, where: str, accessible: Judge) -> list[str]:
    told = []
    page.goto(where)
    if page.locator(f"html[lang={LANGUAGE}]").count() != 1:
        told.append("in another language")
    if page.locator(".round-bar").count() and page.locator(".round-bar [aria-current=page]").count() != 1:
        told.append("the bar of the round does not say where one is")
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            told.append(f"{wide} wide at {width}")
        try:
            accessible(page)
        except AssertionError as found:
            told.append(f"{width}: {found}")
    return told
