"""A contest grown from one row of everything to a pageful, for lists that must not ask once for each row."""

from datetime import timedelta
from itertools import count
from typing import Any

from strefa.contest.applications.models import Application, Submission
from strefa.contest.decisions.models import Decision, Outcome, Proposal
from strefa.contest.jury.models import Assignment, ImpartialityDeclaration, JuryMember, Mark, ScoreCard
from strefa.contest.jury.models import CardStatus as Card
from strefa.contest.people.models import Invitation, Membership, Organisation, Person, RoundRole, SignIn
from strefa.contest.privacy.models import ClauseReading, ErasureRequest, Retention
from strefa.contest.rounds.models import Round, RoundDocument
from strefa.contest.screening.models import FormalCheck
from strefa.infra import files, messages
from strefa.infra.database import db
from strefa.infra.jobs import Job
from strefa.infra.journal import record
from strefa.rules.lifecycle import Status
from strefa.rules.policy import OrganisationRole, Role
from tests import world
from tests.guards.scene import Scene

MORE = 49

_ids = count(1)


def grow(scene: Scene) -> None:
    """Add 49 rows to everything that is listed somewhere."""
    for _number in range(MORE):
        number = next(_ids)
        person = _person(scene, number)
        organisation = _organisation(scene, number, person)
        application = _application(scene, number, person, organisation)
        _assessed(scene, application)
        _decided(scene, number, application)
        stored(Retention(application_id=application.id, erase_after=world.NOON))
        _round(scene, number)
        _papers(scene, number, application)
        messages.queue("withdrawn", person, now=world.NOON, round_id=scene["round"].id, number="", title="", reason="")
        record("look", "round", actor=person, now=world.NOON, round_id=scene["round"].id)
    scene["plan"].pairs = [
        [application.id, scene.people["juror"].id] for application in db.session.query(Application).all()
    ]
    db.session.add(scene["plan"])
    db.session.commit()


def stored(thing: Any) -> Any:
    db.session.add(thing)
    db.session.flush()
    return thing


def _person(scene: Scene, number: int) -> Person:
    """Somebody on the jury, in the office and in the editor's library, and one more of her sign-ins."""
    person = stored(
        Person(
            public_id=f"p{number:09}", email=f"tlum{number}@example.org", name=f"Osoba z tlumu {number}",
            sort_key=f"osoba {number:03}", search_key=f"osoba {number}", email_confirmed_at=world.NOON,
            created_at=world.NOON, roles=[], memberships=[],
        )
    )  # fmt: skip
    round_ = scene["round"]
    for role in (Role.JUROR, Role.AUDITOR):
        stored(RoundRole(round_id=round_.id, person_id=person.id, role=role, granted_at=world.NOON))
    stored(
        JuryMember(
            round_id=round_.id, person_id=person.id, background="other", voivodeship="opolskie", joined_at=world.NOON
        )
    )
    stored(ClauseReading(person_id=person.id, clause_id=scene["clause"].id, read_at=world.NOON))
    stored(ErasureRequest(public_id=f"e{number:09}", person_id=person.id, asked_at=world.NOON))
    stored(
        Membership(
            organisation_id=scene["library"].id, person_id=person.id, role=OrganisationRole.READER,
            created_at=world.NOON,
        )
    )  # fmt: skip
    for place in ({"organisation_id": scene["library"].id, "role": "reader"}, {"round_id": round_.id, "role": "juror"}):
        stored(
            Invitation(
                public_id=f"{place['role'][0]}{number:09}", email=person.email, token_hash=f"{place['role']}{number}",
                created_at=world.NOON, expires_at=world.NOON + timedelta(days=9), **place,
            )
        )  # fmt: skip
    for name in ("editor", "stranger"):
        stored(
            SignIn(
                public_id=f"{name[0]}{number:09}", person_id=scene.people[name].id, token_hash=f"{name}{number}",
                created_at=world.NOON, used_at=world.NOON, expires_at=world.NOON + timedelta(days=9),
            )
        )  # fmt: skip
    return person


def _organisation(scene: Scene, number: int, person: Person) -> Organisation:
    organisation = stored(
        Organisation(
            public_id=f"o{number:09}", name=f"Biblioteka {number}", sort_key=f"biblioteka {number:03}",
            voivodeship="opolskie", created_at=world.NOON, memberships=[],
        )
    )  # fmt: skip
    for member in (scene.people["editor"], person):
        stored(
            Membership(
                organisation_id=organisation.id, person_id=member.id, role=OrganisationRole.EDITOR,
                created_at=world.NOON,
            )
        )  # fmt: skip
    return organisation


