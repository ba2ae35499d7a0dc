"""How long the content of each application stays: its class, its term, and what staff are shown before it goes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from strefa.contest.applications.models import Application, Extension
from strefa.contest.decisions.models import Decision, Proposal
from strefa.contest.decisions.queries import AWARDED
from strefa.contest.privacy.models import Retention
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import PLAIN, template_of
from strefa.infra.database import db
from strefa.infra.journal import Entry
from strefa.rules.privacy import Class

PAGE = 50


_FUNDED = (
    exists()
    .where(
        Decision.application_id == Application.id,
        Decision.outcome.in_(AWARDED),
        Proposal.id == Decision.proposal_id,
        Proposal.published_at.is_not(None),
    )
    .correlate(Application)
)
"""Whether an application has a grant in published decisions."""


def funded_among(applications: Collection[Application]) -> frozenset[int]:
    """Return the ids of those with a grant in published decisions: one statement."""
    awarded = (
        select(Decision.application_id)
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .where(
            Decision.application_id.in_([one.id for one in applications]),
            Decision.outcome.in_(AWARDED),
            Proposal.published_at.is_not(None),
        )
    )
    return frozenset(db.session.scalars(awarded))


def class_of(application: Application, funded: Collection[int]) -> Class:
    """Return the class of an application, told which ids have a grant."""
    if application.number is None:
        return Class.DRAFT
    return Class.FUNDED if application.id in funded else Class.UNSUCCESSFUL


def over(application: Application, funded: Collection[int], closes_at: datetime) -> datetime | None:
    """Return when the term of an application is over by the settings of its round; None while it does not run.

    Args:
        closes_at: when the call really closed, extensions included.
    """
    terms = template_of(application.round).retention
    return terms.over(class_of(application, funded), closes_at, application.round.results_published_at)


def rounds_to_plan(now: datetime) -> Sequence[Round]:
    """List the rounds whose call is over."""
    return db.session.scalars(select(Round).where(Round.closes_at <= now).order_by(Round.id)).all()


def unused_exceptions_over(round_: Round, now: datetime) -> Sequence[Extension]:
    """List the exceptions by which nobody began anything and whose reason has stood as long as a draft would."""
    term = timedelta(days=template_of(round_).retention.draft_days)
    unused = Extension.organisation_id.is_not(None), Extension.application_id.is_(None), Extension.reason != ""
    of_round = select(Extension).where(Extension.round_id == round_.id, Extension.until <= now - term, *unused)
    return db.session.scalars(of_round.order_by(Extension.id)).all()


def exceptions_told(round_: Round, now: datetime) -> Select[int]:
    """Select the journal's entries of exceptions of organisations whose reason stands nowhere else any more.

    Those by which an application was begun say theirs as long as it has its content; those that were taken back are
    in the journal alone, so a draft's term counts from what was said.
    """
    term = timedelta(days=template_of(round_).retention.draft_days)
    standing = select(Extension.made_at).where(Extension.round_id == round_.id, Extension.reason != "")
    told = Entry.verb.in_(("let_in_late", "take_back_exception")), Entry.subject.startswith("organisation:")
    over = Entry.at <= now - term, Entry.at.not_in(standing)
    return select(Entry.sequence).where(Entry.round_id == round_.id, *told, *over)


def with_content(round_id: int) -> Sequence[Application]:
    """List the applications of a round whose content is there."""
    here = Application.round_id == round_id, Application.erased_at.is_(None)
    return db.session.scalars(
        select(Application).where(*here).options(joinedload(Application.round)).order_by(Application.id)
    ).all()


def terms_of(applications: Collection[Application]) -> dict[int, Retention]:
    """Return what is planned for applications, by their ids: one statement."""
    ids = [one.id for one in applications]
    rows = db.session.scalars(select(Retention).where(Retention.application_id.in_(ids)))
    return {row.application_id: row for row in rows}


def due(now: datetime) -> list[str]:
    """List the public ids of applications whose content goes now, those held back left out."""
    return list(
        db.session.scalars(
            select(Application.public_id)
            .join(Retention, Retention.application_id == Application.id)
            .where(Retention.erase_after <= now, Retention.held_at.is_(None), Application.erased_at.is_(None))
            .order_by(Application.id)
        )
    )


def of_application(application_id: int) -> Retention | None:
    """Return what is planned for an application, as the database has it now."""
    mine = select(Retention).where(Retention.application_id == application_id)
    return db.session.scalar(mine.execution_options(populate_existing=True))


@dataclass(frozen=True)
class Group:
    """Applications of a class whose content goes on the same days: how many, the first day and the last."""

    kind: Class
    count: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Preview:
    """What goes from a round and when: sums by class, how many are held, gone, or have no term yet; a page of them."""

    groups: Sequence[Group]
    held: int
    gone: int
    without: int
    rows: Sequence[Retention]
    kinds: Mapping[int, Class]
    number: int
    last: int


def preview(round_: Round, number: int = 1) -> Preview:
    """Show what goes from a round, the soonest first, 50 a page: five statements, however many applications there are."""
    held, waits = Retention.held_at.is_not(None), and_(Retention.held_at.is_(None), Retention.erase_after.is_not(None))
    here = Application.round_id == round_.id, Application.erased_at.is_(None)
    counted = select(
        func.count(case((held, 1))), func.count(case((waits, 1))), func.count(),
        select(func.count()).where(Application.round_id == round_.id, Application.erased_at.is_not(None)).correlate(None).scalar_subquery(),
    )  # fmt: skip
    held_back, going, content, gone = db.session.execute(
        counted.select_from(Application).outerjoin(Retention).where(*here)
    ).one()
    groups = _groups(*here, waits)
    last = max(1, -(-(held_back + going) // PAGE))
    number = min(max(1, number), last)
    page = _listed(round_).order_by(Retention.erase_after, Retention.id).limit(PAGE).offset((number - 1) * PAGE)
    rows = db.session.scalars(page.options(contains_eager(Retention.application), joinedload(Retention.held_by))).all()
    shown = [row.application for row in rows]
    funded = funded_among(shown)
    return Preview(
        groups, held_back, gone, content - held_back - going, rows,
        {one.id: class_of(one, funded) for one in shown}, number, last,
    )  # fmt: skip


def _groups(*which: ColumnElement[bool]) -> list[Group]:
    """Sum up what goes by class, in SQL: what class an application is of is said there as `class_of` says it."""
    named = case(
        (Application.number.is_(None), Class.DRAFT.value), (_FUNDED, Class.FUNDED.value), else_=Class.UNSUCCESSFUL.value
    ).label("kind")  # fmt: skip
    each = select(named, Retention.erase_after.label("day")).select_from(Application).join(Retention).where(*which)
    of = each.subquery().c  # first named, then grouped: PostgreSQL takes two equal cases with values for different ones
    rows = db.session.execute(
        select(of.kind, func.count(), func.min(of.day), func.max(of.day)).group_by(of.kind).order_by(of.kind)
    )
    return [Group(Class(kind), count, first, last) for kind, count, first, last in rows]


def _listed(round_: Round) -> Select[Retention]:
    planned = or_(Retention.erase_after.is_not(None), Retention.held_at.is_not(None))
    of_round = and_(Application.round_id == round_.id, Application.erased_at.is_(None), planned)
    return select(Retention).join(Retention.application).where(of_round)


def application(public_id: str) -> Application | None:
    """Return an application with its round."""
    return db.session.scalar(
        select(Application)
        .where(Application.public_id == public_id)
        .options(joinedload(Application.round).options(*PLAIN))
    )
