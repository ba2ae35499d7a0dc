"""The scene with people whose roles meet or have ended, and things in every state: what lists and policy are held to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

from sqlalchemy import select

from strefa.contest.applications.models import Application
from strefa.contest.people import queries as people
from strefa.contest.people.models import Invitation, Membership, Organisation, Person, RoundRole
from strefa.contest.rounds.models import Round
from strefa.infra import messages
from strefa.infra.database import db
from strefa.infra.journal import record
from strefa.rules.lifecycle import Status
from strefa.rules.policy import OrganisationRole, Role
from tests import world
from tests.guards.conftest import put_back
from tests.guards.scene import Scene

JURORS = ("juror and applicant", "chair and juror", "juror of the past", "juror no more")


@dataclass
class Stage:
    """The scene with more of everything, and all who try."""

    scene: Scene
    actors: dict[str, Person]
    rounds: list[Round]


@contextmanager
def set_up(scene: Scene) -> Iterator[Stage]:
    """Add all of it for the block."""
    with put_back(scene.app):
        world.start(10_000)
        more = _more_people(scene)
        _more_states(scene, more)
        db.session.expire_all()
        known = {name: person.id for name, person in (scene.people | more).items()}
        actors = {name: people.by_id(person_id) for name, person_id in known.items()}
        rounds = db.session.scalars(select(Round).order_by(Round.id)).all()
        yield Stage(scene, {name: actor for name, actor in actors.items() if actor}, list(rounds))


def _more_people(scene: Scene) -> dict[str, Person]:
    """People whose roles meet, and people whose roles have ended."""
    round_, past = scene["round"], scene["past"]
    more = {
        "juror and applicant": world.a_juror(name="Osoba a"),
        "chair and juror": world.a_juror(name="Osoba b"),
        "juror of the past": world.a_person(Role.JUROR, round_=past, name="Osoba c"),
        "coordinator no more": world.a_person(Role.COORDINATOR, name="Osoba d"),
        "juror no more": world.a_juror(name="Osoba e"),
        "editor and signatory": world.a_person(name="Osoba f"),
    }
    add_role(more["chair and juror"], round_, Role.CHAIR)
    for name in ("coordinator no more", "juror no more"):
        db.session.query(RoundRole).filter_by(person_id=more[name].id).update({RoundRole.ended_at: world.NOON})
    world.an_organisation(more["juror and applicant"], more["editor and signatory"], name="Biblioteka w Lesie")
    db.session.add(
        Membership(
            organisation_id=scene["library"].id, person_id=more["editor and signatory"].id,
            role=OrganisationRole.READER, created_at=world.NOON,
        )
    )  # fmt: skip
    db.session.commit()
    return more


def add_role(person: Person, round_: Round, role: Role) -> None:
    db.session.add(RoundRole(round_id=round_.id, person_id=person.id, role=role, granted_at=world.NOON))
    db.session.commit()


def _more_states(scene: Scene, more: dict[str, Person]) -> None:
    """An application in every status, of two organisations in two rounds; assignments in every state of each."""
    forest = db.session.query(Organisation).filter_by(name="Biblioteka w Lesie").one()
    jurors = [scene.people["juror"], scene.people["bystander"], *(more[name] for name in JURORS)]
    for round_ in ("round", "past"):
        for status in Status:
            for owner in (scene["library"], forest):
                application = _application(scene, status, owner, round_)
                _application(scene, status, owner, round_).erased_at = world.NOON
                if status is not Status.DRAFT:
                    _assign(application, jurors, declared=True, ended=False)
        for declared, ended in product((True, False, None), (True, False)):
            application = _application(scene, Status.ELIGIBLE, forest, round_)
            _assign(application, jurors, declared=declared, ended=ended)
    _more_papers(scene, forest)


def _more_papers(scene: Scene, forest: Organisation) -> None:
    """Letters of another round, open sign-ins, invitations to both kinds of places, entries in both journals."""
    for person in scene.people.values():
        messages.queue("withdrawn", person, now=world.NOON, round_id=scene["past"].id, number="", title="", reason="")
        world.a_sign_in(person)
    for place in ({"organisation_id": forest.id, "role": "editor"}, {"round_id": scene["round"].id, "role": "juror"}):
        db.session.add(
            Invitation(
                public_id=f"zap{place['role']}"[:10], email="x@example.org", token_hash=str(place), created_at=world.NOON,
                expires_at=world.NOON + timedelta(days=3), **place,
            )
        )  # fmt: skip
    for round_ in ("round", "past"):
        record("look", "round", actor=None, now=world.NOON, round_id=scene[round_].id)
    db.session.commit()


def _application(scene: Scene, status: Status, owner: Organisation, round_: str) -> Application:
    return world.an_application(
        status, by=scene.people["editor"], organisation=owner, round_=scene[round_], answers={}, title=f"Próba {status}"
    )


def _assign(application: Application, jurors: list[Person], *, declared: bool | None, ended: bool) -> None:
    """Give an application to jurors who have all said the same: yes, no or nothing."""
    for juror in jurors:
        assignment = world.an_assignment(application, juror, declared=declared)
        if ended:
            assignment.ended_at, assignment.ended_because = world.NOON, "recusal"
    db.session.commit()