def _application(scene: Scene, number: int, person: Person, organisation: Organisation) -> Application:
    """A sent and assessed application of the editor's, and a draft of hers beside it."""
    round_, same = scene["round"], {"created_by_id": person.id, "organisation_id": organisation.id}
    same |= {"round_id": round_.id, "form_version_id": round_.form_version_id, "created_at": world.NOON}
    stored(Application(public_id=f"d{number:09}", status=Status.DRAFT, title=f"Szkic {number}", **same))
    application = stored(
        Application(
            public_id=f"a{number:09}", status=Status.ELIGIBLE, number=f"SE-2027-1{number:03}", submitted_at=world.NOON,
            title=f"Eksperyment {number}", sort_key=f"eksperyment {number}", ask=500_000, voivodeship="opolskie",
            applicant_name=organisation.name, category="library", **same,
        )
    )  # fmt: skip
    stored(
        Submission(
            application_id=application.id, version=1, form_version_id=round_.form_version_id, answers={},
            attachments=[], content_hash=f"{number:064}", sent_at=world.NOON, sent_by_id=person.id,
        )
    )  # fmt: skip
    stored(FormalCheck(application_id=application.id, passed=True, decided_at=world.NOON, decided_by_id=person.id))
    return application


def _assessed(scene: Scene, application: Application) -> None:
    """Two cards of two people."""
    criteria = [criterion["key"] for criterion in scene["round"].template["scoring"]["criteria"]]
    for name, score in (("juror", 4), ("colleague", 3)):
        juror = scene.people[name]
        assignment = stored(
            Assignment(
                public_id=f"{name[0]}{application.id:09}", round_id=application.round_id,
                application_id=application.id, juror_id=juror.id, created_at=world.NOON,
            )
        )  # fmt: skip
        stored(
            ImpartialityDeclaration(
                application_id=application.id, juror_id=juror.id, impartial=True, declared_at=world.NOON
            )
        )
        stored(
            ScoreCard(
                assignment_id=assignment.id, rubric_version_id=scene["round"].rubric_version_id,
                status=Card.SUBMITTED, revision=1, saved_at=world.NOON, submitted_at=world.NOON,
                marks=[Mark(criterion=key, score=score, justification="Bo tak.") for key in criteria],
            )
        )  # fmt: skip


def _decided(scene: Scene, number: int, application: Application) -> None:
    """A line more in both proposals, and a proposal that was returned."""
    for name in ("proposal", "published"):
        stored(
            Decision(
                proposal_id=scene[name].id, application_id=application.id, place=10 + number, rank=10 + number,
                outcome=Outcome.FUNDED, amount=100, reason="award_whole", reason_values={"rank": 10 + number},
            )
        )  # fmt: skip
    for ranking in {scene[name].ranking_id: scene[name].ranking for name in ("proposal", "published")}.values():
        row = ranking.result["ranking"][-1] | {"application": application.number, "rank": 10 + number}
        ranking.result = ranking.result | {"ranking": [*ranking.result["ranking"], row]}
        asked = ranking.inputs["applications"][-1] | {"application": application.number}
        ranking.inputs = ranking.inputs | {"applications": [*ranking.inputs["applications"], asked]}
        stored(ranking)
    old = scene["proposal"]
    stored(
        Proposal(
            public_id=f"q{number:09}", round_id=old.round_id, ranking_id=old.ranking_id, proposed_at=world.NOON,
            proposed_by_id=old.proposed_by_id, returned_at=world.NOON, returned_because="Jeszcze nie.",
        )
    )  # fmt: skip


def _round(scene: Scene, number: int) -> None:
    """One round more, with the same rules, and a document more of the scene's round."""
    like = scene["round"]
    copied = {column.key: getattr(like, column.key) for column in Round.__table__.columns if column.key != "id"}
    stored(Round(**copied | {"slug": f"edycja-{number}", "number_prefix": f"E{number}"}))
    known = scene["document"]
    stored(
        RoundDocument(
            public_id=f"r{number:09}", round_id=like.id, key="regulations", version=1 + number, title="Regulamin",
            title_en="Rules", name=known.name, media_type=known.media_type, sha256=known.sha256,
            published_at=world.NOON,
        )
    )  # fmt: skip
    for name, role in (("coordinator", Role.COORDINATOR), ("administrator", Role.COORDINATOR)):
        round_id = db.session.query(Round.id).filter_by(slug=f"edycja-{number}").scalar()
        stored(RoundRole(round_id=round_id, person_id=scene.people[name].id, role=role, granted_at=world.NOON))


def _papers(scene: Scene, number: int, application: Application) -> None:
    """A receipt that is ready, and a paper that waits for the worker."""
    sent = db.session.query(Submission.id).filter_by(application_id=application.id).scalar()
    stored(
        files.Document(
            kind="receipt", subject=str(sent), name=f"potwierdzenie-{number}.pdf", sha256=scene["document"].sha256,
            made_at=world.NOON,
        )
    )  # fmt: skip
    stored(Job(kind="document", subject=f"application:{sent}", due_at=world.NOON, values={}, created_at=world.NOON))
