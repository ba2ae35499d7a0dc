"""A line at the top of every page: set by staff, for its time, in the reader's language, also while the database fails."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.rounds.models import Notice
from strefa.infra.clock import Clock
from strefa.infra.journal import Entry
from strefa.rules.policy import Role
from strefa.web import errors, status_line
from tests import world
from tests.pages import Pages

PAGE = "/biuro/komunikat"
SAID = {
    "text": "Serwer nie działa, naprawiamy go.",
    "text_en": "The server is down, we are at it.",
    "starts": "",
    "ends": "",
}


@pytest.fixture
def staff(store: Session, pages: Pages) -> Pages:
    world.a_round()
    return pages.sign_in(world.a_person(Role.COORDINATOR))


@pytest.mark.parametrize("address", ["/", "/edycje", "/konto/logowanie", "/nie/ma/takiej"])
def test_it_stands_on_every_page_in_the_language_of_the_reader(
    store: Session, staff: Pages, pages: Pages, address: str
) -> None:
    assert SAID["text"] not in pages.get(address).text
    assert staff.post(PAGE, SAID).status_code == 302
    assert staff.post(PAGE, SAID).status_code == 302, "a double click"
    assert SAID["text"] in pages.get(address).text.replace("\xa0", " ")
    assert SAID["text_en"] in Pages(pages.app).in_english().get(address).text
    (notice,) = store.scalars(select(Notice)).all()
    staff.post(f"{PAGE}/{notice.public_id}/zdejmij")
    staff.post(f"{PAGE}/{notice.public_id}/zdejmij")
    assert "status-line" not in pages.get(address).text
    assert [entry.verb for entry in store.scalars(select(Entry)) if entry.subject.startswith("notice:")] == [
        "set_notice",
        "end_notice",
    ]


def test_it_stands_at_once_though_the_same_is_announced_for_later(store: Session, staff: Pages, pages: Pages) -> None:
    staff.post(PAGE, SAID | {"starts": "2027-02-02 12:00"})
    assert "status-line" not in pages.get("/").text
    staff.post(PAGE, SAID)
    assert "status-line" in pages.get("/").text


def test_it_stands_from_its_beginning_up_to_its_end(store: Session, staff: Pages, pages: Pages, clock: Clock) -> None:
    staff.post(PAGE, SAID | {"starts": "2027-02-02 12:00", "ends": "2027-02-02 13:00"})
    seen = []
    for minutes in (-1, 0, 59, 60):
        clock.set(world.NOON + timedelta(days=1, minutes=minutes))
        seen.append("status-line" in pages.get("/").text)
    assert seen == [False, True, True, False]


def test_what_is_no_notice_is_refused_with_all_reasons(store: Session, staff: Pages) -> None:
    answer = staff.post(PAGE, {"text": "Awaria", "text_en": "", "starts": "", "ends": "2027-02-01 11:00"})
    assert answer.status_code == 422
    assert answer.text.count("co najmniej 10 znaków") >= 2
    assert "Ten czas już minął" in answer.text
    assert store.query(Notice).count() == 0


def test_it_goes_on_standing_while_the_database_answers_nobody(store: Session, staff: Pages, pages: Pages) -> None:
    staff.post(PAGE, SAID)
    pages.get("/")
    with pages.app.test_request_context("/"):
        assert SAID["text"] in errors._alone().replace("\xa0", " ")


def test_it_is_asked_for_once_in_a_few_seconds_and_not_by_each_page(store: Session, staff: Pages, pages: Pages) -> None:
    pages.get("/")
    world._stored(Notice(public_id="komunikat1", text="Z innego procesu", text_en="Of another process", starts_at=world.NOON, set_at=world.NOON, set_by_id=world.a_person().id))  # fmt: skip
    assert "status-line" not in pages.get("/").text
    assert 0 < pages.app.extensions["status_lines"].due - time.monotonic() <= status_line.OFTEN
    status_line.forget(pages.app)
    assert "Z innego procesu" in pages.get("/").text.replace("\xa0", " ")
