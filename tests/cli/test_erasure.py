"""Erasing people and old content: no trace is left, scores and sums stay, and `strefa check` has nothing to say."""

import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from strefa import chores
from strefa.cli import check
from strefa.cli.invariants.sent import corrections
from strefa.contest.applications.models import (
    Application,
    Attachment,
    Extension,
    Presence,
    SectionHistory,
    Submission,
)
from strefa.contest.decisions.models import Decision, Outcome, Ranking
from strefa.contest.jury.models import Assignment, ImpartialityDeclaration, JuryMember, Mark, ScoreCard
from strefa.contest.people import actions as people_actions
from strefa.contest.people import queries as people
from strefa.contest.people.models import Invitation, Membership, Organisation, Person
from strefa.contest.privacy import erasure_actions, erasure_queries, export_actions
from strefa.contest.rounds.models import Round
from strefa.infra import erased_list, files, messages
from strefa.infra.clock import Clock
from strefa.infra.database import Base, saving
from strefa.infra.journal import record
from strefa.rules.lifecycle import Status
from strefa.rules.policy import OrganisationRole, Role
from strefa.rules.refusal import Reason, Refused
from tests import world
from tests.cli.recorded import contact

NAME = "Zdzisława Brzęczyszczykiewicz-Żuk"
LATER = world.NOON + timedelta(days=60)


@pytest.fixture(autouse=True)
def nobody_listed(data: Session) -> Iterator[None]:
    """Begin with an empty list of the erased: it lies beside the database, where no transaction takes it back."""
    erased_list.path().unlink(missing_ok=True)
    yield
    erased_list.path().unlink(missing_ok=True)


def everything(data: Session) -> str:
    """Return every value of every table as text, as whoever has the database in hand would read it."""
    found = []
    for table in Base.metadata.sorted_tables:
        for row in data.execute(select(table)).mappings():
            found += [
                f"{table.name}.{name}: {json.dumps(v, ensure_ascii=False, default=str)}" for name, v in row.items()
            ]
    return "\n".join(found)


def traces(data: Session, *words: str) -> list[str]:
    """List the values in which a word stands, whole and in any case."""
    lines = everything(data).splitlines()
    wanted = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), re.IGNORECASE)
    return [line[:160] for line in lines if wanted.search(line)]


def with_outcome(data: Session, *outcomes: Outcome) -> Application:
    """Return the first application that was decided so."""
    statement = select(Application).join(Decision, Decision.application_id == Application.id)
    found = data.scalars(statement.where(Decision.outcome.in_(outcomes)).order_by(Application.id)).first()
    assert found is not None
    return found


def author_of(data: Session, application: Application) -> Person:
    person = people.by_id(application.created_by_id)
    assert person is not None
    return person


def sums(data: Session) -> list[Any]:
    """Return what statistics and the ranking are made of."""
    by_place = select(Application.voivodeship, Application.status, func.count(), func.sum(Application.ask)).where(
        Application.number.is_not(None)
    )
    grouped = by_place.group_by(Application.voivodeship, Application.status).order_by(
        Application.voivodeship, Application.status
    )
    marks = select(Mark.card_id, Mark.criterion, Mark.score).order_by(Mark.card_id, Mark.criterion)
    return [
        [tuple(row) for row in data.execute(grouped)],
        [tuple(row) for row in data.execute(marks)],
        [ranking.result for ranking in data.scalars(select(Ranking).order_by(Ranking.id))],
    ]


def kept(content: bytes) -> files.Kept:
    found = files.keep(io.BytesIO(content), 1_000_000)
    files.register(found, now=world.NOON)
    return found


def lived(data: Session, person: Person, application: Application) -> str:
    """Leave everything that somebody leaves behind; returns the hash of a file in a draft of hers alone."""
    with saving():
        person = people.by_id(person.id) or person
        people_actions.rename(person, NAME, actor=person, now=world.NOON)
        letter = messages.queue("withdrawn", person, now=world.NOON, number="1", title="Gra", reason=f"{NAME} prosi")
        messages.queue("withdrawn", "szefowa@example.org", now=world.NOON, number="1", title="Gra", reason=f"({NAME})")
        messages.queue("withdrawn", "obca@example.org", now=world.NOON, number="1", title=NAME.upper(), reason="")
        record("invite", "organisation:x", actor=None, now=world.NOON, email=person.email.upper(), name=NAME)
        record("withdraw", "application:x", actor=None, now=world.NOON, reason=f"Prosi {NAME.upper()}.")
        data.add(Presence(application_id=application.id, person_id=person.id, section="a", seen_at=world.NOON))
        invited(data, application.organisation_id, person.email, None)
        invited(data, application.organisation_id, "z.domu@example.org", person.id)
        for writer in (person.id, None):
            data.add(
                SectionHistory(
                    application_id=application.id, section="a", revision=7, answers={"a9_contact": f"p. {NAME}, biuro"},
                    saved_at=world.NOON, saved_by_id=writer,
                )
            )  # fmt: skip
        let_in(data, application, person, f"{NAME} była w szpitalu")
        cards = select(ScoreCard.id).join(Assignment).where(Assignment.application_id == application.id)
        for mark in data.scalars(select(Mark).where(Mark.card_id.in_(cards))):
            mark.justification = f"Pani {NAME} ma doświadczenie."
        letter_file = messages.file_of(letter.message_id)
    letter_file.parent.mkdir(exist_ok=True)
    letter_file.write_text(f"To: {person.email}")
    world.a_sign_in(person)
    return a_draft_of_hers_alone(data, person)


