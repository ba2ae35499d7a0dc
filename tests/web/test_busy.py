"""A database that others keep asks people to wait: nothing typed is lost, nothing is stored twice, no place is lost."""

import hashlib
import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import QueuePool, create_engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from strefa.contest.applications.models import Application, Extension, SectionAnswers, Submission
from strefa.contest.people.models import Membership, Organisation, Person
from strefa.infra.clock import Clock
from strefa.infra.database import db, is_busy
from strefa.infra.journal import Entry
from strefa.rules.lifecycle import Status
from strefa.rules.policy import OrganisationRole, Role
from strefa.web import arrival
from strefa.web.session import AUTOSAVE, UPLOAD
from tests import world
from tests.alone import POSTGRESQL, alone
from tests.attachments import a_pdf
from tests.guards.scene import another_round
from tests.pages import Pages, check_html, state_on

MILLISECOND = timedelta(milliseconds=1)
Locked = Callable[[str], AbstractContextManager[None]]


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with alone(tmp_path_factory.mktemp("busy"), "busy", patience_seconds=0.2) as app:
        yield app


@pytest.fixture
def clock(instance: Flask) -> Iterator[Clock]:
    clock: Clock = instance.extensions["clock"]
    clock.set(world.NOON)
    yield clock
    clock.set(None)


