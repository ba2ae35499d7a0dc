"""Reading the extensions of a call: for all, by exception, and whom one would concern."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased, joinedload

from strefa.contest.applications.models import Application, Extension, Submission
from strefa.contest.applications.queries import STANDS
from strefa.contest.people.models import Membership, Organisation, Person
from strefa.contest.rounds.models import Round
from strefa.infra.database import db
from strefa.rules.lifecycle import CHECKED, Status, Step, steps_from
from strefa.rules.text import search_key

FOUND_AT_ONCE = 10  # organisations named when a word fits several
OPENABLE = frozenset(status for status in Status if {Step.SUBMIT, Step.REOPEN} & set(steps_from(status))) - {
    Status.CORRECTING
}
"""The statuses in which a later close is of use: something can be sent yet. Mending defects has a term of its own."""


def for_all(round_: Round) -> Sequence[Extension]:
    """List what moved the close of a round's call for everybody, the newest first, with its outage."""
    mine = select(Extension).where(Extension.round_id == round_.id, Extension.organisation_id.is_(None))
    whole = mine.options(joinedload(Extension.outage), joinedload(Extension.made_by))
    return db.session.scalars(whole.order_by(Extension.id.desc())).all()


def exceptions(round_: Round) -> Sequence[Extension]:
    """List the exceptions of a round, the newest first, with whom they concern and who made them."""
    mine = select(Extension).where(Extension.round_id == round_.id, Extension.organisation_id.is_not(None))
    whole = mine.options(
        joinedload(Extension.organisation), joinedload(Extension.application), joinedload(Extension.made_by)
    )
    return db.session.scalars(whole.order_by(Extension.id.desc())).all()


def exception(public_id: str) -> Extension | None:
    """Return an exception with whom it concerns and its round."""
    mine = select(Extension).where(Extension.public_id == public_id, Extension.organisation_id.is_not(None))
    about = joinedload(Extension.organisation), joinedload(Extension.application).joinedload(Application.round)
    return db.session.scalar(mine.options(*about))


def used(rows: Collection[Extension]) -> frozenset[int]:
    """Return the ids of the exceptions by which something was sent; one statement.

    It came after the close that they moved, and no earlier exception of the same application let it in.
    """
    earlier = aliased(Extension)
    let_in_before = exists().where(
        earlier.application_id == Extension.application_id,
        earlier.id < Extension.id,
        earlier.until > Submission.sent_at,
    )
    sent = (
        select(Extension.id)
        .join(Submission, Submission.application_id == Extension.application_id)
        .where(Extension.id.in_([row.id for row in rows]), ~Submission.corrects, Submission.sent_at >= Extension.before)
        .where(~let_in_before)
    )
    return frozenset(db.session.scalars(sent))


def of_application(application: Application) -> Extension | None:
    """Return the exception that gives an application the latest close; no statement when it has none."""
    if application.late_until is None:
        return None
    own = select(Extension).where(Extension.application_id == application.id)
    return db.session.scalar(own.order_by(Extension.until.desc(), Extension.id).limit(1))


def latest_of(application: Application) -> datetime | None:
    """Return the latest close that exceptions give an application; None when it has none."""
    return db.session.scalar(select(func.max(Extension.until)).where(Extension.application_id == application.id))


def unused(round_: Round, organisation_id: int, now: datetime) -> Extension | None:
    """Return an exception that lets an organisation begin an application now, if it has begun none by it."""
    waiting = select(Extension).where(
        Extension.round_id == round_.id,
        Extension.organisation_id == organisation_id,
        Extension.application_id.is_(None),
        Extension.until > now,
    )
    return db.session.scalar(waiting.order_by(Extension.until.desc()).limit(1))


