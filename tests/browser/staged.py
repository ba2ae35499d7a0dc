"""A round at its stages, as jurors and the office meet it; each returns the people to look with and what to look at."""

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

from sqlalchemy.orm import joinedload

from strefa.contest.applications import actions as writing
from strefa.contest.applications import queries as applications
from strefa.contest.applications import sending_actions as sending
from strefa.contest.applications import shown
from strefa.contest.applications.models import Application, Attachment, Extension, Submission
from strefa.contest.jury import actions, assigning_actions
from strefa.contest.jury.models import Assignment, CardStatus, JuryMember
from strefa.contest.people import invitation_actions
from strefa.contest.people.models import Person
from strefa.contest.screening import correction_actions, list_actions
from strefa.contest.screening.models import FormalCheck
from strefa.infra.chance import public_id
from strefa.infra.database import db, saving
from strefa.infra.files import Document, Preview, Scan, keep, register
from strefa.rules.corrections import Item
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.attachments import a_pdf, a_picture

ROUND = "/biuro/edycje/strefa-eksperymentu-2027"
NEVER_MET = "mazowieckie"
AFTER_THE_CALL = world.NOON + timedelta(days=14)
CORRECTED = world.NOON + timedelta(days=24)
SCORING = world.NOON + timedelta(days=36)
FOREIGN = "śląskie"  # nobody on the jury is from there
PANEL = [
    ("Dobromiła Wieczorkiewicz", "librarian", "lubelskie"),
    ("Olgierd Prażmowicz", "other", "mazowieckie"),
    ("Bogumił Formella-Stanek", "librarian", "pomorskie"),
    ("Apolonia Zawiślańska", "other", "opolskie"),
]
TITLES = ["Biblioteka nocnych marków", "Uratuj Planetę Zapomnianych Książek", "Kampania na rzecz licznika odwiedzin"]


@dataclass
class Stage:
    """People by what they are, and what the stage is about by name."""

    people: dict[str, Person] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.things[name]


def staff() -> dict[str, Person]:
    """One person of each role of the office."""
    roles = (Role.COORDINATOR, Role.CHAIR, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR)
    return {role.value: world.a_person(role, name=f"Łucja Ćwik-{role.value.title()}") for role in roles}


def a_panel() -> list[Person]:
    """Four jurors, two of each background, from four voivodeships."""
    return [world.a_juror(background, place, name=name) for name, background, place in PANEL]


def screening() -> Stage:
    """After the call: two applications wait for the formal check, one of them with flaws; one failed, one passed."""
    stage = Stage(staff())
    office = stage.people["coordinator"]
    world.an_application(Status.DRAFT)
    flawed = world.complete_answers() | {"c1_need": "", "b5_dates": {"from": "2027-04-01", "to": "2027-12-01"}}
    stage.things["good"] = world.an_application(Status.SUBMITTED, title=TITLES[0])
    stage.things["flawed"] = world.an_application(Status.SUBMITTED, title=TITLES[1], answers=flawed)
    world.an_application(Status.ELIGIBLE, title=TITLES[2])
    world.an_application(Status.WITHDRAWN)
    stage.things["failed"] = failed_formally(office)
    stage.things["reopened"] = world.an_application(Status.REOPENED, late_until=AFTER_THE_CALL - timedelta(minutes=5))
    stage.things["exception"] = an_exception(stage["good"], office)
    for name in ("flawed", "failed"):
        with_files(stage.things[name])
    return stage


def an_exception(application: Application, given_by: Person) -> Extension:
    """A consent to begin one more application after the call, which nobody has used."""
    exception = Extension(
        public_id="wyjatek001", round_id=application.round_id, organisation_id=application.organisation_id,
        before=AFTER_THE_CALL - timedelta(days=1), until=AFTER_THE_CALL + timedelta(days=2),
        reason="Biblioteka była zalana w ostatnim dniu naboru.", made_at=AFTER_THE_CALL - timedelta(hours=20),
        made_by_id=given_by.id,
    )  # fmt: skip
    db.session.add(exception)
    db.session.commit()
    return exception