def invited(data: Session, organisation_id: int, email: str, claimed_by_id: int | None) -> None:
    data.add(
        Invitation(
            public_id=email[:10], email=email, organisation_id=organisation_id, role=OrganisationRole.READER,
            token_hash=email, created_at=world.NOON, expires_at=LATER, claimed_by_id=claimed_by_id,
        )
    )  # fmt: skip


def let_in(data: Session, application: Application, by: Person, because: str) -> None:
    """Let an application in late, for a reason that names somebody."""
    application = data.get_one(Application, application.id)
    application.late_until = LATER
    data.add(
        Extension(
            public_id="dluzej0001", round_id=application.round_id, organisation_id=application.organisation_id,
            application_id=application.id, before=world.NOON, until=LATER, reason=because, made_at=world.NOON,
            made_by_id=by.id,
        )
    )  # fmt: skip
    subject, until = f"application:{application.public_id}", LATER.isoformat()
    record("let_in_late", subject, actor=by, now=world.NOON, closes=until, reason=because)


def test_why_defects_may_be_mended_later_goes_with_whom_it_names(data: Session) -> None:
    application = with_outcome(data, Outcome.REFUSED)
    author = author_of(data, application)
    subject, until = f"application:{application.public_id}", LATER.isoformat()
    with saving():
        application = data.get_one(Application, application.id)
        application.status, application.correct_by, application.unlocked = Status.CORRECTING, LATER, ["a9_phone"]
        record("request_corrections", subject, actor=author, now=world.NOON, fields=["a9_phone"], deadline="earlier")
        record("extend_corrections", subject, actor=author, now=world.NOON, deadline=until, reason=author.name)
    assert list(corrections()) == []
    name = author.name
    erased(data, author)
    assert [line for line in traces(data, name) if line.startswith("journal")] == []
    assert list(corrections()) == []


def a_draft_of_hers_alone(data: Session, person: Person) -> str:
    alone = world.an_organisation(person, name="Biblioteka jednoosobowa")
    round_ = data.scalars(select(Round)).one()
    draft = world.an_application(by=person, organisation=alone, round_=round_, answers=contact(person), title=NAME)
    with saving():
        content = kept(f"CV: {NAME}".encode())
        data.add(
            Attachment(
                public_id="cv00000001", application_id=draft.id, field="h1_attachments", sha256=content.sha256,
                name=f"cv {NAME}.pdf", media_type="application/pdf", size=content.size, added_at=world.NOON,
                added_by_id=person.id,
            )
        )  # fmt: skip
    return content.sha256


def another_editor(data: Session, organisation_id: int) -> None:
    with saving():
        data.add(
            Membership(
                organisation_id=organisation_id, person_id=world.a_person().id, role=OrganisationRole.EDITOR,
                created_at=world.NOON,
            )
        )  # fmt: skip


def erased(data: Session, person: Person) -> None:
    administrator = world.a_person(Role.ADMINISTRATOR)
    with saving():
        erasure_actions.erase_person(people.by_id(person.id) or person, actor=administrator, now=LATER)
    data.expire_all()


def age(sha256: str) -> Path:
    """Let a content look as old as one that nobody gives just now."""
    import os

    path = files.path_of(sha256)
    os.utime(path, (0, 0))
    return path


