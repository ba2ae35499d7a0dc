"""A person's copy of her data: all that the register says is hers, and nothing of anybody else."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.applications.models import (
    Application,
    Attachment,
    Extension,
    PartialUpload,
    Presence,
    SectionHistory,
)
from strefa.contest.decisions.models import Decision, JuryVote, Proposal
from strefa.contest.jury.models import CardHistory, JuryMember
from strefa.contest.people import queries as people
from strefa.contest.people.models import Invitation, Person, RecoveryCode
from strefa.contest.privacy import clause_actions, export_actions, own_queries
from strefa.contest.privacy.models import DataExport, ErasureRequest, Retention
from strefa.contest.privacy.register import TABLES, Kind, copied
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import clauses_in_force
from strefa.contest.screening.models import CorrectionRequest, FormalCheck, FormalVerdict
from strefa.infra import files, messages
from strefa.infra.database import Base, db
from strefa.infra.files import Scan
from strefa.infra.journal import record
from strefa.outputs import own_data
from strefa.outputs.names import named
from strefa.outputs.own_data_words import COLUMNS, TITLES
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.decided import a_decided_round

OTHERS = (
    "szefowa@example.org",
    "TAJNE UZASADNIENIE",
    "obca@example.org",
    "list do innej",
    "tajny-token",
    "zapis obcej",
)


def somebody_with_everything() -> Person:
    """Somebody who applies, judges and works for the office, with a row in every table that holds anything of her."""
    made = a_decided_round()
    ala = world.a_person(Role.JUROR, Role.COORDINATOR, name="Ala Nowak", email="ala@example.org")
    round_, others = made.round, made.applications[3]
    library = world.an_organisation(ala, name="Biblioteka Ali")
    hers = world.an_application(Status.ELIGIBLE, by=ala, organisation=library, round_=round_, title="Nocna gra")
    strange = world.an_assignment(hers, world.a_juror())
    world.a_card(strange, ["4"] * 7).marks[0].justification = OTHERS[1]
    own = world.an_assignment(others, ala)
    card = world.a_card(own, ["3"] * 7)
    world.a_sign_in(ala)
    for row in (
        *_as_applicant(ala, hers, made.proposal),
        *_as_juror(ala, others, card.id),
        *_as_staff(ala, others, made.proposal),
    ):
        db.session.add(row)
    for clause in clauses_in_force([round_.id]).values():
        clause_actions.read_clause(clause, actor=ala, now=world.NOON)
    messages.queue("withdrawn", ala, now=world.NOON, number="1", title="Gra", reason="").body = "Wniosek wycofany."
    kept = messages.queue("reset_password", ala, now=world.NOON, token=OTHERS[4])
    kept.body, kept.sending = f"https://strefa/{OTHERS[4]}", messages.Sending.KEPT
    messages.queue("withdrawn", "szefowa@example.org", now=world.NOON, number="", title="", reason="").body = OTHERS[3]
    record("invite", "organisation:x", actor=ala, now=world.NOON, email="obca@example.org", name="Obca", role="reader")
    db.session.commit()
    return people.by_id(ala.id) or ala


def _as_applicant(ala: Person, hers: Application, proposal: Proposal) -> list[Any]:
    kept = files.keep(io.BytesIO(b"statut biblioteki"), 1000)
    files.register(kept, now=world.NOON)
    stranger = world.a_person(email="obca@example.org", name="Obca")
    return [
        SectionHistory(application_id=hers.id, section="b", revision=0, answers={"b1_title": "Dawny"}, saved_at=world.NOON, saved_by_id=ala.id),
        SectionHistory(application_id=hers.id, section="b", revision=1, answers={"b1_title": OTHERS[5]}, saved_at=world.NOON, saved_by_id=stranger.id),
        Attachment(public_id="plik000001", application_id=hers.id, field="h1_attachments", sha256=kept.sha256, name="statut.pdf", media_type="application/pdf", size=kept.size, added_at=world.NOON, added_by_id=ala.id),
        PartialUpload(public_id="czesc00001", application_id=hers.id, person_id=ala.id, field="h1_attachments", name="film.pdf", size=9, begun_at=world.NOON),
        Presence(application_id=hers.id, person_id=ala.id, section="b", seen_at=world.NOON),
        Decision(proposal_id=proposal.id, application_id=hers.id, place=99, outcome="resigned", reason="award_whole", reason_values={}, resigned_at=world.NOON, resigned_because="Nie damy rady."),
        Invitation(public_id="zapros0001", email="ala@example.org", name="Ala", organisation_id=hers.organisation_id, role="editor", token_hash="1" * 64, created_at=world.NOON, expires_at=world.NOON, claimed_at=world.NOON, claimed_by_id=ala.id),
        Invitation(public_id="zapros0002", email="szefowa@example.org", organisation_id=hers.organisation_id, role="reader", token_hash="2" * 64, created_at=world.NOON, expires_at=world.NOON, invited_by_id=ala.id),
        RecoveryCode(person_id=ala.id, code_hash="3" * 64, used_at=world.NOON),
        DataExport(public_id="kopia00009", person_id=ala.id, asked_at=world.NOON),
        ErasureRequest(public_id="prosba0009", person_id=ala.id, asked_at=world.NOON, withdrawn_at=world.NOON),
    ]  # fmt: skip


def _as_juror(ala: Person, others: Application, card_id: int) -> list[Any]:
    return [
        JuryMember(round_id=others.round_id, person_id=ala.id, background="librarian", voivodeship="śląskie", joined_at=world.NOON),
        CardHistory(card_id=card_id, revision=0, marks={"novelty": "3"}, saved_at=world.NOON),
    ]  # fmt: skip


def _as_staff(ala: Person, others: Application, proposal: Proposal) -> list[Any]:
    return [
        FormalVerdict(application_id=others.id, criterion="F99", passed=False, reason="branch", note="Brak podpisu.", decided_at=world.NOON, decided_by_id=ala.id),
        FormalCheck(application_id=world.an_application(Status.SUBMITTED).id, passed=True, decided_at=world.NOON, decided_by_id=ala.id),
        Extension(public_id="dluzej0001", round_id=others.round_id, organisation_id=others.organisation_id, application_id=others.id, before=world.NOON, until=world.NOON, reason="Brak prądu.", made_at=world.NOON, made_by_id=ala.id),
        CorrectionRequest(application_id=others.id, items=[{"field": "a9_phone"}], days=3, sent_at=world.NOON, sent_by_id=ala.id, first_deadline=world.NOON, deadline=world.NOON),
        JuryVote(round_id=others.round_id, numbers=["SE-2027-0001"], note="Cztery do dwóch.", recorded_at=world.NOON, recorded_by_id=ala.id),
        Proposal(public_id="propoz0001", round_id=others.round_id, ranking_id=proposal.ranking_id, proposed_at=world.NOON, proposed_by_id=ala.id, returned_at=world.NOON, returned_because="Zła pula."),
        Retention(application_id=others.id, held_at=world.NOON, held_by_id=ala.id, held_because="Spór."),
    ]  # fmt: skip


def copy_of(person: Person) -> dict[str, bytes]:
    """Make a person's copy as the worker does; the names of its files with their contents."""
    export = export_actions.ask_export(person, actor=person, now=world.NOON)
    db.session.commit()
    own_data.make(export.public_id, world.NOON, {})
    db.session.refresh(export)
    assert export.sha256 is not None
    with zipfile.ZipFile(files.path_of(export.sha256)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def ala(store: Session) -> Person:
    ala = somebody_with_everything()
    db.session.query(DataExport).update({DataExport.made_at: world.NOON})
    db.session.commit()
    return ala


def test_the_copy_holds_every_column_that_the_register_says_is_hers(ala: Person) -> None:
    data = json.loads(copy_of(ala)["dane.json"])
    assert [table for table, rows in data.items() if not rows] == []
    held = {table: sorted(rows[0]) for table, rows in data.items()}
    assert held == {
        table: sorted(own_queries.POINTERS.get(name, name) for name in columns) for table, columns in copied().items()
    }


def test_a_new_column_of_hers_is_copied_as_soon_as_the_register_says_so(ala: Person) -> None:
    columns = dict(TABLES["people"].columns) | {"public_id": Kind.IDENTITY}
    object.__setattr__(TABLES["people"], "columns", columns)
    try:
        assert own_queries.own_rows(ala)["people"][0]["public_id"] == ala.public_id
    finally:
        object.__setattr__(TABLES["people"], "columns", columns | {"public_id": Kind.MARK})


def test_the_copy_names_nobody_else_and_opens_no_door(ala: Person) -> None:
    said = b"\n".join(copy_of(ala).values()).decode()
    assert [word for word in OTHERS if word in said] == []
    others = db.session.scalars(select(Person).where(Person.id != ala.id)).all()
    assert [one.email for one in others if one.email in said] == []
    secrets = [
        (table, name) for table, found in TABLES.items() for name, kind in found.columns.items() if kind is Kind.ACCESS
    ]
    values = [
        str(value)
        for table, name in secrets
        for value in db.session.scalars(select(Base.metadata.tables[table].c[name]))
        if value and not isinstance(value, int)
    ]
    assert len(values) > 3
    assert [value for value in values if value in said] == []


def test_the_copy_holds_the_files_she_added_and_a_page_to_read(ala: Person) -> None:
    copy = copy_of(ala)
    assert copy["pliki/statut.pdf"] == b"statut biblioteki"
    page = copy["dane.html"].decode()
    for word in ("Ala Nowak", "Nocna gra", "Brak podpisu.", "Cztery do dwóch.", "Nie damy rady."):
        assert word in page
    assert "None" not in page


@pytest.mark.parametrize("decided", [Status.ELIGIBLE, Status.INELIGIBLE])
def test_the_copy_tells_no_sooner_than_the_pages_how_the_formal_check_ended(store: Session, decided: Status) -> None:
    asks = world.a_person(email="pyta@example.org")
    application = world.an_application(decided, by=asks, organisation=world.an_organisation(asks))
    db.session.commit()
    copy = copy_of(asks)
    assert [row["status"] for row in json.loads(copy["dane.json"])["applications"]] == ["submitted"]
    assert named(decided) not in copy["dane.html"].decode()
    db.session.get_one(Round, application.round_id).results_published_at = world.NOON
    db.session.query(DataExport).update({DataExport.made_at: world.NOON})
    db.session.commit()
    assert json.loads(copy_of(asks)["dane.json"])["applications"][0]["status"] == decided.value


def test_the_copy_holds_no_file_that_nobody_may_have(ala: Person, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    [file] = db.session.scalars(select(Attachment).where(Attachment.name == "statut.pdf"))
    file.scan = Scan.INFECTED
    db.session.commit()
    assert "pliki/statut.pdf" not in copy_of(ala)
    file.scan = Scan.WAITING
    db.session.commit()
    scanning = app.config["SETTINGS"].model_copy(update={"clamd_url": "tcp://127.0.0.1:1"})
    monkeypatch.setitem(app.config, "SETTINGS", scanning)
    assert "pliki/statut.pdf" not in copy_of(ala)
    file.scan = Scan.CLEAN
    db.session.commit()
    assert "pliki/statut.pdf" in copy_of(ala)


def test_a_copy_goes_after_its_days(ala: Person) -> None:
    copy_of(ala)
    export = db.session.scalars(select(DataExport).where(DataExport.sha256.is_not(None))).one()
    later = world.NOON + export_actions.DAYS
    assert own_queries.fetchable(export, later - timedelta(seconds=1)) == export.sha256
    assert own_queries.fetchable(export, later) is None
    assert export_actions.sweep_exports(now=later) == 0
    assert export_actions.sweep_exports(now=later + timedelta(seconds=1)) == 1
    assert (export.sha256, db.session.query(files.StoredFile).filter_by(sha256=export.sha256).count()) == (None, 0)


def test_every_table_and_column_of_a_copy_has_a_name() -> None:
    wanted = {own_queries.POINTERS.get(name, name) for columns in copied().values() for name in columns}
    assert (set(TITLES), set(COLUMNS)) == (set(copied()), wanted)
