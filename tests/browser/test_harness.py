"""The browser harness sees what it is there to see."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import func, select

from strefa.contest.people.models import Person
from strefa.infra.database import db
from strefa.rules.policy import Role
from tests import world
from tests.browser.conftest import Judge, Visit
from tests.browser.served import Served

GOOD = """<!doctype html><html lang="pl"><head><title>Dobra</title></head>
<body><main><h1>Dobra</h1><p>Tekst</p><button>Wyślij</button></main></body></html>"""


def test_a_decent_page_passes(browser: Browser, accessible: Judge) -> None:
    page = browser.new_page()
    page.set_content(GOOD)
    accessible(page)
    page.close()


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("<img src='data:,' >", "image-alt"),
        ("<input name=x>", "label"),
        ("<p style='color:#aaa;background:#fff'>blady</p>", "color-contrast"),
        ("<h4>przeskok</h4>", "heading-order"),
        (
            "<p><button style='width:9px;height:9px;padding:0'>a</button><button style='width:9px;height:9px;padding:0'>b</button></p>",
            "target-size",
        ),
    ],
)
def test_a_fault_is_named(browser: Browser, accessible: Judge, fault: str, rule: str) -> None:
    page = browser.new_page()
    page.set_content(GOOD.replace("<p>Tekst</p>", fault))
    with pytest.raises(AssertionError, match=rule):
        accessible(page)
    page.close()


def test_the_judge_is_the_version_its_note_says() -> None:
    vendor = Path(__file__).parent / "vendor"
    version = (vendor / "axe.min.js").read_text(encoding="utf-8")[:20].split()[2].removeprefix("v")
    assert f"axe-core {version} " in (vendor / "README.md").read_text()


def test_a_visitor_reaches_the_running_instance(instance: Served, visit: Visit) -> None:
    page = visit("/zdrowie", person=world.a_person(Role.JUROR))
    assert '"ok"' in page.content()
    assert {cookie["name"] for cookie in page.context.cookies()} >= {"strefa", "language"}  # pyright: ignore[reportTypedDictNotRequiredAccess]


def test_the_next_story_begins_on_an_empty_instance(instance: Served) -> None:
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0