def rounds_let_in(person: Person, now: datetime) -> list[tuple[int, datetime]]:
    """List the rounds in which an organisation of a person may begin an application by exception: id, and until when."""
    own = select(Membership.organisation_id).where(Membership.person_id == person.id)
    rows = db.session.execute(
        select(Extension.round_id, func.max(Extension.until))
        .where(Extension.organisation_id.in_(own), Extension.application_id.is_(None), Extension.until > now)
        .group_by(Extension.round_id)
    )
    return [(round_id, until) for round_id, until in rows]


@dataclass(frozen=True)
class Concerned:
    """Whom an extension concerns: counts of applications, the people who get a letter, bare contact addresses."""

    drafts: int
    sent: int
    withdrawn: int
    organisations: Sequence[str]
    members: Sequence[Person]
    contacts: Sequence[str]


def concerned(round_: Round, organisation_id: int | None = None) -> Concerned:
    """Return whom a later close concerns: everybody with an application in the round, or one organisation's people.

    Four statements, however many they are. A withdrawn application counts: until the close it may be sent again.
    """
    applied = select(Application.organisation_id).where(Application.round_id == round_.id, STANDS)
    reached = [organisation_id] if organisation_id else applied
    rows = db.session.execute(
        select(Application.status, func.count())
        .where(Application.round_id == round_.id, STANDS)
        .group_by(Application.status)
    )
    counts: dict[Status, int] = {status: count for status, count in rows}
    named = select(Organisation.name).where(Organisation.id.in_(reached)).order_by(Organisation.sort_key)
    belonging = select(Membership.person_id).where(Membership.organisation_id.in_(reached))
    people = db.session.scalars(
        select(Person).where(Person.id.in_(belonging), Person.disabled_at.is_(None)).order_by(Person.id)
    ).all()
    known = {person.email.casefold() for person in people}
    given = select(Application.contact_email).where(
        Application.round_id == round_.id, Application.contact_email.is_not(None)
    )
    if organisation_id:
        given = given.where(Application.organisation_id == organisation_id)
    contacts = {str(address).casefold(): str(address) for address in db.session.scalars(given.order_by(Application.id))}
    return Concerned(
        drafts=counts.get(Status.DRAFT, 0),
        sent=sum(counts.values()) - counts.get(Status.DRAFT, 0) - counts.get(Status.WITHDRAWN, 0),
        withdrawn=counts.get(Status.WITHDRAWN, 0),
        organisations=db.session.scalars(named).all(),
        members=people,
        contacts=[address for folded, address in contacts.items() if folded not in known],
    )


def checked(round_: Round) -> int:
    """Count the applications whose formal check has been decided."""
    decided = Application.round_id == round_.id, Application.status.in_(CHECKED)
    return db.session.scalar(select(func.count(Application.id)).where(*decided)) or 0


def organisations_called(text: str) -> Sequence[Organisation]:
    """List the organisations with a tax number, or whose names hold each word of a text, by name."""
    digits = "".join(sign for sign in text if sign.isdigit())
    found = select(Organisation)
    if len(digits) == 10 and not search_key(text).strip("0123456789 -"):
        found = found.where(Organisation.nip == digits)
    else:
        for word in search_key(text).split():
            found = found.where(Organisation.search_key.contains(word, autoescape=True))
    return db.session.scalars(found.order_by(Organisation.sort_key, Organisation.id).limit(FOUND_AT_ONCE + 1)).all()


def openable(round_: Round, organisation_id: int) -> Sequence[Application]:
    """List an organisation's applications in a round that a later close is of use for."""
    own = Application.round_id == round_.id, Application.organisation_id == organisation_id
    useful = select(Application).where(*own, STANDS, Application.status.in_(OPENABLE))
    return db.session.scalars(useful.order_by(Application.id)).all()


def late_attempts(round_: Round) -> Sequence[Application]:
    """List the applications that somebody tried to send after the close, the newest attempt first."""
    tried = Application.round_id == round_.id, STANDS, Application.late_attempt_at.is_not(None)
    rows = select(Application).options(joinedload(Application.organisation)).where(*tried)
    return db.session.scalars(rows.order_by(Application.late_attempt_at.desc()).limit(50)).all()
