"""Whoever wants to be forgotten: the request, what stands in its way, what would go and what stays."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import joinedload

from strefa.contest.applications.models import Application, SectionAnswers, SectionHistory, Submission
from strefa.contest.jury.models import Assignment, CardStatus, ScoreCard
from strefa.contest.people.models import Membership, Organisation, Person, RoundRole, SignIn
from strefa.contest.privacy import retention_queries
from strefa.contest.privacy.models import ErasureRequest
from strefa.contest.rounds.models import Round
from strefa.infra.database import db
from strefa.infra.erased_list import Erased
from strefa.infra.journal import Entry
from strefa.infra.messages import Message
from strefa.rules.lifecycle import SENT
from strefa.rules.policy import OrganisationRole, Role
from strefa.rules.privacy import Class
from strefa.rules.refusal import Blocker, Reason

PAGE = 50


def by_public_id(public_id: str) -> ErasureRequest | None:
    """Return a request by its address id, with its person."""
    return db.session.scalar(
        select(ErasureRequest)
        .where(ErasureRequest.public_id == public_id)
        .options(joinedload(ErasureRequest.person).selectinload(Person.roles))
    )


def _open() -> tuple[ColumnElement[bool], ...]:
    return (
        ErasureRequest.withdrawn_at.is_(None),
        ErasureRequest.refused_at.is_(None),
        ErasureRequest.done_at.is_(None),
    )


def open_request(person: Person) -> ErasureRequest | None:
    """Return the request of a person that waits for an answer."""
    mine = select(ErasureRequest).where(ErasureRequest.person_id == person.id, *_open())
    return db.session.scalar(mine.limit(1))


def last_refusal(person: Person) -> ErasureRequest | None:
    """Return the last request of a person that was refused, unless she asked again since."""
    newest = select(ErasureRequest).where(ErasureRequest.person_id == person.id).order_by(ErasureRequest.id.desc())
    last = db.session.scalar(newest.limit(1))
    return last if last is not None and last.refused_at is not None else None


def waiting() -> Sequence[ErasureRequest]:
    """List the requests that wait for an answer, the oldest first, with their people."""
    asked = select(ErasureRequest).where(*_open()).options(joinedload(ErasureRequest.person))
    return db.session.scalars(asked.order_by(ErasureRequest.id).limit(PAGE)).all()


def blockers_to_erase(person: Person) -> list[Blocker]:
    """List what must be done before a person can be forgotten."""
    if person.erased_at is not None:
        return [Blocker(Reason.ERASED_ALREADY)]
    return [*_last_administrator(person), *_last_coordinator(person), *_sole_editor(person), *_judging(person)]


def _last_administrator(person: Person) -> list[Blocker]:
    others = Person.is_administrator.is_(True), Person.disabled_at.is_(None), Person.id != person.id
    if not person.is_administrator or db.session.scalar(select(exists().where(*others))):
        return []
    return [Blocker(Reason.LAST_ADMINISTRATOR)]


def _last_coordinator(person: Person) -> list[Blocker]:
    """A round whose results are published needs nobody any more."""
    held = RoundRole.role == Role.COORDINATOR, RoundRole.ended_at.is_(None)
    others = select(RoundRole.round_id).where(*held, RoundRole.person_id != person.id)
    alone = (
        select(RoundRole.id)
        .join(Round, Round.id == RoundRole.round_id)
        .where(*held, RoundRole.person_id == person.id, RoundRole.round_id.not_in(others))
        .where(Round.results_published_at.is_(None))
    )
    return [Blocker(Reason.LAST_COORDINATOR)] if db.session.scalar(alone.limit(1)) else []


def _sole_editor(person: Person) -> list[Blocker]:
    editing = Membership.role == OrganisationRole.EDITOR
    others = select(Membership.organisation_id).where(editing, Membership.person_id != person.id)
    alone = (
        select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(editing, Membership.person_id == person.id, Organisation.id.not_in(others))
    )
    found = []
    for organisation in db.session.scalars(alone.order_by(Organisation.sort_key)).all():
        if _needs_an_editor(organisation):
            found.append(Blocker(Reason.SOLE_EDITOR, "", {"organisation": organisation.name}))
    return found


def _needs_an_editor(organisation: Organisation) -> bool:
    """Say whether an organisation has an application that is on its way, or one with a grant."""
    mine = (
        select(Application)
        .where(Application.organisation_id == organisation.id, Application.status.in_(SENT))
        .where(Application.erased_at.is_(None))
        .options(joinedload(Application.round))
    )
    sent = db.session.scalars(mine).all()
    funded = retention_queries.funded_among(sent)
    return any(one.round.results_published_at is None or one.id in funded for one in sent)


def _judging(person: Person) -> list[Blocker]:
    unfinished = (
        select(Round.name)
        .join(Assignment, Assignment.round_id == Round.id)
        .outerjoin(ScoreCard, ScoreCard.assignment_id == Assignment.id)
        .where(Assignment.juror_id == person.id, Assignment.ended_at.is_(None), Round.decided_at.is_(None))
        .where(Round.results_published_at.is_(None))
        .where(or_(ScoreCard.id.is_(None), ScoreCard.status != CardStatus.SUBMITTED))
        .distinct()
    )
    return [
        Blocker(Reason.JUDGES_NOW, "", {"round": name}) for name in db.session.scalars(unfinished.order_by(Round.name))
    ]


@dataclass(frozen=True)
class Staying:
    """An application that keeps what it says of a person: its number, the reason, and until when if that is known."""

    application: Application
    why: str  # "in_progress", "funded" or "held"
    until: datetime | None


@dataclass
class Effects:
    """What erasing a person does: how many of each go, which applications lose what, which stay and why."""

    letters: int = 0
    sign_ins: int = 0
    memberships: int = 0
    entries: int = 0
    histories: int = 0
    scores: int = 0
    emptied: list[Application] = field(default_factory=list)  # drafts of nobody else
    redacted: list[Application] = field(default_factory=list)  # they stay without her name and addresses
    staying: list[Staying] = field(default_factory=list)


def effects(person: Person) -> Effects:
    """Foresee what erasing a person does."""
    found = _counted(person)
    applications = applications_with(person)
    funded, planned = retention_queries.funded_among(applications), retention_queries.terms_of(applications)
    alone = _alone_in(person, {one.organisation_id for one in applications})
    for one in applications:
        row, kind = planned.get(one.id), retention_queries.class_of(one, funded)
        if row is not None and row.held_at is not None:
            found.staying.append(Staying(one, "held", None))
        elif kind is Class.DRAFT:
            (found.emptied if one.organisation_id in alone else found.redacted).append(one)
        elif kind is Class.FUNDED:
            found.staying.append(Staying(one, "funded", row.erase_after if row else None))
        elif one.round.results_published_at is None:
            found.staying.append(Staying(one, "in_progress", None))
        else:
            found.redacted.append(one)
    return found


def _counted(person: Person) -> Effects:
    about = or_(Entry.subject == f"person:{person.public_id}", Entry.actor_id == person.id)
    cards = select(func.count()).select_from(ScoreCard).join(Assignment).where(Assignment.juror_id == person.id)
    counted = [
        select(func.count()).where(or_(Message.person_id == person.id, Message.to == person.email)),
        select(func.count()).where(SignIn.person_id == person.id),
        select(func.count(Membership.organisation_id.distinct())).where(Membership.person_id == person.id),
        select(func.count()).where(about, Entry.details.is_not(None)),
        select(func.count()).where(SectionHistory.saved_by_id == person.id),
        cards,
    ]
    row = db.session.execute(select(*(one.scalar_subquery().label(f"n{at}") for at, one in enumerate(counted)))).one()
    letters, sign_ins, memberships, entries, histories, scores = (int(number) for number in row)
    return Effects(letters, sign_ins, memberships, entries, histories, scores)


def applications_with(person: Person) -> Sequence[Application]:
    """List the applications that may say something of a person: of her organisations, and those she worked on."""
    mine = select(Membership.organisation_id).where(Membership.person_id == person.id)
    wrote = [
        select(table.application_id).where(column == person.id)
        for table, column in (
            (SectionAnswers, SectionAnswers.saved_by_id),
            (SectionHistory, SectionHistory.saved_by_id),
            (Submission, Submission.sent_by_id),
        )
    ]
    hers = or_(
        Application.organisation_id.in_(mine),
        Application.created_by_id == person.id,
        Application.contact_email == person.email,
        *(Application.id.in_(ids) for ids in wrote),
    )
    return db.session.scalars(
        select(Application)
        .where(hers, Application.erased_at.is_(None))
        .options(joinedload(Application.round))
        .order_by(Application.id)
    ).all()


def _alone_in(person: Person, organisation_ids: set[int]) -> frozenset[int]:
    """Return the organisations among these in which nobody else is."""
    others = select(Membership.organisation_id).where(
        Membership.person_id != person.id, Membership.organisation_id.in_(organisation_ids)
    )
    return frozenset(organisation_ids - set(db.session.scalars(others)))


def erased() -> list[Erased]:
    """List everybody who was forgotten and every application whose content is gone, as the list beside the database."""
    found = []
    for kind, table in (("person", Person), ("application", Application)):
        rows = select(table.public_id, table.erased_at).where(table.erased_at.is_not(None)).order_by(table.id)
        found += [Erased(kind, public_id, at.isoformat()) for public_id, at in db.session.execute(rows) if at]
    return found
