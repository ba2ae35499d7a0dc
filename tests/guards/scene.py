"""A contest in the middle of its life, stored for good: every kind of person, and something of each kind to look at.

What people typed is written without Polish letters, so that an English page can be asked to hold none.
"""

import io
import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from strefa.contest.applications import queries as applications
from strefa.contest.applications.models import Application, Attachment, Extension, PartialUpload, SectionHistory
from strefa.contest.decisions import actions as decisions
from strefa.contest.jury.models import AssignmentPlan, JuryMember
from strefa.contest.people.models import Invitation, Membership, Person, SignIn
from strefa.contest.privacy.models import ClauseReading, DataExport, ErasureRequest, Retention
from strefa.contest.rounds import actions as rounds
from strefa.contest.rounds import template_file
from strefa.contest.rounds.models import Notice, Round, RoundDocument
from strefa.contest.rounds.queries import clauses_in_force
from strefa.contest.screening import list_queries
from strefa.contest.screening.models import CorrectionRequest, FormalCheck, FormalList
from strefa.infra import files, messages, security
from strefa.infra.database import db
from strefa.infra.files import Preview
from strefa.rules.lifecycle import Status
from strefa.rules.policy import OrganisationRole, Role
from tests import world
from tests.answers import COMPLETE
from tests.attachments import a_pdf

PEOPLE = (
    "anonymous", "stranger", "editor", "accountant", "signatory", "reader", "juror", "undeclared", "bystander",
    "recused", "chair", "coordinator", "approver", "auditor", "administrator", "foreigner",
)  # fmt: skip
"""Everybody who tries every page. `undeclared` is assigned and has declared nothing, `bystander` is on the panel and
assigned to nothing, `foreigner` is the coordinator of another round."""

STAFF = {
    "chair": Role.CHAIR, "coordinator": Role.COORDINATOR, "approver": Role.APPROVER, "auditor": Role.AUDITOR,
    "administrator": Role.ADMINISTRATOR,
}  # fmt: skip
TOKEN = "a token of an invitation that nobody has claimed"
LATER = world.NOON + timedelta(days=37)


@dataclass
class Scene:
    """The stored contest: its people, their browsers, and the things that addresses are made of."""

    app: Flask
    people: dict[str, Person] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.things[name]

    def browser(self, name: str) -> FlaskClient:
        """Return a fresh browser of somebody: signed in, second step given."""
        client = self.app.test_client()
        if name in self.tokens:
            with client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = self.tokens[name], True
        return client

    def speak(self, language: str) -> None:
        """Let everybody read in this language."""
        with self.app.app_context():
            db.session.query(Person).update({Person.language: language})
            db.session.commit()
        for client in self.clients.values():
            client.set_cookie("language", language)
            with client.session_transaction() as session:
                session.pop("_flashes", None)  # said in the other language, and not read yet


def plain(value: Any) -> Any:
    """Write what somebody typed without Polish letters."""
    match value:
        case dict():
            return {key: plain(part) for key, part in value.items()}
        case list():
            return [plain(part) for part in value]
        case str():
            bare = unicodedata.normalize("NFD", value).replace("ł", "l").replace("Ł", "L")
            return "".join(letter for letter in bare if not unicodedata.combining(letter))
    return value


def built(app: Flask) -> Scene:
    """Fill an empty database; the application's clock stands at noon of the world."""
    scene = Scene(app)
    app.extensions["clock"].set(world.NOON)
    with app.app_context():
        world.start()
        for part in (
            _rounds,
            _people,
            _applications,
            _jury,
            _decisions,
            _corrections,
            _panel,
            _letters,
            _papers,
            _privacy,
            _exception,
        ):
            part(scene)
            db.session.commit()
        scene.tokens |= {name: world.a_sign_in(person) for name, person in scene.people.items()}
    scene.clients |= {name: scene.browser(name) for name in PEOPLE}
    return scene


def _kept() -> files.Kept:
    kept = files.keep(io.BytesIO(a_pdf()), 1_000_000)
    files.register(kept, now=world.NOON)
    db.session.flush()
    return kept


def another_round(year: int) -> Round:
    """A round like the default one in another year."""
    source = template_file.shipped("strefa-eksperymentu").replace("2027", str(year))
    return rounds.load(template_file.load(source), source, actor=None, now=world.NOON - timedelta(days=400))


def _rounds(scene: Scene) -> None:
    scene.things |= {"round": world.a_round(), "past": another_round(2026)}
    document = RoundDocument(
        public_id="regulamin1", round_id=scene["round"].id, key="regulations", version=1, title="Regulamin",
        title_en="Rules", name="regulamin.pdf", media_type="application/pdf", sha256=_kept().sha256,
        published_at=world.NOON,
    )  # fmt: skip
    scene.things["document"] = document
    db.session.add(document)


