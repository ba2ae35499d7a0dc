"""Many people at the same moment: nobody's save is lost, nothing is sent twice, no number is given twice.

`DRILL_SAVES=50` gives the promised figure, 16 writers of 50 saves each; the daily run has fewer of them.
"""

import io
import os
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from strefa.contest.applications import actions, queries
from strefa.contest.applications.models import Application, SectionHistory, Submission
from strefa.contest.people import queries as people
from strefa.contest.people import sign_in_actions
from strefa.contest.rounds.models import Round
from strefa.infra import files, jobs
from strefa.infra.database import db, saving
from strefa.infra.journal import Entry, verify_chain
from strefa.infra.messages import Message
from strefa.rules.refusal import Reason, Refused
from tests import world
from tests.alone import alone, at_once
from tests.pages import Pages, state_on

WRITERS, SAVES = 16, int(os.environ.get("DRILL_SAVES", "10"))
PAIRS = 6


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with alone(tmp_path_factory.mktemp("turns"), "turns") as app:
        app.extensions["clock"].set(world.NOON)
        yield app


@pytest.fixture
def draft(instance: Flask) -> Iterator[Application]:
    """A draft that everybody in this test writes in."""
    with instance.app_context():
        yield world.an_application(by=world.a_person())


def appended(address: str, author: int, text: str, revision: int | None = None) -> bool:
    """Add a line to a draft as its page does, under its lock; False when somebody saved since `revision`."""
    with saving(f"application:{address}"):
        application, actor = queries.to_write(address), people.by_id(author)
        assert application and actor
        row = actions.section_row_of(application, "c")
        grown = {"c1_need": f"{row.answers['c1_need']}\n{text}"}
        seen = row.revision if revision is None else revision
        try:
            actions.save(application, "c", grown, revision=seen, actor=actor, now=world.NOON)
        except Refused as refused:
            assert [blocker.reason for blocker in refused.blockers] == [Reason.CHANGED_MEANWHILE]
            return False
    return True


def test_sixteen_writers_lose_none_of_their_saves(instance: Flask, draft: Application) -> None:
    address, author = draft.public_id, draft.created_by_id

    def writer(name: int) -> Callable[[], list[bool]]:
        return lambda: [appended(address, author, f"{name}/{number}") for number in range(SAVES)]

    assert at_once(instance, [writer(name) for name in range(WRITERS)]) == [[True] * SAVES] * WRITERS

    db.session.expire_all()
    saved = queries.by_public_id(address)
    assert saved is not None
    row = actions.section_row_of(saved, "c")
    lines = row.answers["c1_need"].split("\n")[1:]
    assert row.revision == 1 + WRITERS * SAVES
    assert sorted(lines) == sorted(f"{name}/{number}" for name in range(WRITERS) for number in range(SAVES))
    for name in range(WRITERS):
        assert [line for line in lines if line.startswith(f"{name}/")] == [f"{name}/{n}" for n in range(SAVES)]
    kept = select(func.count()).select_from(SectionHistory).where(SectionHistory.application_id == saved.id)
    assert db.session.scalar(kept) == WRITERS * SAVES, "each text that was there before can be read again"


def test_of_those_who_began_from_the_same_text_one_saves_and_the_others_are_told(
    instance: Flask, draft: Application
) -> None:
    address, author = draft.public_id, draft.created_by_id
    told = at_once(instance, [lambda n=n: appended(address, author, str(n), revision=1) for n in range(8)])
    assert sorted(told) == [False] * 7 + [True]


def test_everything_sent_twice_at_once_is_sent_once_under_numbers_without_gap_or_double(instance: Flask) -> None:
    with instance.app_context():
        authors = [world.a_person() for _ in range(PAIRS)]
        addresses = [world.an_application(by=author).public_id for author in authors]
        before = db.session.scalars(select(Round.last_number)).one()
        tabs = [(Pages(instance, author), address) for author, address in zip(authors, addresses, strict=True)] * 2
        tokens = [tab.csrf_token() for tab, _ in tabs]
        read = [state_on(tab.get(f"/moje/wnioski/{address}/braki").text) for tab, address in tabs]

    def sends(at: int) -> Callable[[], int]:
        tab, address = tabs[at]
        client = tab.app.test_client()  # two tabs of one browser: one cookie
        cookie = tab.client.get_cookie("strefa")
        assert cookie is not None
        client.set_cookie("strefa", cookie.value)
        data = {"csrf_token": tokens[at], "read": read[at]}
        return lambda: client.post(f"/moje/wnioski/{address}/zloz", data=data).status_code

    assert at_once(instance, [sends(at) for at in range(len(tabs))]) == [302] * len(tabs)

    with instance.app_context():
        sent = db.session.scalars(select(Application).where(Application.public_id.in_(addresses))).all()
        numbers = sorted(int(str(application.number).rpartition("-")[2]) for application in sent)
        assert numbers == list(range(before + 1, before + 1 + PAIRS))
        ids = [application.id for application in sent]
        assert len(db.session.scalars(select(Submission).where(Submission.application_id.in_(ids))).all()) == PAIRS
        letters = select(Message).where(Message.template == "receipt", Message.person_id.is_not(None))
        assert len(db.session.scalars(letters).all()) == PAIRS
        assert len(db.session.scalars(select(Entry).where(Entry.verb == "submit")).all()) == PAIRS
        assert list(verify_chain()) == []


def test_the_same_file_given_by_many_at_the_same_moment_is_kept_once_for_all(instance: Flask) -> None:
    with instance.app_context():
        kept = files.keep(io.BytesIO(b"wzor listu od partnera"), 100)

    def gives(application: int) -> Callable[[], str]:
        def give() -> str:
            with saving(f"application:{application}"):
                row = files.register(kept, now=world.NOON)
                jobs.ask("file", kept.sha256, now=world.NOON)
                time.sleep(0.02)
                return row.sha256

        return give

    assert at_once(instance, [gives(number) for number in range(6)]) == [kept.sha256] * 6


def test_a_file_that_is_forgotten_while_another_gives_it_is_there_for_the_one_who_gives_it(instance: Flask) -> None:
    with instance.app_context():
        kept = files.keep(io.BytesIO(b"statut, ktory ma kazdy"), 100)
        with saving():
            files.register(kept, now=world.NOON)
    looked = threading.Event()

    def forget() -> None:
        with saving():
            looked.set()
            files.forget([kept.sha256])
            time.sleep(0.1)

    def give() -> None:
        looked.wait(5)
        time.sleep(0.05)
        with saving("application:another"):
            files.register(kept, now=world.NOON)

    at_once(instance, [forget, give])
    with instance.app_context():
        assert db.session.get(files.StoredFile, kept.sha256) is not None


def test_guesses_at_the_same_moment_do_not_slip_past_the_limit(instance: Flask) -> None:
    def guess() -> bool:
        try:
            with saving():
                sign_in_actions.count_attempt("sign_in", "ala@example.org", "192.0.2.1", now=world.NOON)
        except Refused:
            return False
        return True

    assert sum(at_once(instance, [guess] * 16)) == sign_in_actions.TRIES