@pytest.fixture
def locked(instance: Flask) -> Locked:
    """Somebody else holds what decides about a subject: on SQLite the whole file, on PostgreSQL this lock, or a table."""

    @contextmanager
    def held(subject: str) -> Iterator[None]:
        settings = instance.config["SETTINGS"]
        if POSTGRESQL:
            key = int.from_bytes(hashlib.sha256(subject.encode()).digest()[:8], "big", signed=True)
            engine = create_engine(settings.database_address)
            with engine.begin() as connection:
                if subject == "everything":
                    connection.execute(text("LOCK TABLE people, attempts IN ACCESS EXCLUSIVE MODE"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
                yield
            engine.dispose()
            return
        other = sqlite3.connect(settings.instance_dir / "strefa.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()
        other.close()

    return held


@pytest.fixture
def drafted(instance: Flask, clock: Clock) -> Iterator[tuple[Application, Pages]]:
    with instance.app_context():
        ala = world.a_person()
        draft = world.an_application(by=ala)
        yield draft, Pages(instance, ala)
        db.session.remove()


def form_of(answer: Any) -> tuple[str, dict[str, str]]:
    (form,) = html.fromstring(answer.get_data()).xpath("//form[@data-again]")
    return str(form.get("action")), {field.get("name"): field.get("value") for field in form.xpath(".//input")}


def status_of(draft: Application) -> Status:
    db.session.expire_all()
    return db.session.execute(select(Application.status).where(Application.id == draft.id)).scalar_one()


def test_a_send_that_came_before_the_close_keeps_its_place_until_it_is_stored(
    drafted: tuple[Application, Pages], locked: Locked, clock: Clock
) -> None:
    draft, hers = drafted
    address = f"/moje/wnioski/{draft.public_id}/zloz"
    hers.csrf_token()
    closes = world.a_round().closes_at
    db.session.rollback()
    clock.set(closes - MILLISECOND)
    read = {"read": state_on(hers.get(f"/moje/wnioski/{draft.public_id}/braki").text)}
    with locked(draft.lock_name):
        first = hers.post(address, read)
        clock.set(closes + timedelta(minutes=2))
        second = hers.client.post(form_of(first)[0], data=form_of(first)[1])
    assert (first.status_code, second.status_code) == (503, 503)
    assert 4 <= int(first.headers["Retry-After"]) <= 9
    assert "To, co wysyłasz, jest na tej stronie" in first.text
    check_html(second.text)
    assert status_of(draft) is Status.DRAFT
    clock.set(closes + timedelta(minutes=10))
    action, kept = form_of(second)
    done = hers.client.post(action, data=kept)
    again = hers.client.post(action, data=kept)
    assert (done.status_code, again.status_code) == (302, 302)
    (submission,) = db.session.scalars(select(Submission).where(Submission.application_id == draft.id)).all()
    assert submission.sent_at == closes - MILLISECOND
    entry = db.session.scalars(select(Entry).where(Entry.subject == draft.lock_name, Entry.verb == "submit")).one()
    assert (entry.details or {})["stored"] == (closes + timedelta(minutes=10)).isoformat()


def test_no_place_is_kept_for_who_came_at_the_close_nor_for_too_long_nor_for_another(
    instance: Flask, drafted: tuple[Application, Pages], locked: Locked, clock: Clock
) -> None:
    draft, hers = drafted
    someone = world.a_person()
    other = world.an_application(by=someone)
    second = world.an_application(by=db.session.get_one(Person, draft.created_by_id))
    colleague = world.a_person()
    db.session.add(
        Membership(
            organisation_id=draft.organisation_id, person_id=colleague.id, role=OrganisationRole.SIGNATORY,
            created_at=world.NOON,
        )
    )  # fmt: skip
    db.session.commit()
    address = f"/moje/wnioski/{draft.public_id}/zloz"
    hers.csrf_token()
    closes = world.a_round().closes_at
    db.session.rollback()
    with locked(draft.lock_name):
        clock.set(closes)
        at_the_close = hers.post(address)
        clock.set(closes - MILLISECOND)
        before = hers.post(address)
    place = parse_qs(urlsplit(form_of(before)[0]).query)[arrival.PLACE][0]
    stranger, theirs = Pages(instance, someone), Pages(instance, colleague)
    late = closes + timedelta(minutes=1)
    read = {
        (who, one): {"read": state_on(who.get(f"/moje/wnioski/{one.public_id}/braki").text)}
        for who, one in ((hers, draft), (hers, second), (theirs, draft), (stranger, other))
    }
    for who, one, asked, when in (
        (hers, draft, form_of(at_the_close)[0], late),
        (hers, draft, form_of(before)[0], closes - MILLISECOND + arrival.LONGEST_PLACE + MILLISECOND),
        (hers, draft, f"?{arrival.PLACE}={place[:-2]}", late),
        (hers, second, f"?{arrival.PLACE}={place}", late),
        (theirs, draft, f"?{arrival.PLACE}={place}", late),
        (stranger, other, f"?{arrival.PLACE}={place}", late),
    ):
        clock.set(when)
        where = f"/moje/wnioski/{one.public_id}/zloz?{asked.partition('?')[2]}"
        refused = who.post(where, read[who, one])
        assert (refused.status_code, "Nabór jest zamknięty" in refused.text) == (422, True), where
    assert [status_of(one) for one in (draft, second, other)] == [Status.DRAFT] * 3


def test_what_was_typed_waits_in_the_page_and_is_stored_once(
    drafted: tuple[Application, Pages], locked: Locked
) -> None:
    draft, hers = drafted
    hers.csrf_token()
    with locked(draft.lock_name):
        answer = hers.post(f"/moje/wnioski/{draft.public_id}/c", {"revision": "1", "c1_need": "Zażółć gęślą jaźń"})
    action, kept = form_of(answer)
    assert (answer.status_code, kept["c1_need"], kept["revision"]) == (503, "Zażółć gęślą jaźń", "1")
    for _ in range(2):
        assert hers.client.post(action, data=kept).status_code in {302, 409}
    own = select(SectionAnswers).where(SectionAnswers.application_id == draft.id, SectionAnswers.section == "c")
    (row,) = db.session.scalars(own).all()
    assert (row.answers["c1_need"], row.revision) == ("Zażółć gęślą jaźń", 2)


def test_a_consent_to_come_late_is_not_taken_back_while_somebody_sends_by_it(
    drafted: tuple[Application, Pages], instance: Flask, locked: Locked, clock: Clock
) -> None:
    draft, _hers = drafted
    round_ = world.a_round()
    draft.late_until = round_.closes_at + timedelta(days=1)
    one = Extension(
        public_id="wyjatek001", round_id=round_.id, organisation_id=draft.organisation_id, application_id=draft.id,
        before=round_.closes_at, until=draft.late_until, reason="Awaria", made_at=world.NOON,
        made_by_id=draft.created_by_id,
    )  # fmt: skip
    db.session.add(one)
    db.session.commit()
    staff = Pages(instance, world.a_person(Role.COORDINATOR))
    staff.csrf_token()
    with locked(draft.lock_name):
        answer = staff.post("/biuro/wyjatki/wyjatek001/cofnij", {"reason": "Nie ta biblioteka."})
    assert answer.status_code == 503
    assert db.session.query(Extension).filter_by(public_id="wyjatek001").count() == 1


def test_a_copy_begins_in_its_turn_as_every_other_application_of_the_round_does(
    drafted: tuple[Application, Pages], locked: Locked
) -> None:
    draft, hers = drafted
    past = another_round(2026)
    db.session.commit()
    owner = db.session.get_one(Organisation, draft.organisation_id)
    old = world.an_application(
        Status.SUBMITTED, by=db.session.get_one(Person, draft.created_by_id), round_=past, organisation=owner
    )
    hers.csrf_token()
    with locked(f"round:{draft.round_id}"):
        answer = hers.post(f"/moje/wnioski/{old.public_id}/nowy/strefa-eksperymentu-2027")
    assert answer.status_code == 503


def test_scripts_are_told_when_to_come_again(drafted: tuple[Application, Pages], locked: Locked) -> None:
    draft, hers = drafted
    hers.csrf_token()
    address = f"/moje/wnioski/{draft.public_id}/c"
    with locked(draft.lock_name):
        saved = hers.post(address, {"revision": "1", "c1_need": "x"}, headers={AUTOSAVE: "1"})
        sent = hers.post(address, {"revision": "1", "c1_need": "x"}, headers={UPLOAD: "1"})
    for answer in (saved, sent):
        assert (answer.status_code, answer.mimetype) == (503, "application/json")
        assert json.loads(answer.text)["retry_after"] == int(answer.headers["Retry-After"])


def test_a_password_is_not_kept(instance: Flask, drafted: tuple[Application, Pages], locked: Locked) -> None:
    visitor = Pages(instance)
    visitor.csrf_token()
    with locked("everything"):
        answer = visitor.post("/konto/logowanie", {"email": "ala@example.org", "password": "tajemnica"})
    assert answer.status_code == 503
    assert "tajemnica" not in answer.text
    assert "data-again" not in answer.text
    assert 'href="/konto/logowanie"' in answer.text
    assert "Refresh" not in answer.headers, "a form is sent again and not opened anew"


def test_a_file_is_not_kept_and_the_page_leads_back_to_where_it_is_chosen(
    drafted: tuple[Application, Pages], locked: Locked
) -> None:
    draft, hers = drafted
    hers.csrf_token()
    address = f"/moje/wnioski/{draft.public_id}/pliki/h1_attachments"
    with locked(draft.lock_name):
        answer = hers.post(address, {"file": (io.BytesIO(a_pdf()), "list.pdf")}, content_type="multipart/form-data")
    assert answer.status_code == 503
    assert "data-again" not in answer.text
    assert "Refresh" not in answer.headers


def test_trouble_that_waiting_does_not_mend_stays_an_error(instance: Flask) -> None:
    with instance.app_context(), pytest.raises(Exception, match="there_is_no") as found:
        db.session.execute(text("SELECT * FROM there_is_no_such_table"))
    assert not is_busy(found.value)
    assert not is_busy(OperationalError("", {}, Exception("disk I/O error")))
    assert not is_busy(ValueError("database is locked"))


def test_a_pool_without_a_free_connection_is_busy() -> None:
    engine = create_engine("sqlite://", poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.05)
    with engine.connect(), pytest.raises(PoolTimeout) as found:
        engine.connect()
    assert is_busy(found.value)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_a_page_that_could_not_be_read_opens_itself_again(instance: Flask, language: str) -> None:
    engine = create_engine("sqlite://", poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.05)
    with engine.connect(), pytest.raises(PoolTimeout) as found:
        engine.connect()
    with instance.test_request_context("/edycje?strona=2", headers={"Cookie": f"language={language}"}):
        answer: Any = instance.handle_user_exception(found.value)
    page = answer.get_data(as_text=True)
    check_html(page)
    assert answer.status_code == 503
    assert answer.headers["Refresh"] == answer.headers["Retry-After"]
    assert 'href="/edycje?strona=2"' in page
    assert ("Chwilę to potrwa" in page) == (language == "pl")
