"""Builders: the smallest valid thing of each kind; a test says only what it is about."""

from copy import copy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from random import Random
from typing import Any

from strefa.contest.applications.models import Application, SectionAnswers, Submission
from strefa.contest.jury.models import Assignment, CardStatus, ImpartialityDeclaration, JuryMember, Mark, ScoreCard
from strefa.contest.people.models import Membership, Organisation, Person, RoundRole, SignIn
from strefa.contest.rounds import actions as rounds_actions
from strefa.contest.rounds import template_file
from strefa.contest.rounds.models import Round
from strefa.infra import security
from strefa.infra.database import db
from strefa.rules.lifecycle import SENT, Status
from strefa.rules.numbering import public_id
from strefa.rules.policy import OrganisationRole, Role
from strefa.rules.round_template import RoundTemplate
from strefa.rules.text import collation_key, search_key

NOON = datetime(2027, 2, 1, 11, tzinfo=UTC)  # 12:00 in Warsaw, in the middle of the default round's call
PASSWORD = "kwaśne jabłka w listopadzie"

_next = count(1)
_random = Random(7)


def start(first: int = 1) -> None:
    """Begin a fresh world: numbers start again, so that tests do not depend on their order.

    Args:
        first: the first number; a higher one adds to a world that is stored already.
    """
    global _next, _random
    _next, _random = count(first), Random(6 + first)


Place = tuple[Any, Any]
"""How far the numbers and the chance of a world are."""


def place() -> Place:
    """Return how far this world is."""
    return copy(_next), _random.getstate()


def go_on(place: Place) -> None:
    """Go on as if the world had come so far."""
    global _next
    _next = copy(place[0])
    _random.setstate(place[1])


def is_fresh() -> bool:
    """Say whether nothing was built since the start."""
    return next(copy(_next)) == 1


def _stored(thing: Any) -> Any:
    db.session.add(thing)
    db.session.commit()
    return thing


@cache
def _default() -> tuple[RoundTemplate, str]:
    """The default round and its file, read once: reading a template takes half a second."""
    source = template_file.shipped("strefa-eksperymentu")
    return template_file.load(source), source


def a_round(**changes: Any) -> Round:
    """The default round of 2027, as its template file says; `changes` are columns."""
    template, source = _default()
    round_ = db.session.query(Round).filter_by(slug=template.slug).one_or_none()
    if round_ is None:
        round_ = rounds_actions.load(template, source, actor=None, now=NOON - timedelta(days=60))
    for name, value in changes.items():
        setattr(round_, name, value)
    return _stored(round_)


def a_person(*roles: Role, round_: Round | None = None, **columns: Any) -> Person:
    """Somebody with a confirmed account and these roles in a round (the default one)."""
    number = next(_next)
    name = columns.setdefault("name", f"Osoba {number}")
    usual = {
        "public_id": public_id(_random),
        "email": f"osoba{number}@example.org",
        "sort_key": collation_key(name),
        "search_key": search_key(f"{name} {columns.get('email', '')}"),
        "is_administrator": Role.ADMINISTRATOR in roles,
        "email_confirmed_at": NOON,
        "totp_secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" if roles else None,
        "totp_confirmed_at": NOON if roles else None,
        "created_at": NOON,
        "roles": [],
        "memberships": [],
    }
    person = Person(**usual | columns)
    held = [role for role in roles if role not in {Role.ADMINISTRATOR, Role.APPLICANT}]
    if held:
        place = round_ or a_round()
        person.roles = [RoundRole(round_id=place.id, role=role, granted_at=NOON) for role in held]
    return _stored(person)


def with_password(person: Person) -> Person:
    """Give a person the world's password."""
    person.password_hash = _hashed_once()
    return _stored(person)


@cache
def _hashed_once() -> str:
    return security.hash_password(PASSWORD)


def a_sign_in(person: Person) -> str:
    """Open a sign-in that never ends by itself, second factor given; returns the token of its cookie."""
    token = f"token-{next(_next)}-{person.id}"
    _stored(
        SignIn(
            public_id=public_id(_random),
            person_id=person.id,
            token_hash=security.token_hash(token),
            created_at=NOON,
            used_at=NOON + timedelta(days=3650),
            expires_at=NOON + timedelta(days=3650),
            device_known_at=NOON,
            second_factor_at=NOON,
        )
    )
    return token