def correcting() -> Stage:
    """Two applications of one library: one waits to be mended, the other was mended and waits for its check."""
    stage = Stage(staff())
    ala = stage.people["ala"] = world.a_person(name="Alicja Sowińska")
    library, office = world.an_organisation(ala), stage.people["coordinator"]
    for name, title in (("asked", TITLES[0]), ("mended", TITLES[1])):
        answers = world.complete_answers() | {"b1_title": title}
        one = world.an_application(Status.SUBMITTED, by=ala, organisation=library, title=title, answers=answers)
        stage.things[name] = one
        items = [
            Item("F3", "b1_title", "Tytuł nie mówi, co sprawdzicie: dopiszcie to w kilku słowach."),
            Item("F3", "h1_attachments", "Brakuje listu partnera: dołączcie go jako PDF."),
            Item("F10", "", "Wniosek wysłała osoba bez prawa podpisu: niech wyśle go dyrektorka."),
        ]
        with saving():
            found = applications.by_public_id(one.public_id)
            assert found is not None
            correction_actions.request(found, items, actor=office, now=AFTER_THE_CALL)
    stage.things["waiting"] = world.an_application(Status.SUBMITTED, title=TITLES[2])
    with saving():
        found = applications.by_public_id(stage["mended"].public_id)
        assert found is not None
        changed = {"b1_title": f"{TITLES[1]}, czyli co czytano przed wojną"}
        writing.save(found, "b", changed, revision=1, actor=ala, now=AFTER_THE_CALL)
        sending.submit(found, read=shown.state(found), actor=ala, now=AFTER_THE_CALL)
    return stage


def listed() -> Stage:
    """The formal check is over and its list published: of five applications one failed, one was not mended in time.

    Both of these are of one library, and each is a thing by what became of it: `failed`, `unconsidered`.
    """
    from tests.decided import PLACES, _failed

    stage = Stage(staff())
    ala = stage.people["ala"] = world.a_person(name="Alicja Sowińska")
    library, office = world.an_organisation(ala), stage.people["coordinator"]
    for name, voivodeship, _town, title in PLACES[:3]:
        one = world.an_application(Status.ELIGIBLE, title=title, voivodeship=voivodeship, applicant_name=name)
        db.session.add(
            FormalCheck(application_id=one.id, passed=True, decided_at=AFTER_THE_CALL, decided_by_id=office.id)
        )
    failed = stage.things["failed"] = world.an_application(
        Status.INELIGIBLE, by=ala, organisation=library, title=TITLES[0]
    )
    _failed(failed, office)
    late = world.an_application(Status.SUBMITTED, by=ala, organisation=library, title=TITLES[1])
    stage.things["unconsidered"] = late
    item = Item("F3", "h1_attachments", "Brakuje listu partnera: dołączcie go jako PDF.")
    for act in (
        lambda found: correction_actions.request(found, [item], actor=office, now=AFTER_THE_CALL),
        lambda found: correction_actions.leave_unconsidered(found, now=CORRECTED),
    ):
        with saving():
            found = applications.by_public_id(late.public_id)
            assert found is not None
            act(found)
    with saving():
        list_actions.publish(world.a_round(), actor=office, now=CORRECTED)
    return stage


def with_files(application: Application) -> None:
    """Let an application have been sent twice, with other files each time, and the second version be printed."""
    first = db.session.query(Submission).filter_by(application_id=application.id).one()
    author = db.session.get_one(Person, application.created_by_id)
    second = world.a_submission(application, author, version=2)
    kept = keep(BytesIO(a_pdf()), 1_000_000)
    register(kept, now=world.NOON)
    file = {"field": "h1_attachments", "size": kept.size, "media_type": "application/pdf", "sha256": kept.sha256}
    first.attachments = [file | {"public_id": f"a{application.id:09}", "name": "List intencyjny – szkic.pdf"}]
    second.attachments = [
        file | {"public_id": f"{letter}{application.id:09}", "name": name}
        for letter, name in (("b", "List intencyjny Stowarzyszenia Zażółć.pdf"), ("c", "Plan sali.pdf"))
    ]
    db.session.add(
        Document(kind="application", subject=str(second.id), name="wniosek.pdf", sha256=kept.sha256, made_at=world.NOON)
    )
    db.session.commit()


def invited(role: Role, actor: Person) -> None:
    """Two invitations to a role: one can be answered, one has expired by the time of scoring."""
    for name, asked_at in (("Kunegunda Wierzchowiecka", world.NOON), ("Lidia Szołtyskowa", SCORING)):
        address = f"{name.split()[0].lower()}@example.org"
        invitation_actions.invite_to_round(
            world.a_round(), address, name, role, "librarian", "śląskie", actor=actor, now=asked_at
        )
    db.session.commit()


