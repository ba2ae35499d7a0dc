"""Reading the formal check: lists with counts, the card of one application, what the machine says."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import load_only

from strefa.contest.applications import extension_queries
from strefa.contest.applications import queries as applications
from strefa.contest.applications.models import Application, Submission
from strefa.contest.people.models import Organisation, Person
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import form_of, template_of, timetable_of
from strefa.contest.screening.models import FormalCheck, FormalVerdict
from strefa.infra.database import db
from strefa.rules.formal import Prefilled, Submitted, prefilled
from strefa.rules.lifecycle import SENT, UNCHECKED, UNSETTLED, Status
from strefa.rules.text import search_key

PAGE = 50
SHOWN = load_only(  # a line of the list shows these
    Application.public_id, Application.number, Application.title, Application.applicant_name, Application.voivodeship,
    Application.status, Application.ask, raiseload=True,
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """One page of a round's sent applications, and how many there are of each status.

    `proposed` are the ids of those that one person has checked and another has yet to confirm.
    """

    rows: Sequence[Application]
    proposed: Collection[int]
    counts: Mapping[Status, int]
    number: int
    last: int


def listed(
    round_: Round, actor: Person, among: Collection[Status] = (), search: str = "", number: int = 1, *,
    without: Collection[int] = (),
) -> Listed:  # fmt: skip
    """List a round's sent applications that somebody may read, by number, 50 a page.

    Args:
        without: ids of applications that impartiality keeps from her.
        among: only those that stand so, or all.
        search: part of a number, or words of the applicant's name.
    """
    sent = applications.sent_to(actor).where(Application.round_id == round_.id, Application.id.not_in(without))
    counted = db.session.execute(
        sent.with_only_columns(Application.status, func.count()).group_by(Application.status)
    ).all()
    counts: dict[Status, int] = {status: count for status, count in counted}
    if among:
        sent = sent.where(Application.status.in_(among))
    total = sum(count for status, count in counts.items() if not among or status in among)
    if search:
        sent = sent.where(_found(search))
        total = db.session.scalar(select(func.count()).select_from(sent.subquery())) or 0
    last = max(1, -(-total // PAGE))
    number = min(max(1, number), last)
    numbered = sent.where(Application.number.is_not(None))  # as all sent ones are: so the index by number is found
    page = numbered.options(SHOWN).order_by(Application.number).limit(PAGE).offset((number - 1) * PAGE)
    rows = db.session.scalars(page).all()
    return Listed(rows, _proposed(round_, rows), counts, number, last)


def _proposed(round_: Round, rows: Sequence[Application]) -> frozenset[int]:
    """Return the ids of those that wait for a second person, in a round where two people check."""
    if not template_of(round_).screening.two_people:
        return frozenset()
    waiting = select(FormalCheck.application_id).where(
        FormalCheck.application_id.in_([row.id for row in rows]), FormalCheck.proposed.is_not(None)
    )
    return frozenset(db.session.scalars(waiting))


def _found(search: str) -> ColumnElement[bool]:
    """Match a number by a part of it, an applicant by all the words."""
    words = search_key(search).split()
    named = and_(*(Organisation.search_key.contains(word, autoescape=True) for word in words))
    return or_(Application.number.contains(search.strip(), autoescape=True), Application.organisation.has(named))


def verdicts(application: Application) -> dict[str, FormalVerdict]:
    """Return what staff have said of an application, by criterion."""
    rows = db.session.scalars(select(FormalVerdict).where(FormalVerdict.application_id == application.id))
    return {row.criterion: row for row in rows}


def check_of(application: Application) -> FormalCheck | None:
    """Return the outcome of an application's formal check, if there is a row of it."""
    return db.session.scalar(select(FormalCheck).where(FormalCheck.application_id == application.id))


def machine(application: Application, submission: Submission) -> tuple[Prefilled, ...]:
    """Return what the machine says of each criterion, judged on the version that was sent.

    What was mended on request came after the close; in time was what was mended.
    """
    round_ = application.round
    template = template_of(round_)
    current = round_.form_version
    times, exception = timetable_of(round_), extension_queries.of_application(application)
    in_call = _in_the_call(application, submission)
    call = times.last_call(in_call.sent_at)
    submitted = Submitted(
        arrived=in_call.sent_at,
        closes=(call.ends if call else round_.closes_at) + times.grace,
        late_until=exception.until if exception else None,
        late_reason=exception.reason if exception else "",
        form_hash=application.form_version.sha256,
        round_form_hash=current.sha256 if current else "",
        voivodeships=template.frame.voivodeships,
        largest_population=template.frame.largest_population,
    )
    facts = applications.sent_facts(application, submission)
    spec = form_of(application.form_version)
    return prefilled(template.formal_criteria, spec, submission.answers, facts, submitted)


def _in_the_call(application: Application, submission: Submission) -> Submission:
    """Return the version that was sent in the call: the last one up to this one that mends nothing on request."""
    before = [one for one in application.submissions if one.version <= submission.version and not one.corrects]
    return before[-1] if before else submission


def next_to_check(application: Application, actor: Person) -> str | None:
    """Return the address id of the next application that waits for her to check it, by number.

    What she has proposed already waits for somebody else.
    """
    hers = select(FormalCheck.application_id).where(
        FormalCheck.proposed.is_not(None), FormalCheck.proposed_by_id == actor.id
    )
    return db.session.scalar(
        select(Application.public_id)
        .where(
            Application.round_id == application.round_id,
            Application.status.in_(UNCHECKED),
            Application.id != application.id,
            Application.id.not_in(hers),
        )
        .order_by(Application.number < application.number, Application.number)
        .limit(1)
    )


def unchecked(round_: Round) -> tuple[str, ...]:
    """List the numbers of applications whose formal check is not settled, those being mended too: one statement."""
    numbers = db.session.scalars(
        select(Application.number)
        .where(Application.round_id == round_.id, Application.status.in_(UNSETTLED))
        .order_by(Application.number)
    )
    return tuple(number or "" for number in numbers)


@dataclass(frozen=True)
class Counts:
    """How many applications of a round are drafts, were sent, and wait for the formal check."""

    drafts: int
    sent: int
    unchecked: int


def counts(round_: Round) -> Counts:
    """Count a round's applications by where they stand: one statement."""
    rows = db.session.execute(
        select(Application.status, func.count())
        .where(Application.round_id == round_.id, applications.STANDS)
        .group_by(Application.status)
    ).all()
    by_status: dict[Status, int] = {status: count for status, count in rows}
    return Counts(
        drafts=by_status.get(Status.DRAFT, 0),
        sent=sum(by_status.get(status, 0) for status in SENT),
        unchecked=sum(by_status.get(status, 0) for status in UNCHECKED),
    )