def _people(scene: Scene) -> None:
    for name in (*PEOPLE[1:], "colleague"):
        called = f"Osoba {name}"
        if name in {"juror", "undeclared", "bystander", "recused", "colleague"}:
            scene.people[name] = world.a_juror(name=called)
        elif name == "foreigner":
            scene.people[name] = world.a_person(Role.COORDINATOR, round_=scene["past"], name=called)
        else:
            scene.people[name] = world.a_person(*[STAFF[name]] if name in STAFF else [], name=called)
    library = scene.things["library"] = world.an_organisation(name="Biblioteka Pod Lipami")
    for name in ("editor", "accountant", "signatory", "reader"):
        db.session.add(
            Membership(
                organisation_id=library.id, person_id=scene.people[name].id, role=OrganisationRole(name),
                created_at=world.NOON,
            )
        )  # fmt: skip
    scene.things["notice"] = Notice(
        public_id="komunikat1", text="Serwer nie odpowiada w nocy.", text_en="The server was down at night.",
        starts_at=world.NOON, ends_at=world.NOON + timedelta(days=9999), set_at=world.NOON, set_by_id=scene.people["coordinator"].id,
    )  # fmt: skip
    scene.things["sign_in"] = SignIn(
        public_id="logowanie1", person_id=scene.people["editor"].id, token_hash="f" * 64, created_at=world.NOON,
        used_at=world.NOON, expires_at=world.NOON + timedelta(days=30), device_known_at=world.NOON,
        second_factor_at=world.NOON,
    )  # fmt: skip
    scene.things["invitation"] = Invitation(
        public_id="zaproszen1", email="nowa@example.org", organisation_id=library.id, role="reader",
        token_hash=security.token_hash(TOKEN), invited_by_id=scene.people["editor"].id, created_at=world.NOON,
        expires_at=world.NOON + timedelta(days=14),
    )  # fmt: skip
    scene.things["invitation_to_round"] = Invitation(
        public_id="zaproszen2", email="nowszy@example.org", name="Nowszy", round_id=scene["round"].id, role="auditor",
        token_hash=security.token_hash("another token"), created_at=world.NOON,
        expires_at=world.NOON + timedelta(days=14),
    )  # fmt: skip
    db.session.add_all([scene["notice"], scene["sign_in"], scene["invitation"], scene["invitation_to_round"]])


def _applications(scene: Scene) -> None:
    for name, status, title, round_ in (
        ("draft", Status.DRAFT, "Noc w czytelni", "round"),
        ("sent", Status.ELIGIBLE, "Gra o regale", "round"),
        ("refused", Status.INELIGIBLE, "Kino pod chmurka", "round"),
        ("decided", Status.ELIGIBLE, "Mapa szeptana", "past"),
    ):
        scene.things[name] = world.an_application(
            status, by=scene.people["editor"], organisation=scene["library"], round_=scene[round_], title=title,
            answers=plain(COMPLETE) | {"b1_title": title},
        )  # fmt: skip
        if status is not Status.DRAFT:
            db.session.add(
                FormalCheck(
                    application_id=scene[name].id, passed=status is Status.ELIGIBLE, decided_at=world.NOON,
                    decided_by_id=scene.people["coordinator"].id,
                )
            )  # fmt: skip
        db.session.add(
            SectionHistory(
                application_id=scene[name].id, section="b", revision=0, answers={"b1_title": "Dawny"},
                saved_at=world.NOON - timedelta(days=1), saved_by_id=scene.people["editor"].id,
            )
        )  # fmt: skip
    kept = _kept()
    attachment = scene.things["attachment"] = Attachment(
        public_id="zalacznik1", application_id=scene["sent"].id, field="h1_attachments", sha256=kept.sha256,
        name="mapa.pdf", media_type="application/pdf", size=kept.size, added_at=world.NOON,
        added_by_id=scene.people["editor"].id,
    )  # fmt: skip
    db.session.add(attachment)
    db.session.add(
        PartialUpload(
            public_id="kawalek001", application_id=scene["sent"].id, person_id=scene.people["editor"].id,
            field="h1_attachments", name="plan.pdf", size=9, begun_at=world.NOON,
        )
    )  # fmt: skip
    for page in (0, 1):
        db.session.add(Preview(of_sha256=kept.sha256, page=page, pages=1, sha256=kept.sha256, media_type="image/png"))
    sent = applications.by_public_id(scene["sent"].public_id)
    assert sent is not None
    sent.submissions[-1].attachments = [applications.as_sent(attachment)]


def _corrections(scene: Scene) -> None:
    """One more application: asked to mend its title."""
    term = world.NOON + timedelta(days=3)
    asked = scene.things["asked"] = world.an_application(
        Status.CORRECTING, by=scene.people["editor"], organisation=scene["library"], title="Ogrod slow",
        answers=plain(COMPLETE) | {"b1_title": "Ogrod slow"}, unlocked=["b1_title"], correct_by=term,
    )  # fmt: skip
    items = [{"criterion": "F3", "field": "b1_title", "note": "Dopiszcie, co to jest."}]
    db.session.add(
        CorrectionRequest(
            application_id=asked.id, items=items, days=3, sent_at=world.NOON, first_deadline=term, deadline=term,
            sent_by_id=scene.people["coordinator"].id,
        )
    )  # fmt: skip

    db.session.add(
        FormalList(
            round_id=scene["past"].id, version=1, rows=list_queries.rows_of([scene["decided"]]), sha256="b2" * 32,
            published_at=world.NOON, published_by_id=scene.people["foreigner"].id,
        )
    )  # fmt: skip


