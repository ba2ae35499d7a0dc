"""Taking back a consent to come late that nobody used: written down, told to whom it concerned, and nothing comes by it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa import chores
from strefa.contest.applications.models import Application, Extension
from strefa.infra.clock import Clock
from strefa.infra.journal import Entry
from strefa.outputs.letters import rendered
from strefa.rules.lifecycle import Status
from tests import world
from tests.pages import Pages
from tests.web.office.test_closing import CLOSES, FOR_ALL, FOR_ONE, LATER, ROUND, broken, fresh, letters, staff, text

__all__ = ["staff"]

HOUR = timedelta(hours=1)
REASON = {"reason": "Wyjątek dostała nie ta biblioteka."}


def given(store: Session, staff: Pages, applicant: str, application: str, **changes: str) -> Extension:
    typed = FOR_ONE | {"applicant": applicant, "application": application} | changes
    assert staff.post(ROUND, typed).status_code == 302
    store.expire_all()
    return store.scalars(select(Extension).order_by(Extension.id.desc())).first() or pytest.fail("no exception")


def take_back(one: Extension) -> str:
    return f"/biuro/wyjatki/{one.public_id}/cofnij"


def test_what_nobody_used_is_taken_back_with_a_reason_that_everybody_is_told(
    store: Session, staff: Pages, pages: Pages, clock: Clock
) -> None:
    ala = world.a_person(email="ala@example.org")
    owner = world.an_organisation(ala, nip="5260250274")
    draft = world.an_application(by=ala, organisation=owner)
    clock.set(CLOSES + HOUR)
    one = given(store, staff, "5260250274", draft.public_id)
    assert take_back(one) in staff.get(ROUND).text
    short = staff.post(take_back(one), {"reason": "bo tak"})
    assert (short.status_code, "bo tak" in short.text) == (422, True)
    assert fresh(store, draft).late_until == LATER
    assert staff.post(take_back(one), REASON).status_code == 302
    assert fresh(store, draft).late_until is None
    assert store.query(Extension).count() == 0
    told = letters(store, "exception_taken_back")
    assert [letter.to for letter in told] == ["ala@example.org", "biuro@example.org"]
    assert REASON["reason"] in rendered(told[0])[1]
    entry = store.scalars(select(Entry).where(Entry.verb == "take_back_exception")).one()
    assert (entry.subject, (entry.details or {})["reason"]) == (f"application:{draft.public_id}", REASON["reason"])
    assert pages.sign_in(ala).send_application(draft.public_id).status_code == 422
    assert fresh(store, draft).status is Status.DRAFT
    assert broken() == []


def test_an_earlier_exception_holds_again(store: Session, staff: Pages, clock: Clock) -> None:
    owner = world.an_organisation(nip="5260250274")
    draft = world.an_application(organisation=owner)
    clock.set(CLOSES + HOUR)
    given(store, staff, "5260250274", draft.public_id)
    clock.set(CLOSES + 2 * HOUR)
    longer = given(store, staff, "5260250274", draft.public_id, until="2027-02-13 15:00")
    assert staff.post(take_back(longer), REASON).status_code == 302
    assert fresh(store, draft).late_until == LATER
    assert broken() == []


def test_an_extension_for_all_ends_before_the_next_call_begins(store: Session, staff: Pages, clock: Clock) -> None:
    round_ = world.a_round()
    again = {"key": "call", "starts": "2027-02-12 09:00", "ends": "2027-03-01 15:00"}
    plan = round_.template["timetable"]
    world.a_round(
        template=round_.template | {"timetable": plan | {"stages": [*plan["stages"], again]}},
        template_sha256="two calls" * 7 + "x",
    )
    clock.set(CLOSES + HOUR)
    refused = staff.post(ROUND, FOR_ALL)
    assert refused.status_code == 422
    assert "Następny nabór zaczyna się: 12 lutego 2027, 09:00" in text(refused)
    assert staff.post(ROUND, FOR_ALL | {"until": "2027-02-12 09:00"}).status_code == 302


def test_no_exception_is_cut_short_by_another(store: Session, staff: Pages, clock: Clock) -> None:
    owner = world.an_organisation(nip="5260250274")
    draft = world.an_application(organisation=owner)
    clock.set(CLOSES + HOUR)
    one = given(store, staff, "5260250274", draft.public_id)
    sooner = FOR_ONE | {"applicant": "5260250274", "application": draft.public_id, "until": "2027-02-12 14:00"}
    assert staff.post(ROUND, sooner).status_code == 422
    assert store.scalars(select(Extension)).all() == [one]
    assert fresh(store, draft).late_until == LATER


def test_a_draft_let_in_late_is_reminded_anew(store: Session, staff: Pages, clock: Clock) -> None:
    ala = world.a_person(email="ala@example.org")
    draft = world.an_application(by=ala, organisation=world.an_organisation(ala, nip="5260250274"))
    clock.set(CLOSES - HOUR)
    assert chores.remind_once() == 1
    given(store, staff, "5260250274", draft.public_id)
    clock.set(LATER - 6 * HOUR)
    assert chores.remind_once() == 1
    assert [letter.values["closes"] for letter in letters(store, "reminder")] == [
        CLOSES.isoformat(), LATER.isoformat(),
    ]  # fmt: skip


def test_one_to_begin_an_application_lets_none_be_begun_any_more(
    store: Session, staff: Pages, pages: Pages, clock: Clock
) -> None:
    ala = world.a_person()
    owner = world.an_organisation(ala, nip="5260250274")
    clock.set(CLOSES + HOUR)
    one = given(store, staff, "5260250274", "new")
    assert staff.post(take_back(one), REASON).status_code == 302
    begin = {"organisation": owner.public_id}
    assert pages.sign_in(ala).post("/moje/nowy/strefa-eksperymentu-2027", begin).headers["Location"] == "/moje"
    assert store.query(Application).count() == 0
    assert broken() == []


def test_what_was_used_or_is_over_stays(store: Session, staff: Pages, pages: Pages, clock: Clock) -> None:
    ala = world.a_person()
    sent, idle = (world.an_application(by=ala, organisation=world.an_organisation(ala, nip=nip)) for nip in ("5260250274", "7385748723"))  # fmt: skip
    clock.set(CLOSES + HOUR)
    used = given(store, staff, "5260250274", sent.public_id)
    assert pages.sign_in(ala).send_application(sent.public_id).status_code == 302
    over = given(store, staff, "7385748723", idle.public_id)
    for one, moment, said in ((used, CLOSES + HOUR, "Wniosek złożono już"), (over, LATER, "skończyła się sama")):
        clock.set(moment)
        assert take_back(one) not in staff.get(ROUND).text
        assert said in text(staff.get(take_back(one)))
        assert staff.post(take_back(one), REASON).status_code == 422
    assert store.query(Extension).count() == 2
    assert letters(store, "exception_taken_back") == []


def test_a_longer_one_given_after_the_send_is_not_used_by_it(
    store: Session, staff: Pages, pages: Pages, clock: Clock
) -> None:
    ala = world.a_person()
    sent = world.an_application(by=ala, organisation=world.an_organisation(ala, nip="5260250274"))
    clock.set(CLOSES + HOUR)
    first = given(store, staff, "5260250274", sent.public_id)
    assert pages.sign_in(ala).send_application(sent.public_id).status_code == 302
    clock.set(CLOSES + 2 * HOUR)
    longer = given(store, staff, "5260250274", sent.public_id, until="2027-02-13 15:00")
    assert "Wniosek złożono już" in text(staff.get(take_back(first)))
    assert staff.post(take_back(longer), REASON).status_code == 302
    assert fresh(store, sent).late_until == LATER
    assert broken() == []
