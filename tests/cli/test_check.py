"""`strefa check`: a sound round breaks nothing, and whatever is spoiled is found under its name."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from strefa.cli import check
from strefa.cli.invariants import judged
from strefa.contest.applications.columns import content_hash
from strefa.contest.applications.models import Application, Submission
from strefa.contest.decisions import actions, queries
from strefa.contest.jury.models import Assignment
from strefa.contest.people.models import Membership, Person, RoundRole
from strefa.contest.rounds.models import FormVersion, Round
from strefa.infra.files import StoredFile, path_of
from strefa.infra.journal import record
from strefa.rules.policy import OrganisationRole, Role
from tests import world

FILE = ("a" * 64, 3)


def names(lines: list[str]) -> set[str]:
    return {line.partition(":")[0] for line in lines}


def test_a_sound_round_breaks_nothing(data: Session) -> None:
    assert check.broken() == []


DECISION = "(SELECT min(id) FROM decisions WHERE outcome = 'funded')"
CARD = "(SELECT min(id) FROM score_cards)"
ASSIGNMENT = f"(SELECT assignment_id FROM score_cards WHERE id = {CARD})"
SPOILED = {
    "journal": "UPDATE journal_head SET hash = 'x'",
    "erased_stay_erased": "UPDATE people SET erased_at = '2027-03-01 12:00:00' WHERE id = (SELECT min(id) FROM people)",
    "frozen_versions": "UPDATE rounds SET template_sha256 = 'x'",
    "rounds_as_loaded": "UPDATE rounds SET name = 'Inny konkurs'",
    "numbers": "UPDATE rounds SET last_number = 1",
    "submissions": "UPDATE submissions SET content_hash = 'x' WHERE id = (SELECT min(id) FROM submissions)",
    "listed_as_sent": "UPDATE applications SET title = 'Inny' WHERE id = (SELECT min(id) FROM applications)",
    "receipts": "DELETE FROM jobs WHERE subject = (SELECT min(subject) FROM jobs WHERE subject LIKE 'receipt:%')",
    "extensions": "UPDATE applications SET late_until = '2027-02-20 12:00:00' WHERE id = (SELECT min(id) FROM applications)",
    "outages": "INSERT INTO outages (round_id, key, version, starts_at, ends_at, what, what_en, logged_at, logged_by_id) "
    "SELECT id, 'awaria0001', 1, created_at, NULL, 'Awaria', 'Outage', created_at, (SELECT min(id) FROM people) "
    "FROM rounds",
    "sent_in_time": "UPDATE submissions SET sent_at = '2027-03-01 12:00:00' WHERE id = (SELECT min(id) FROM submissions)",
    "statuses": "UPDATE applications SET status = 'submitted' WHERE status = 'withdrawn'",
    "formal_checks": "UPDATE formal_checks SET passed = NULL WHERE id = (SELECT min(id) FROM formal_checks)",
    "no_card_in_conflict": f"DELETE FROM impartiality_declarations WHERE application_id = "
    f"(SELECT application_id FROM assignments WHERE id = {ASSIGNMENT})",
    "none_from_own_voivodeship": "UPDATE jury_members SET voivodeship = 'podlaskie'",
    "cards_whole": f"UPDATE marks SET score = '5.3' WHERE card_id = {CARD}",
    "cards_as_recorded": f"UPDATE score_cards SET submitted_at = '2027-03-01 12:00:00' WHERE id = {CARD}",
    "rankings": "UPDATE rankings SET input_hash = 'x'",
    "votes": "INSERT INTO jury_votes (round_id, numbers, note, recorded_at, recorded_by_id) "
    """SELECT round_id, '["A", "B"]', '', proposed_at, proposed_by_id FROM proposals""",
    "proposals_as_recorded": "UPDATE proposals SET approved_at = published_at",
    "decisions_follow_ranking": f"UPDATE decisions SET rank = 7 WHERE id = {DECISION}",
    "money_within_pool": "UPDATE rounds SET pool = 1000",
    "one_proposal": "UPDATE rounds SET results_published_at = NULL",
}
AS_WELL = {
    "sent_in_time": {"submissions"},
    "cards_whole": {"cards_as_recorded", "cards_as_frozen"},
    "money_within_pool": {"rounds_as_loaded"},
}


@pytest.mark.parametrize("name", SPOILED)
def test_spoiled_data_are_found_under_the_name_of_what_they_break(data: Session, name: str) -> None:
    data.execute(text(SPOILED[name]))
    data.expire_all()
    assert names(check.broken()) == {name} | AS_WELL.get(name, set())


def test_a_round_that_forgot_that_decisions_stand_is_found(data: Session) -> None:
    data.execute(text("UPDATE rounds SET decided_at = NULL"))
    [line] = check.broken()
    assert line.startswith("one_proposal: edycja strefa-eksperymentu-2027: zmiany w ocenach")


def test_a_changed_award_is_found_against_what_was_asked_and_what_was_ranked(data: Session) -> None:
    data.execute(text(f"UPDATE decisions SET amount = amount - 1 WHERE id = {DECISION}"))
    assert names(check.broken()) == {"awards", "decisions_follow_ranking"}


def test_a_sent_application_without_a_version_is_found(data: Session) -> None:
    data.execute(text("UPDATE submissions SET withdrawn_at = sent_at WHERE id = (SELECT min(id) FROM submissions)"))
    [line] = check.broken()
    assert line.startswith("submissions: wniosek SE-2027-")


def test_an_attachment_of_a_sent_version_without_its_file_is_found(data: Session) -> None:
    submission = data.scalars(select(Submission)).first()
    assert submission is not None
    given = {"sha256": FILE[0], "size": FILE[1], "name": "statut.pdf", "field": "f1"}
    submission.attachments = [given]
    form_hash = data.get_one(FormVersion, submission.form_version_id).sha256
    submission.content_hash = content_hash(form_hash, submission.answers, submission.attachments)
    data.commit()
    assert names(check.broken()) == {"attachments", "submissions"}  # no sending that the journal knows had that file
    assert any("statut.pdf" in line for line in check.broken())


@pytest.mark.parametrize("content", [None, b"abd", b"abcd"])
def test_a_lost_or_changed_file_is_found(data: Session, content: bytes | None) -> None:
    sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # of b"abc"
    data.add(StoredFile(sha256=sha256, size=3, created_at=world.NOON))
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
def test_a_card_by_a_juror_in_conflict_is_found(data: Session, how: str) -> None:
    juror = data.scalar(text(f"SELECT juror_id FROM assignments WHERE id = {ASSIGNMENT}"))
    organisation = data.scalar(
        select(Application.organisation_id)
        .join(Assignment, Assignment.application_id == Application.id)
        .where(Assignment.id == text(ASSIGNMENT))
    )
    if how == "recused":
        data.execute(text("UPDATE impartiality_declarations SET impartial = FALSE WHERE juror_id = :j"), {"j": juror})
    elif how == "member":
        data.add(
            Membership(
                organisation_id=organisation, person_id=juror, role=OrganisationRole.READER,
                created_at=world.NOON,
            )
        )  # fmt: skip
    else:
        data.execute(text("DELETE FROM jury_members WHERE person_id = :j"), {"j": juror})
    data.commit()
    found = names(check.broken())
    assert found - {"cards_as_frozen"} == {"no_card_in_conflict"}
    assert ("cards_as_frozen" in found) == (how == "stranger")  # without her the pseudonyms are not the frozen ones


def test_a_second_proposal_that_stands_is_found(data: Session) -> None:
    data.execute(
        text(
            "INSERT INTO proposals (public_id, round_id, ranking_id, proposed_at, proposed_by_id, returned_because) "
            "SELECT 'bbbbbbbbbb', round_id, ranking_id, proposed_at, proposed_by_id, '' FROM proposals"
        )
    )
    assert names(check.broken()) == {"one_proposal", "proposals_as_recorded", "decisions_follow_ranking"}


def test_a_missing_column_stops_the_check_at_the_tables(data: Session) -> None:
    data.execute(text("ALTER TABLE rounds DROP COLUMN grace_seconds"))
    lines = check.broken()
    assert lines == ["schema: tabela rounds, kolumna grace_seconds: brakuje w bazie"]


def test_a_resignation_and_a_promotion_break_nothing(data: Session) -> None:
    later = world.NOON + timedelta(days=90)
    round_ = data.scalars(select(Round)).one()
    proposal = queries.standing(round_)
    coordinator = data.scalars(select(Person).join(Person.roles).where(RoundRole.role == Role.COORDINATOR)).one()
    assert proposal is not None
    number = next(decision.application.number for decision in proposal.decisions if decision.amount)
    first = queries.decision_by_number(number or "")
    assert first is not None
    actions.resign(first, "Biblioteka rezygnuje z dotacji.", actor=coordinator, now=later)
    actions.promote(round_, proposal, actor=coordinator, now=later)
    data.commit()
    assert check.broken() == []


@pytest.mark.parametrize(
    ("verb", "frozen", "found"),
    [("submit", True, False), ("join_panel", True, False), ("load_round", False, False), ("load_round", True, True)],
)
def test_a_voivodeship_is_held_against_a_juror_only_where_it_was_so_when_she_was_given_the_application(
    data: Session, verb: str, frozen: bool, found: bool
) -> None:
    data.execute(text(SPOILED["none_from_own_voivodeship"]))
    round_ = data.scalars(select(Round)).one()
    round_.rules_frozen_at = world.NOON if frozen else None
    later = world.NOON + timedelta(hours=1)
    subjects = {
        "submit": [f"application:{one}" for one in data.scalars(select(Application.public_id))],
        "join_panel": [f"person:{one}" for one in data.scalars(select(Person.public_id))],
        "load_round": [f"round:{round_.slug}"],
    }
    assert list(judged.none_from_own_voivodeship())
    for subject in subjects[verb]:
        record(verb, subject, actor=None, now=later, round_id=round_.id)
    data.commit()
    assert bool(list(judged.none_from_own_voivodeship())) is found
