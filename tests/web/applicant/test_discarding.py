"""Throwing away a draft begun by accident: all of it goes, the others are told, and nothing counts it any more."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from strefa import chores
from strefa.cli.invariants.closing import extensions
from strefa.cli.invariants.judged import statuses
from strefa.cli.invariants.kept import erased_stay_erased
from strefa.contest.applications.extension_queries import concerned, late_attempts, unused
from strefa.contest.applications.models import Application, Attachment, Extension, SectionAnswers, SectionHistory
from strefa.contest.applications.queries import statuses_by_round, untouched
from strefa.contest.jury.actions import blockers_to_join
from strefa.contest.people.models import Membership
from strefa.contest.privacy.models import Retention
from strefa.contest.screening.queries import counts
from strefa.infra.clock import Clock
from strefa.infra.journal import Entry
from strefa.infra.messages import Message
from strefa.outputs.letters import rendered
from strefa.rules.lifecycle import Status
from strefa.rules.policy import OrganisationRole
from strefa.web.session import AUTOSAVE
from tests import world
from tests.pages import Pages

GOES = "Znikną od razu i na zawsze"


def address_of(application: Application, tail: str = "") -> str:
    return f"/moje/wnioski/{application.public_id}{tail}"


def rows(store: Session, application: Application) -> list[int]:
    tables = (SectionAnswers, SectionHistory, Attachment)
    return [
        store.scalar(select(func.count()).select_from(table).where(table.application_id == application.id)) or 0
        for table in tables
    ]


def test_a_draft_is_thrown_away_by_the_button_alone_and_the_others_hear_of_it(store: Session, pages: Pages) -> None:
    ala, ewa = world.a_person(name="Ala Nowak"), world.a_person()
    draft = world.an_application(by=ala, organisation=world.an_organisation(ala, ewa), title="Przez pomyłkę")
    hers = pages.sign_in(ala)

    asked = hers.get(address_of(draft, "/usun")).text.replace("\xa0", " ")
    kept = rows(store, draft)[0]
    hers.post(address_of(draft, "/usun"))
    again = hers.post(address_of(draft, "/usun"), follow_redirects=True)  # pressed twice

    assert (again.status_code, "Wersja robocza jest usunięta." in again.text.replace("\xa0", " ")) == (200, True)
    assert f'href="{address_of(draft, "/usun")}"' not in hers.get("/moje").text
    assert GOES in asked
    assert "Tego nie da się cofnąć." in asked
    assert "Napiszemy do nich, że został usunięty." in asked
    assert kept > 0
    assert rows(store, draft) == [0, 0, 0]
    store.refresh(draft)
    assert (draft.title, draft.erased_at) == ("", world.NOON)
    letter = store.scalars(select(Message).where(Message.template == "discarded")).one()
    assert letter.to == ewa.email
    assert "Ala Nowak usuwa wersję roboczą wniosku „Przez pomyłkę”" in rendered(letter)[1].replace("\xa0", " ")
    entry = store.scalars(select(Entry).where(Entry.verb == "discard")).one()
    assert (entry.actor_id, entry.details) == (ala.id, {"files": 0})
    assert [*statuses(), *erased_stay_erased()] == []


def test_what_was_thrown_away_is_on_no_page_and_counts_nowhere(store: Session, pages: Pages, clock: Clock) -> None:
    ala, ewa, round_ = world.a_person(), world.a_person(), world.a_round()
    library = world.an_organisation(ala, ewa)
    draft = world.an_application(by=ala, organisation=library, title="Przez pomyłkę", late_attempt_at=world.NOON)
    hers, theirs = pages.sign_in(ala), pages.sign_in(ewa)
    hers.post(address_of(draft, "/usun"))

    assert [theirs.get(address_of(draft, tail)).status_code for tail in ("", "/a", "/braki", "/usun")] == [404] * 4
    assert theirs.post(address_of(draft, "/a"), {"revision": 0, "a1_name": "Powrót"}).status_code == 404
    assert theirs.post(address_of(draft, "/zloz")).status_code == 404
    assert address_of(draft) not in hers.get("/moje").text
    assert address_of(draft) not in hers.get("/moje/nowy/strefa-eksperymentu-2027").text
    assert untouched(round_, library.id) is None
    assert statuses_by_round([library.id]) == {}
    assert counts(round_).drafts == 0
    assert concerned(round_).drafts == 0
    assert late_attempts(round_) == []
    assert blockers_to_join(round_.id, ala) == []
    clock.set(round_.closes_at - timedelta(days=2))
    assert chores.remind_once() == 0


def test_whoever_is_writing_in_it_is_told_to_copy_her_text(pages: Pages) -> None:
    ala, ewa = world.a_person(), world.a_person()
    draft = world.an_application(by=ala, organisation=world.an_organisation(ala, ewa))
    theirs = pages.sign_in(ewa)
    pages.sign_in(ala).post(address_of(draft, "/usun"))

    answer = theirs.post(address_of(draft, "/c"), {"revision": "1", "c1_need": "Nowe"}, headers={AUTOSAVE: "1"})

    assert (answer.status_code, "Skopiuj swój tekst" in json.loads(answer.text)["text"]) == (404, True)


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.REOPENED, Status.WITHDRAWN])
def test_what_was_ever_sent_cannot_be_thrown_away(store: Session, pages: Pages, status: Status) -> None:
    ala = world.a_person()
    application = world.an_application(status, by=ala)
    hers = pages.sign_in(ala)

    shown = hers.get(address_of(application, "/usun"))
    hers.post(address_of(application, "/usun"))

    assert shown.status_code == 404
    assert "/usun" not in hers.get(address_of(application)).text
    store.refresh(application)
    assert application.erased_at is None
    assert rows(store, application)[0] > 0


def test_only_an_editor_throws_a_draft_away(store: Session, pages: Pages) -> None:
    ala, bookkeeper = world.a_person(), world.a_person()
    library = world.an_organisation(ala)
    store.add(
        Membership(
            organisation_id=library.id, person_id=bookkeeper.id, role=OrganisationRole.ACCOUNTANT, created_at=world.NOON
        )
    )  # fmt: skip
    store.commit()
    draft = world.an_application(by=ala, organisation=library)
    theirs = pages.sign_in(bookkeeper)

    assert "/usun" not in theirs.get(address_of(draft)).text
    assert theirs.post(address_of(draft, "/usun")).status_code == 404
    assert "/usun" in pages.sign_in(ala).get(address_of(draft)).text


def test_what_staff_hold_back_stays(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    draft = world.an_application(by=ala)
    store.add(Retention(application_id=draft.id, held_at=world.NOON, held_by_id=ala.id, held_because="Spór"))
    store.commit()
    hers = pages.sign_in(ala)

    said = hers.post(address_of(draft, "/usun"), follow_redirects=True).text

    assert "Biuro konkursu wstrzymało usunięcie tej treści." in said
    assert rows(store, draft)[0] > 0


def test_an_exception_lets_another_draft_be_begun(store: Session, pages: Pages, clock: Clock) -> None:
    ala, round_ = world.a_person(), world.a_round()
    library, until = world.an_organisation(ala), round_.closes_at + timedelta(days=2)
    draft = world.an_application(by=ala, organisation=library, late_until=until)
    store.add(
        Extension(
            public_id="wyjatek001", round_id=round_.id, organisation_id=library.id, application_id=draft.id,
            before=round_.closes_at, until=until, reason="Awaria prądu", made_at=world.NOON, made_by_id=ala.id,
        )
    )  # fmt: skip
    store.commit()
    clock.set(round_.closes_at + timedelta(days=1))

    pages.sign_in(ala).post(address_of(draft, "/usun"))

    waiting = unused(round_, library.id, round_.closes_at + timedelta(days=1))
    assert waiting is not None
    assert waiting.reason == "Awaria prądu"
    assert [line for line in extensions() if "termin z wyjątku" in line] == []
