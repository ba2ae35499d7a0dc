"""Writing an application as a person does, and reading what the server made of it."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application, SectionAnswers, Submission
from strefa.infra.database import db
from strefa.infra.messages import Message
from strefa.rules.lifecycle import Status
from tests.answers import of_section

SAVED = "[data-saved]"


KEPT = """async () => {
  const local = Object.entries(localStorage).filter(([key]) => key.startsWith("strefa:")).map(pair => pair.join(" "));
  const database = await new Promise(resolve => {
    const opening = indexedDB.open("strefa", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("copies");
    opening.onsuccess = () => resolve(opening.result);
  });
  const asked = database.transaction("copies").objectStore("copies").getAllKeys();
  await new Promise(resolve => { asked.onsuccess = resolve; });
  database.close();
  return [local, asked.result];
}"""


def kept(page: Page) -> tuple[list[str], list[str]]:
    """List what this browser keeps of what is typed: the copies in its local storage, the keys of those in its database."""
    local, database = page.evaluate(KEPT)
    return local, database


def address_of(application: Application, rest: str = "") -> str:
    return f"/moje/wnioski/{application.public_id}{rest}"


def stored(application: Application) -> dict[str, Any]:
    """Return the answers of an application as the server keeps them now."""
    found = select(SectionAnswers.answers).where(SectionAnswers.application_id == application.id)
    with db.engine.connect() as connection:
        return {key: value for answers in connection.scalars(found) for key, value in answers.items()}


def status(application: Application) -> Status:
    with db.engine.connect() as connection:
        return connection.scalars(select(Application.status).where(Application.id == application.id)).one()


def sent() -> list[Submission]:
    """List what was sent, the first version first."""
    with Session(db.engine) as session:
        return list(session.scalars(select(Submission).order_by(Submission.version)))


def letters() -> list[tuple[str, str]]:
    """List the letters that wait to be sent: which, and to whom."""
    with db.engine.connect() as connection:
        return [(kind, to) for kind, to in connection.execute(select(Message.template, Message.to))]


def main_button(page: Page, name: str) -> Locator:
    return page.locator("main").get_by_role("button", name=name)


def write(page: Page, letter: str) -> None:
    """Fill one section as a person would: a row is added by its button when there is one more to write."""
    if page.evaluate("matchMedia('(scripting: enabled)').matches"):
        expect(page.locator("html[data-scripted]")).to_be_attached()
    for name, value in of_section(letter).items():
        row = re.fullmatch(r"(.+)-\d+-.+", name)
        if row and not page.locator(f'[name="{name}"]').count():
            page.locator(f'button[value="add:{row[1]}"]').click()
        if value:
            fill(page, name, value)


def fill(page: Page, name: str, value: Any) -> None:
    field = page.locator(f'form[data-autosave] [name="{name}"]').first
    kind = field.evaluate("e => e.type")
    if kind == "select-one":
        field.select_option(value)
    elif kind in ("checkbox", "radio"):
        for chosen in value if isinstance(value, list) else [value]:
            page.locator(f'[name="{name}"][value="{chosen}"]').check()
    else:
        field.fill(str(value))