def an_organisation(*people: Person, voivodeship: str = "lubelskie", **columns: Any) -> Organisation:
    """A library; its people are editors and signatories."""
    number = next(_next)
    name = columns.setdefault("name", f"Gminna Biblioteka Publiczna nr {number}")
    usual = {
        "public_id": public_id(_random),
        "sort_key": collation_key(name),
        "search_key": search_key(name),
        "voivodeship": voivodeship,
        "town": "Zalesie",
        "teryt": "0601012",
        "population": 9000,
        "created_at": NOON,
        "memberships": [],
    }
    organisation = _stored(Organisation(**usual | columns))
    for person in people:
        for role in (OrganisationRole.EDITOR, OrganisationRole.SIGNATORY):
            db.session.add(Membership(organisation_id=organisation.id, person_id=person.id, role=role, created_at=NOON))
    db.session.commit()
    for person in people:
        db.session.refresh(person, ["memberships"])
    return organisation


def an_application(
    status: Status = Status.DRAFT,
    *,
    by: Person | None = None,
    round_: Round | None = None,
    organisation: Organisation | None = None,
    answers: dict[str, Any] | None = None,
    **columns: Any,
) -> Application:
    """An application in the default round, with complete answers unless told otherwise."""
    author = by or a_person()
    round_ = round_ or a_round()
    owner = organisation or an_organisation(author, voivodeship=columns.get("voivodeship", "lubelskie"))
    number = next(_next)
    title = columns.setdefault("title", f"Eksperyment {number}")
    usual = {
        "public_id": public_id(_random),
        "round_id": round_.id,
        "organisation_id": owner.id,
        "created_by_id": author.id,
        "form_version_id": round_.form_version_id,
        "number": None if status is Status.DRAFT else f"{round_.number_prefix}-{number:04}",
        "status": status,
        "created_at": NOON,
        "submitted_at": NOON if status in SENT else None,
        "sort_key": collation_key(title),
        "ask": 500000,
        "voivodeship": owner.voivodeship,
        "applicant_name": owner.name,
        "category": "library",
        "population": owner.population,
        "teryt": owner.teryt,
    }
    application = _stored(Application(**usual | columns))
    _answer(application, round_, complete_answers() if answers is None else answers, author)
    if status is not Status.DRAFT:
        a_submission(application, author)
    return application


def _answer(application: Application, round_: Round, answers: dict[str, Any], author: Person) -> None:
    from strefa.contest.rounds.queries import template_of

    for section in template_of(round_).form.sections:
        given = {field.key: answers[field.key] for field in section.fields if field.key in answers}
        db.session.add(
            SectionAnswers(
                application_id=application.id, section=section.key, answers=given, revision=1, saved_at=NOON,
                saved_by_id=author.id,
            )
        )  # fmt: skip
    db.session.commit()


def a_submission(application: Application, author: Person, version: int = 1) -> Submission:
    """The sent version of an application."""
    answers = {
        key: value
        for section in db.session.query(SectionAnswers).filter_by(application_id=application.id)
        for key, value in section.answers.items()
    }
    return _stored(
        Submission(
            application_id=application.id,
            version=version,
            form_version_id=application.form_version_id,
            answers=answers,
            attachments=[],
            content_hash=f"{application.id:064x}",
            sent_at=NOON,
            sent_by_id=author.id,
        )
    )


def a_juror(background: str = "librarian", voivodeship: str = "mazowieckie", **columns: Any) -> Person:
    """A juror on the default round's panel."""
    person = a_person(Role.JUROR, **columns)
    _stored(
        JuryMember(
            round_id=a_round().id, person_id=person.id, background=background, voivodeship=voivodeship, joined_at=NOON
        )
    )
    return person


def an_assignment(application: Application, juror: Person, *, declared: bool | None = True) -> Assignment:
    """A juror's application, declared impartial (None: nothing declared yet)."""
    assignment = _stored(
        Assignment(
            public_id=public_id(_random),
            round_id=application.round_id,
            application_id=application.id,
            juror_id=juror.id,
            created_at=NOON,
        )
    )
    if declared is not None:
        _stored(
            ImpartialityDeclaration(
                application_id=application.id, juror_id=juror.id, impartial=declared, declared_at=NOON
            )
        )
    return assignment


def a_card(assignment: Assignment, marks: list[str], status: CardStatus = CardStatus.SUBMITTED) -> ScoreCard:
    """A card with these marks in the order of the rubric; an empty string is a blank."""
    round_ = a_round()
    criteria = [criterion["key"] for criterion in round_.template["scoring"]["criteria"]]
    card = ScoreCard(
        assignment_id=assignment.id,
        rubric_version_id=round_.rubric_version_id,
        status=status,
        revision=1,
        saved_at=NOON,
        submitted_at=NOON if status is CardStatus.SUBMITTED else None,
        marks=[
            Mark(criterion=key, score=Decimal(mark) if mark else None, justification=f"Uzasadnienie {key}. " * 8)
            for key, mark in zip(criteria, marks, strict=True)
        ],
    )
    return _stored(card)


def complete_answers() -> dict[str, Any]:
    """Answers to every required question of the default round, free of problems."""
    from tests.answers import COMPLETE

    return {key: value for key, value in COMPLETE.items()}