def _jury(scene: Scene) -> None:
    juror, colleague = scene.people["juror"], scene.people["colleague"]
    for person in (juror, colleague):
        db.session.add(
            JuryMember(
                round_id=scene["past"].id, person_id=person.id, background="librarian", voivodeship="opolskie",
                joined_at=world.NOON,
            )
        )  # fmt: skip
    for application in (scene["sent"], scene["decided"]):
        for person, marks in ((juror, "4 4 4 4 4 4 4"), (colleague, "5 4.5 4 4 4.5 4 4")):
            assignment = world.an_assignment(application, person)
            world.a_card(assignment, marks.split())
            scene.things.setdefault(f"assignment_of_{person.name.split()[-1]}", assignment)


def _decisions(scene: Scene) -> None:
    coordinator, approver = scene.people["coordinator"], scene.people["approver"]
    scene.things["proposal"] = decisions.propose(scene["round"], actor=coordinator, now=LATER)
    old = scene.things["published"] = decisions.propose(scene["past"], actor=coordinator, now=LATER)
    decisions.approve(old, actor=approver, now=LATER)
    decisions.publish(scene["past"], old, actor=coordinator, now=LATER)


def _panel(scene: Scene) -> None:
    """Add, after the proposal, those who have given no card: they would stand in its way."""
    undeclared = world.an_assignment(scene["sent"], scene.people["undeclared"], declared=None)
    recused = world.an_assignment(scene["sent"], scene.people["recused"], declared=False)
    recused.ended_at, recused.ended_because = world.NOON, "recusal"
    scene.things |= {"assignment_of_undeclared": undeclared, "assignment_of_recused": recused}
    scene.things["plan"] = AssignmentPlan(
        public_id="przydzial1", round_id=scene["round"].id, seed=1, shortages=[], input_hash="0" * 64,
        pairs=[[scene["sent"].id, scene.people["juror"].id]], made_at=world.NOON,
        made_by_id=scene.people["coordinator"].id,
    )  # fmt: skip
    db.session.add(scene["plan"])


def _letters(scene: Scene) -> None:
    editor = scene.people["editor"]
    scene.things["letter"] = messages.queue(
        "withdrawn", editor, now=world.NOON, round_id=scene["round"].id, number=scene["sent"].number, title="Gra",
        reason="",
    )  # fmt: skip
    scene.things["key"] = messages.queue("reset_password", editor, now=world.NOON, token="secret")


def _papers(scene: Scene) -> None:
    kept = _kept()
    for kind, subject, name in (
        ("minutes", scene["proposal"].id, "protokol.pdf"),
        ("consolidated_card", scene["decided"].id, "karta.pdf"),
        ("receipt", _submission_id(scene["sent"]), "potwierdzenie.pdf"),
    ):
        db.session.add(
            files.Document(kind=kind, subject=str(subject), name=name, sha256=kept.sha256, made_at=world.NOON)
        )


def _privacy(scene: Scene) -> None:
    """Add a clause that was read, a copy of somebody's data, a wish to be forgotten, and a day for an application."""
    editor, round_ = scene.people["editor"], scene["round"]
    clause = scene.things["clause"] = clauses_in_force([round_.id])[round_.id, "applicant"]
    scene.things["export"] = DataExport(
        public_id="kopia00001", person_id=editor.id, asked_at=world.NOON, made_at=world.NOON,
        expires_at=world.NOON + timedelta(days=7), sha256=_kept().sha256, size=100,
    )  # fmt: skip
    scene.things["erasure"] = ErasureRequest(public_id="prosba0001", person_id=editor.id, asked_at=world.NOON)
    db.session.add_all([
        ClauseReading(person_id=editor.id, clause_id=clause.id, read_at=world.NOON),
        Retention(application_id=scene["sent"].id, erase_after=LATER),
        scene["export"], scene["erasure"],
    ])  # fmt: skip


def _exception(scene: Scene) -> None:
    """Add a consent to come late that is over: it opens nothing, and staff may look at it."""
    sent, before = scene["sent"], world.NOON - timedelta(days=2)
    scene.things["exception"] = Extension(
        public_id="wyjatek001", round_id=sent.round_id, organisation_id=sent.organisation_id, before=before,
        until=before + timedelta(days=1), reason="E-mail 12.02.2027", made_at=before,
        made_by_id=scene.people["coordinator"].id,
    )  # fmt: skip
    db.session.add(scene["exception"])


def _submission_id(application: Application) -> int:
    sent = applications.by_public_id(application.public_id)
    assert sent is not None
    return sent.submissions[-1].id