def failed_formally(actor: Person) -> Application:
    """An application that was sent by a branch."""
    from tests.decided import _failed

    application = world.an_application(Status.INELIGIBLE, title="Regał wymiany")
    _failed(application, actor)
    return application


def scoring() -> Stage:
    """The jury at work: a plan applied, one more proposed; the first juror has a card of each kind.

    Things: `plan`, and the juror's assignments `fresh` (nothing declared), `done` and `reopened`.
    """
    stage = Stage(staff())
    jurors, office, round_ = a_panel(), stage.people["coordinator"], world.a_round()
    stage.people["juror"] = jurors[0]
    for role in (Role.JUROR, Role.AUDITOR):
        invited(role, office)
    for title in TITLES:
        world.an_application(Status.ELIGIBLE, title=title, voivodeship=FOREIGN)
    world.an_application(Status.ELIGIBLE, title="Ogród na dachu", voivodeship=NEVER_MET)
    plan = assigning_actions.propose(round_, 3, actor=office, now=SCORING)
    db.session.commit()
    assigning_actions.apply(plan, round_, actor=office, now=SCORING)
    actions.leave_panel(_member(jurors[3]), "Wyjazd na kilka miesięcy.", actor=office, now=SCORING)
    differing = world.an_application(Status.ELIGIBLE, voivodeship=FOREIGN)
    done = world.an_assignment(differing, jurors[0])
    world.a_card(done, ["4", "3.5", "4", "3", "5", "4", "2"])
    world.a_card(world.an_assignment(differing, jurors[1]), ["1", "1.5", "2", "1", "2", "2", "2"])
    again = world.an_assignment(world.an_application(Status.ELIGIBLE, voivodeship=FOREIGN), jurors[0])
    world.a_card(
        again, ["4", "3.5", "", "", "", "", ""], CardStatus.DRAFT
    ).reopened_reason = "Karta ma oceny z innego wniosku."
    fresh = world.an_assignment(world.an_application(Status.ELIGIBLE, voivodeship=FOREIGN), jurors[0], declared=None)
    newer = assigning_actions.propose(round_, 4, actor=office, now=SCORING)
    db.session.commit()
    stage.things |= {"plan": newer, "done": done, "reopened": again, "fresh": fresh}
    return stage


def with_drawn_files(application: Application, by: Person) -> list[Attachment]:
    """Attach a letter of two pages, drawn, one that is not yet, and one in which a virus was found."""
    added = []
    for name, scan, virus in (
        ("List partnera z Uniwersytetu Ludowego w Zalesiu Górnym.pdf", Scan.CLEAN, ""),
        ("Plan sali.pdf", Scan.WAITING, ""),
        ("Umowa.pdf", Scan.INFECTED, "Win.Trojan.Agent-1388596"),
    ):
        kept = keep(BytesIO(a_pdf() + name.encode()), 1_000_000)
        register(kept, now=world.NOON)
        added.append(
            Attachment(
                public_id=public_id(), application_id=application.id, field="h1_attachments", sha256=kept.sha256,
                name=name, media_type="application/pdf", size=kept.size, added_at=world.NOON, added_by_id=by.id,
                scan=scan, virus=virus, active=["javascript"],
            )
        )  # fmt: skip
    db.session.add_all(added)
    drawn(added[0].sha256)
    return added


def drawn(sha256: str) -> None:
    """Let a file have been drawn for the viewer, as three pages."""
    page = keep(BytesIO(a_picture("PNG", (620, 877))), 1_000_000)
    register(page, now=world.NOON)
    pages = [Preview(of_sha256=sha256, page=n, pages=3, sha256=page.sha256, media_type="image/png") for n in range(3)]
    db.session.add_all(pages)
    db.session.commit()


def _member(person: Person) -> JuryMember:
    found = db.session.query(JuryMember).options(joinedload(JuryMember.person))
    return found.filter_by(person_id=person.id).one()


def assignments_of(application: Application) -> list[Assignment]:
    """List the open assignments of an application as they are stored now, the earliest first."""
    db.session.rollback()
    rows = db.session.query(Assignment).filter_by(application_id=application.id, ended_at=None)
    return rows.order_by(Assignment.id).all()