def test_after_erasure_there_is_no_trace_and_everything_still_agrees(data: Session) -> None:
    application = with_outcome(data, Outcome.REFUSED, Outcome.RESERVE)
    author = author_of(data, application)
    before = {"email": author.email, "name": author.name, "phone": contact(author)["a9_phone"]}
    file = age(lived(data, author, application))
    (letter,) = [path for path in file.parents[3].glob("mail/*.eml") if before["email"] in path.read_text()]
    export_actions.ask_export(author, actor=author, now=world.NOON)
    data.commit()
    assert len(traces(data, NAME, *before.values())) > 12
    statistics = sums(data)
    erased(data, author)
    assert traces(data, NAME, *before.values(), "z.domu@example.org") == []
    written = select(func.count()).where(SectionHistory.saved_by_id == author.id)
    assert data.scalar(written) == 0, "what she wrote goes also where it does not name her"
    assert not file.exists()
    assert not letter.exists()
    assert people.found(NAME, 1)[0] == people.found(before["email"], 1)[0] == []
    assert sums(data) == statistics
    assert check.broken() == []
    gone = data.get_one(Person, author.id)
    assert (gone.name, gone.password_hash, gone.erased_at) == (f"Osoba usunięta {gone.public_id[:4]}", None, LATER)
    assert [(one.kind, one.public_id) for one in erased_list.read(erased_list.path())][-2:][0] == (
        "person",
        gone.public_id,
    )


def test_the_hash_of_what_was_sent_stays_as_the_journal_recorded_it(data: Session) -> None:
    application = with_outcome(data, Outcome.REFUSED, Outcome.RESERVE)
    sent = data.scalars(select(Submission).where(Submission.application_id == application.id)).one()
    known = sent.content_hash
    erased(data, author_of(data, application))
    data.refresh(sent)
    assert (sent.content_hash, sent.erased_at) == (known, LATER)
    assert sent.answers["a9_contact"] == sent.answers["a9_phone"] == "[usunięto]"
    data.execute(text(f"UPDATE submissions SET content_hash = 'x' WHERE id = {sent.id}"))
    data.expire_all()
    assert [line.split(":")[0] for line in check.broken()] == ["submissions"]


def test_whoever_alone_edits_a_funded_application_hands_it_over_first(data: Session) -> None:
    application = with_outcome(data, Outcome.FUNDED, Outcome.PARTIAL)
    author = author_of(data, application)
    name = data.get_one(Organisation, application.organisation_id).name
    with pytest.raises(Refused) as refused:
        erased(data, author)
    assert [(one.reason, one.values) for one in refused.value.blockers] == [
        (Reason.SOLE_EDITOR, {"organisation": name})
    ]
    assert data.get_one(Person, author.id).erased_at is None
    another_editor(data, application.organisation_id)
    staying = erasure_queries.effects(author).staying
    assert [(one.application.id, one.why) for one in staying] == [(application.id, "funded")]
    email = author.email
    erased(data, author)
    places = {line.split(":")[0] for line in traces(data, email)}
    assert places <= {"submissions.answers", "section_answers.answers", "applications.contact_email"}
    assert places
    assert check.broken() == []


def test_an_erased_juror_leaves_her_marks_under_a_pseudonym(data: Session) -> None:
    member = data.scalars(select(JuryMember).order_by(JuryMember.id)).first()
    assert member is not None
    juror = data.get_one(Person, member.person_id)
    member.affiliation = "Biblioteka w Kruszwicy"
    declared = data.scalars(select(ImpartialityDeclaration).where(ImpartialityDeclaration.juror_id == juror.id)).first()
    assert declared is not None
    declared.note = "Kuzynka skarbniczki."
    data.commit()
    statistics, email, name = sums(data), juror.email, juror.name
    erased(data, juror)
    assert traces(data, email, name, "Kruszwicy", "Kuzynka") == []
    assert sums(data) == statistics
    assert check.broken() == []


def test_whoever_still_judges_is_taken_off_the_jury_first(data: Session) -> None:
    round_ = data.scalars(select(Round)).one()
    round_.results_published_at = round_.decided_at = None
    juror = world.a_juror()
    world.an_assignment(with_outcome(data, Outcome.FUNDED), juror)
    assert [one.reason for one in erasure_queries.blockers_to_erase(juror)] == [Reason.JUDGES_NOW]


def test_nobody_erases_herself_and_the_last_administrator_stays(data: Session) -> None:
    only = world.a_person(Role.ADMINISTRATOR)
    with pytest.raises(Refused) as refused:
        erasure_actions.erase_person(only, actor=only, now=LATER)
    assert [one.reason for one in refused.value.blockers] == [Reason.LAST_ADMINISTRATOR, Reason.NOT_ONESELF]


def test_whoever_an_older_backup_brings_back_is_erased_again(data: Session, clock: Clock) -> None:
    author = author_of(data, with_outcome(data, Outcome.REFUSED, Outcome.RESERVE))
    line = erased_list.Erased("person", author.public_id, LATER.isoformat())
    erased_list.merge(erased_list.path(), [line, erased_list.Erased("person", "nobodyhere", LATER.isoformat())])
    assert chores.erase_listed() == 1
    assert chores.erase_listed() == 0
    data.expire_all()
    assert traces(data, author.email if "invalid" not in author.email else "osoba@nikt") == []
    assert data.get_one(Person, author.id).erased_at == world.NOON
    assert check.broken() == []
