"""`strefa check`: a sound round breaks nothing, and whatever is spoiled is found under its name."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from strefa.cli import check
from strefa.contest.applications.columns import content_hash
from strefa.contest.applications.models import Application, Submission
from strefa.contest.decisions import actions, queries
from strefa.contest.jury.models import Assignment
from strefa.contest.people.models import Membership, Person, RoundRole
from strefa.contest.rounds.models import FormVersion, Round
from strefa.contest.screening.models import FormalCheck
from strefa.infra import jobs
from strefa.infra.database import db
from strefa.infra.files import StoredFile, path_of
from strefa.infra.journal import record
from strefa.rules.lifecycle import Status
from strefa.rules.policy import OrganisationRole, Role
from tests import world
from tests.decided import a_decided_round
from tests.isolation import outer_transaction

FILE = ("a" * 64, 3)


@pytest.fixture(scope="module")
def scene(app: Flask) -> Iterator[Connection]:
    """A published round as real actions leave it, once for all tests: what the builders leave out is filled in."""
    with outer_transaction(app) as connection:
        world.start()
        round_ = a_decided_round().round
        round_.last_number = 9999
        form_hash = db.session.get_one(FormVersion, round_.form_version_id).sha256
        for submission in db.session.scalars(select(Submission)):
            submission.content_hash = content_hash(form_hash, submission.answers, submission.attachments)
            jobs.ask("document", f"receipt:{submission.id}", now=world.NOON)
        for application in db.session.scalars(select(Application).where(Application.status == Status.ELIGIBLE)):
            db.session.add(FormalCheck(application_id=application.id, passed=True, decided_at=world.NOON))
        record("test", "round:x", actor=None, now=world.NOON)
        db.session.commit()
        yield connection


@pytest.fixture
def store(scene: Connection) -> Iterator[Session]:
    """The session over the scene; what a test spoils is whole again after it."""
    whole = scene.begin_nested()
    db.session.remove()
    try:
        yield db.session()
    finally:
        db.session.remove()
        whole.rollback()


def names(lines: list[str]) -> set[str]:
    return {line.partition(":")[0] for line in lines}


def test_a_sound_round_breaks_nothing(store: Session) -> None:
    assert check.broken() == []


DECISION = "(SELECT min(id) FROM decisions WHERE outcome = 'funded')"
CARD = "(SELECT min(id) FROM score_cards)"
ASSIGNMENT = f"(SELECT assignment_id FROM score_cards WHERE id = {CARD})"
SPOILED = {
    "journal": "UPDATE journal_head SET hash = 'x'",
    "frozen_versions": "UPDATE rounds SET template_sha256 = 'x'",
    "numbers": "UPDATE rounds SET last_number = 1",
    "submissions": "UPDATE submissions SET content_hash = 'x' WHERE id = (SELECT min(id) FROM submissions)",
    "receipts": "DELETE FROM jobs WHERE subject = (SELECT min(subject) FROM jobs WHERE subject LIKE 'receipt:%')",
    "formal_checks": "UPDATE formal_checks SET passed = NULL WHERE id = (SELECT min(id) FROM formal_checks)",
    "no_card_in_conflict": f"DELETE FROM impartiality_declarations WHERE application_id = "
    f"(SELECT application_id FROM assignments WHERE id = {ASSIGNMENT})",
    "cards_whole": f"UPDATE marks SET score = '5.3' WHERE card_id = {CARD}",
    "rankings": "UPDATE rankings SET input_hash = 'x'",
    "decisions_follow_ranking": f"UPDATE decisions SET rank = 7 WHERE id = {DECISION}",
    "money_within_pool": "UPDATE rounds SET pool = 1000",
    "one_proposal": "UPDATE rounds SET results_published_at = NULL",
}


@pytest.mark.parametrize("name", SPOILED)
def test_spoiled_data_are_found_under_the_name_of_what_they_break(store: Session, name: str) -> None:
    store.execute(text(SPOILED[name]))
    store.expire_all()
    assert names(check.broken()) == {name}


def test_a_round_that_forgot_that_decisions_stand_is_found(store: Session) -> None:
    store.execute(text("UPDATE rounds SET decided_at = NULL"))
    [line] = check.broken()
    assert line.startswith("one_proposal: edycja strefa-eksperymentu-2027: zmiany w ocenach")


def test_a_changed_award_is_found_against_what_was_asked_and_what_was_ranked(store: Session) -> None:
    store.execute(text(f"UPDATE decisions SET amount = amount - 1 WHERE id = {DECISION}"))
    assert names(check.broken()) == {"awards", "decisions_follow_ranking"}


def test_a_sent_application_without_a_version_is_found(store: Session) -> None:
    store.execute(text("UPDATE submissions SET withdrawn_at = sent_at WHERE id = (SELECT min(id) FROM submissions)"))
    [line] = check.broken()
    assert line.startswith("submissions: wniosek SE-2027-")


def test_an_attachment_of_a_sent_version_without_its_file_is_found(store: Session) -> None:
    submission = store.scalars(select(Submission)).first()
    assert submission is not None
    given = {"sha256": FILE[0], "size": FILE[1], "name": "statut.pdf", "field": "f1"}
    submission.attachments = [given]
    form_hash = store.get_one(FormVersion, submission.form_version_id).sha256
    submission.content_hash = content_hash(form_hash, submission.answers, submission.attachments)
    store.commit()
    assert [line for line in check.broken() if "statut.pdf" not in line] == []
    assert names(check.broken()) == {"attachments"}


@pytest.mark.parametrize("content", [None, b"abd", b"abcd"])
def test_a_lost_or_changed_file_is_found(store: Session, content: bytes | None) -> None:
    sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # of b"abc"
    store.add(StoredFile(sha256=sha256, size=3, created_at=world.NOON))
    path = path_of(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"abc")
    assert check.broken() == []
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    assert names(check.broken()) == {"files"}


@pytest.mark.parametrize("how", ["recused", "member", "stranger"])
def test_a_card_by_a_juror_in_conflict_is_found(store: Session, how: str) -> None:
    juror = store.scalar(text(f"SELECT juror_id FROM assignments WHERE id = {ASSIGNMENT}"))
    organisation = store.scalar(
        select(Application.organisation_id)
        .join(Assignment, Assignment.application_id == Application.id)
        .where(Assignment.id == text(ASSIGNMENT))
    )
    if how == "recused":
        store.execute(text("UPDATE impartiality_declarations SET impartial = FALSE WHERE juror_id = :j"), {"j": juror})
    elif how == "member":
        store.add(
            Membership(
                organisation_id=organisation, person_id=juror, role=OrganisationRole.READER,
                created_at=world.NOON,
            )
        )  # fmt: skip
    else:
        store.execute(text("DELETE FROM jury_members WHERE person_id = :j"), {"j": juror})
    store.commit()
    assert names(check.broken()) == {"no_card_in_conflict"}


def test_a_second_proposal_that_stands_is_found(store: Session) -> None:
    store.execute(
        text(
            "INSERT INTO proposals (public_id, round_id, ranking_id, proposed_at, proposed_by_id, returned_because) "
            "SELECT 'bbbbbbbbbb', round_id, ranking_id, proposed_at, proposed_by_id, '' FROM proposals"
        )
    )
    assert names(check.broken()) == {"one_proposal"}


def test_a_missing_column_stops_the_check_at_the_tables(store: Session) -> None:
    store.execute(text("ALTER TABLE rounds DROP COLUMN grace_seconds"))
    lines = check.broken()
    assert names(lines) == {"schema"}
    assert "grace_seconds" in lines[0]


def test_every_invariant_is_spoiled_by_some_test_here_and_has_its_sentence() -> None:
    elsewhere = {"schema", "files", "attachments", "awards"}
    assert SPOILED.keys() | elsewhere == {invariant.__name__ for invariant in check.EVERY}
    assert all((invariant.__doc__ or "").endswith(".") for invariant in check.EVERY)


def test_a_resignation_and_a_promotion_break_nothing(store: Session) -> None:
    later = world.NOON + timedelta(days=90)
    round_ = store.scalars(select(Round)).one()
    proposal = queries.standing(round_)
    coordinator = store.scalars(select(Person).join(Person.roles).where(RoundRole.role == Role.COORDINATOR)).one()
    assert proposal is not None
    number = next(decision.application.number for decision in proposal.decisions if decision.amount)
    first = queries.decision_by_number(number or "")
    assert first is not None
    actions.resign(first, "Biblioteka rezygnuje z dotacji.", actor=coordinator, now=later)
    actions.promote(round_, proposal, actor=coordinator, now=later)
    store.commit()
    assert check.broken() == []
