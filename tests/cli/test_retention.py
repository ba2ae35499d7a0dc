"""Content whose time is over goes by itself, and what staff hold back stays; `strefa check` has nothing to say."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from strefa import chores
from strefa.cli import check
from strefa.contest.applications import extension_actions, extension_queries
from strefa.contest.applications import queries as applications
from strefa.contest.applications.extension_actions import Later
from strefa.contest.applications.models import (
    Application,
    Presence,
    Submission,
)
from strefa.contest.decisions import actions as decision_actions
from strefa.contest.decisions import queries as decision_queries
from strefa.contest.decisions.models import Decision, Outcome
from strefa.contest.people.models import Organisation
from strefa.contest.privacy import retention_actions
from strefa.contest.privacy import retention_queries as terms
from strefa.contest.privacy.models import Retention
from strefa.contest.rounds.models import Round
from strefa.infra.clock import Clock
from strefa.infra.database import saving
from strefa.infra.journal import Entry
from strefa.rules.policy import Role
from strefa.rules.refusal import Refused
from tests import world
from tests.cli.test_erasure import (
    LATER,
    another_editor,
    author_of,
    erased,
    let_in,
    nobody_listed,
    sums,
    traces,
    with_outcome,
)

__all__ = ["nobody_listed"]


def in_years(clock: Clock, data: Session, days: int) -> datetime:
    published = data.scalars(select(Round.results_published_at)).one()
    assert published is not None
    moment = published + timedelta(days=days)
    clock.set(moment)
    return moment


def test_content_goes_when_its_time_is_over_and_no_sooner(data: Session, clock: Clock) -> None:
    unsuccessful, funded = with_outcome(data, Outcome.REFUSED), with_outcome(data, Outcome.FUNDED, Outcome.PARTIAL)
    email = author_of(data, unsuccessful).email
    with saving():
        let_in(data, unsuccessful, author_of(data, unsuccessful), "Nagła choroba dyrektorki.")
    statistics = sums(data)
    in_years(clock, data, 700)
    chores.keep_once()
    assert data.get_one(Application, unsuccessful.id, populate_existing=True).erased_at is None
    in_years(clock, data, 731)
    chores.keep_once()
    data.expire_all()
    gone, stays = data.get_one(Application, unsuccessful.id), data.get_one(Application, funded.id)
    assert (gone.erased_at is not None, stays.erased_at) == (True, None)
    sent = data.scalars(select(Submission).where(Submission.application_id == gone.id)).one()
    assert (sent.answers, sent.attachments) == ({}, [])
    assert traces(data, "choroba") == []
    assert {line.split(":")[0] for line in traces(data, email)} <= {"people.email", "people.search_key", "messages.to"}
    assert sums(data) == statistics
    assert check.broken() == []
    before = data.scalar(select(func.count()).select_from(Entry))
    chores.keep_once()
    assert data.scalar(select(func.count()).select_from(Entry)) == before


def test_why_a_grant_was_given_back_goes_with_the_content_and_with_whoever_it_names(
    data: Session, clock: Clock
) -> None:
    """Only sums of it stay in the journal, and `strefa check` agrees before and after."""
    kept_back, named = data.scalars(
        select(Decision).where(Decision.outcome.in_((Outcome.FUNDED, Outcome.PARTIAL))).order_by(Decision.id).limit(2)
    )
    author = author_of(data, data.get_one(Application, named.application_id))
    another_editor(data, data.get_one(Application, named.application_id).organisation_id)
    name = author.name
    for decision, because in ((kept_back, "Ciężka choroba dyrektorki."), (named, f"{name} odeszła z pracy.")):
        with saving():
            found = decision_queries.decision_by_number(data.get_one(Application, decision.application_id).number or "")
            assert found is not None
            decision_actions.resign(found, because, actor=author, now=world.NOON)
    assert check.broken() == []
    assert {line.split(":")[0] for line in traces(data, "choroba")} == {"decisions.resigned_because", "messages.values"}
    erased(data, author)
    assert [line for line in traces(data, name) if line.startswith(("decisions", "journal"))] == []
    in_years(clock, data, 5000)
    chores.keep_once()
    in_years(clock, data, 5015)
    chores.keep_once()
    assert {line.split(":")[0] for line in traces(data, "choroba")} == {"messages.values"}, "the letter is its reader's"
    assert check.broken() == []


def test_why_somebody_was_let_in_late_who_began_nothing_goes_when_a_draft_would(data: Session, clock: Clock) -> None:
    round_ = data.scalars(select(Round)).one()
    owner, staff = world.an_organisation(name="Biblioteka zalana"), world.a_person(Role.ADMINISTRATOR)
    with saving():
        round_ = data.get_one(Round, round_.id)
        published = round_.decided_at, round_.results_published_at
        round_.decided_at = round_.results_published_at = None
        later = Later(LATER, "Powódź w domu dyrektorki.", organisation=data.get_one(Organisation, owner.id))
        extension_actions.extend(round_, later, actor=staff, now=LATER - timedelta(days=1))
        longer = replace(later, until=LATER + timedelta(days=1), reason="Powódź trwa.")
        made = extension_actions.extend(round_, longer, actor=staff, now=LATER - timedelta(hours=1))
        mistaken = extension_queries.exception(made.public_id)
        assert mistaken is not None
        extension_actions.take_back(mistaken, round_, "Powódź minęła.", actor=staff, now=LATER - timedelta(hours=1))
        round_.decided_at, round_.results_published_at = published
    clock.set(LATER + timedelta(days=90, seconds=-1))
    chores.keep_once()
    assert {"extensions.reason", "journal.details"} <= {line.split(":")[0] for line in traces(data, "Powódź")}
    clock.set(LATER + timedelta(days=90))
    chores.keep_once()
    data.expire_all()
    assert {line.split(":")[0] for line in traces(data, "Powódź")} <= {"messages.values"}
    assert check.broken() == []


def test_a_day_that_staff_did_not_see_two_weeks_ahead_is_put_off(data: Session, clock: Clock) -> None:
    unsuccessful = with_outcome(data, Outcome.REFUSED)
    moment = in_years(clock, data, 5000)
    chores.keep_once()
    row = terms.of_application(unsuccessful.id)
    assert row is not None
    assert row.erase_after == moment + timedelta(days=14)
    assert data.get_one(Application, unsuccessful.id, populate_existing=True).erased_at is None
    clock.set(moment + timedelta(days=14))
    chores.keep_once()
    assert data.get_one(Application, unsuccessful.id, populate_existing=True).erased_at is not None


def test_what_staff_hold_back_stays_until_they_release_it(data: Session, clock: Clock) -> None:
    held = applications.by_public_id(with_outcome(data, Outcome.REFUSED).public_id)
    staff = world.a_person()
    assert held is not None
    in_years(clock, data, 5000)
    chores.keep_once()
    with pytest.raises(Refused), saving():
        retention_actions.hold(held, "bo", actor=staff, now=LATER)
    with saving():
        retention_actions.hold(held, "Trwa spór z gminą.", actor=staff, now=LATER)
    moment = in_years(clock, data, 5100)
    chores.keep_once()
    with saving():  # as by a worker that found it just before
        retention_actions.erase_content(data.get_one(Application, held.id), now=moment)
    row = data.scalars(select(Retention).where(Retention.application_id == held.id)).one()
    assert data.get_one(Application, held.id, populate_existing=True).erased_at is None
    with saving():
        retention_actions.release(data.get_one(Application, held.id), actor=staff, now=moment)
    chores.keep_once()
    assert data.get_one(Application, held.id, populate_existing=True).erased_at is None
    clock.set(moment + timedelta(days=14))
    chores.keep_once()
    assert data.get_one(Application, held.id, populate_existing=True).erased_at is not None
    assert row.held_because == ""


def test_somebody_long_gone_from_a_page_leaves_no_row(data: Session, clock: Clock) -> None:
    application = with_outcome(data, Outcome.FUNDED)
    now = LATER
    clock.set(now)
    for minutes, person in ((61, world.a_person()), (5, world.a_person())):
        seen = now - timedelta(minutes=minutes)
        data.add(Presence(application_id=application.id, person_id=person.id, section="a", seen_at=seen))
    data.commit()
    chores.keep_once()
    assert [row.seen_at for row in data.scalars(select(Presence))] == [now - timedelta(minutes=5)]
