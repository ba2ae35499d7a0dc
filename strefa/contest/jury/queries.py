"""Reading the jury: a juror's own queue and cards, the board of a round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import contains_eager, joinedload, load_only, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from strefa.contest.applications.models import Application, Submission
from strefa.contest.jury.models import (
    Assignment,
    AssignmentKind,
    CardStatus,
    ImpartialityDeclaration,
    Mark,
    ScoreCard,
)
from strefa.contest.people.models import Person, RoundRole
from strefa.contest.people.queries import ACTOR_AT_ONCE
from strefa.contest.rounds.models import FormVersion, Frozen, Round, RubricVersion
from strefa.contest.rounds.queries import PLAIN, VERSIONS
from strefa.infra.database import db
from strefa.rules import plain_data
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from strefa.rules.rubric import Criterion, Marks, Rubric
from strefa.rules.scoring_rules import ScoredCriterion

RULES = (  # what is saved every few seconds: a round's template and a rubric's texts stay where they are
    load_only(
        Round.slug,
        Round.decided_at,
        Round.results_published_at,
        Round.rules_frozen_at,
        Round.rubric_version_id,
        Round.template_sha256,
    ),
    joinedload(Round.rubric_version).defer(RubricVersion.data),
)
TO_JUDGE = (
    contains_eager(Assignment.application).options(
        load_only(
            Application.public_id,
            Application.number,
            Application.status,
            Application.round_id,
            Application.organisation_id,
        ),
        joinedload(Application.round).options(*RULES),
    ),
    joinedload(Assignment.declaration),
    joinedload(Assignment.card).joinedload(ScoreCard.rubric_version).defer(RubricVersion.data),
)
WHOLE = (
    contains_eager(Assignment.application).options(
        joinedload(Application.round).options(*VERSIONS),
        joinedload(Application.form_version).defer(FormVersion.data),
    ),
    *TO_JUDGE[1:],
)
_criteria: dict[str, tuple[ScoredCriterion, ...]] = {}
_rubrics: dict[str, Rubric] = {}


def _assessed() -> Select[Assignment]:
    """Select assignments of applications that are assessed; of a withdrawn one nothing is left to do or to see."""
    return select(Assignment).join(Assignment.application).where(Application.status == Status.ELIGIBLE)


# Built once: making such statements anew costs as much as running them, and a card is saved every few seconds.
_ANEW: dict[str, Any] = {"populate_existing": True}
_ONE = _assessed().where(Assignment.public_id == bindparam("public_id"))
_TO_SCORE = _ONE.options(*TO_JUDGE)
_WHOLE = _ONE.options(*WHOLE)
_WITH_JUROR = _WHOLE.options(joinedload(Assignment.juror).options(*ACTOR_AT_ONCE))
_MARKS = select(Mark).where(Mark.card_id == bindparam("card_id")).order_by(Mark.id)
_SUBMISSIONS = (
    select(Submission).where(Submission.application_id == bindparam("application_id")).order_by(Submission.version)
)


def by_public_id(public_id: str) -> Assignment | None:
    """Load one assignment with its application as sent, its declaration and its card."""
    return _with_submissions(_loaded(_WHOLE, public_id))


def with_juror(public_id: str) -> Assignment | None:
    """Load one assignment with its juror, for staff."""
    return _with_submissions(_loaded(_WITH_JUROR, public_id))


def to_score(public_id: str) -> Assignment | None:
    """Load one assignment with what saving its card asks, and no more."""
    return _loaded(_TO_SCORE, public_id)


def _loaded(statement: Select[Assignment], public_id: str) -> Assignment | None:
    found = db.session.scalars(statement, {"public_id": public_id}, execution_options=_ANEW)
    assignment = found.unique().one_or_none()
    if assignment is not None and assignment.card is not None:
        marks = db.session.scalars(_MARKS, {"card_id": assignment.card.id}, execution_options=_ANEW)
        set_committed_value(assignment.card, "marks", list(marks))
    return assignment


def _with_submissions(assignment: Assignment | None) -> Assignment | None:
    if assignment is not None:
        sent = db.session.scalars(_SUBMISSIONS, {"application_id": assignment.application_id}, execution_options=_ANEW)
        set_committed_value(assignment.application, "submissions", list(sent))
    return assignment


def own(actor: Person) -> Select[Assignment]:
    """Select what `May.DECLARE_IMPARTIALITY` grants: the same rule, said in SQL."""
    rounds = select(RoundRole.round_id).where(
        RoundRole.person_id == actor.id, RoundRole.role == Role.JUROR, RoundRole.ended_at.is_(None)
    )
    return _assessed().where(
        Assignment.juror_id == actor.id, Assignment.ended_at.is_(None), Assignment.round_id.in_(rounds)
    )


def readable(actor: Person) -> Select[Assignment]:
    """Select what `May.ASSESS` grants: the same rule, said in SQL."""
    return own(actor).where(
        select(ImpartialityDeclaration.id)
        .where(
            ImpartialityDeclaration.application_id == Assignment.application_id,
            ImpartialityDeclaration.juror_id == Assignment.juror_id,
            ImpartialityDeclaration.impartial,
        )
        .exists()
    )


def queue_of(actor: Person) -> Sequence[Assignment]:
    """List a juror's own assignments, the newest round first, then by number: a fixed number of statements."""
    return db.session.scalars(
        own(actor)
        .options(
            contains_eager(Assignment.application).joinedload(Application.round).options(*PLAIN),
            joinedload(Assignment.declaration),
            joinedload(Assignment.card),
        )
        .order_by(Assignment.round_id.desc(), Application.number)
    ).all()


def next_to_do(actor: Person, after: Assignment) -> Assignment | None:
    """Return a juror's next assignment of the round without a submitted card, by number, coming round to the first."""
    return db.session.scalar(
        own(actor)
        .outerjoin(ScoreCard, ScoreCard.assignment_id == Assignment.id)
        .options(contains_eager(Assignment.application), joinedload(Assignment.declaration))
        .where(
            Assignment.round_id == after.round_id,
            Assignment.id != after.id,
            (ScoreCard.id.is_(None)) | (ScoreCard.status != CardStatus.SUBMITTED),
        )
        .order_by(Application.number < after.application.number, Application.number)
        .limit(1)
    )


def sent_file(assignment: Assignment, file_id: str) -> dict[str, Any] | None:
    """Return what was sent of a file with the version that is assessed; None when it was no part of it."""
    files = assignment.application.submissions[-1].attachments
    return next((file for file in files if file["public_id"] == file_id), None)


def criteria_of(version: Frozen) -> tuple[ScoredCriterion, ...]:
    """Return the criteria of a frozen rubric with their texts, kept by its hash."""
    known = _criteria.get(version.sha256)
    if known is None:
        known = tuple(plain_data.from_data(ScoredCriterion, criterion) for criterion in version.data["criteria"])
        _criteria[version.sha256] = known
    return known


def rubric_of(version: Frozen) -> Rubric:
    """Return the arithmetic of a frozen rubric, kept by its hash."""
    known = _rubrics.get(version.sha256)
    if known is None:
        known = _rubrics[version.sha256] = Rubric(
            tuple(
                Criterion(c.key, c.weight, c.least, c.most, c.step, c.least_mean, c.justification)
                for c in criteria_of(version)
            )
        )
    return known


def rubric_version(assignment: Assignment) -> RubricVersion:
    """Return the rubric that a card is, or will be, written under."""
    version = assignment.card.rubric_version if assignment.card else assignment.application.round.rubric_version
    assert version is not None  # a round is loaded with its rubric
    return version


def marks_of(card: ScoreCard | None) -> Marks:
    """Return the marks of a card, criterion to mark; None while it is blank."""
    return {mark.criterion: mark.score for mark in card.marks} if card else {}


def justifications_of(card: ScoreCard | None) -> Mapping[str, str]:
    """Return what a juror wrote, by criterion."""
    return {mark.criterion: mark.justification for mark in card.marks} if card else {}


def totals_of(application_id: int) -> tuple[list[Fraction], int]:
    """Return the totals of an application's submitted ordinary cards, and how many third jurors it has."""
    open_ones = db.session.scalars(
        select(Assignment)
        .options(
            joinedload(Assignment.card).options(joinedload(ScoreCard.rubric_version), selectinload(ScoreCard.marks))
        )
        .where(Assignment.application_id == application_id, Assignment.ended_at.is_(None))
        .order_by(Assignment.id)
    ).all()
    cards = [one.card for one in open_ones if one.card and one.card.status is CardStatus.SUBMITTED]
    thirds = sum(one.kind is AssignmentKind.THIRD for one in open_ones)
    return [rubric_of(card.rubric_version).points(marks_of(card)) for card in cards], thirds


def board(round_: Round, viewer: Person) -> Sequence[Assignment]:
    """List the open assignments of a round by number, with jurors and cards: a fixed number of statements.

    Left out are applications that the viewer is recused from: she may be on the jury, too.
    """
    recused = select(ImpartialityDeclaration.application_id).where(
        ImpartialityDeclaration.juror_id == viewer.id, ImpartialityDeclaration.impartial.is_(False)
    )
    return db.session.scalars(
        _assessed()
        .options(
            contains_eager(Assignment.application),
            joinedload(Assignment.juror),
            joinedload(Assignment.declaration),
            joinedload(Assignment.card).options(joinedload(ScoreCard.rubric_version), selectinload(ScoreCard.marks)),
        )
        .where(
            Assignment.round_id == round_.id,
            Assignment.ended_at.is_(None),
            Assignment.application_id.not_in(recused),
        )
        .order_by(Application.number, Assignment.id)
    ).all()


@dataclass(frozen=True)
class Progress:
    """How far a round's jury is: cards expected and submitted, applications with all their cards."""

    cards: int
    submitted: int
    complete: int
    applications: int


def progress(round_: Round) -> Progress:
    """Count how far the jury is: one statement. An application is complete when no open assignment lacks its card."""
    submitted = func.count(ScoreCard.id).filter(ScoreCard.status == CardStatus.SUBMITTED)
    rows = db.session.execute(
        select(func.count(Assignment.id), submitted)
        .select_from(Application)
        .outerjoin(Assignment, (Assignment.application_id == Application.id) & Assignment.ended_at.is_(None))
        .outerjoin(ScoreCard, ScoreCard.assignment_id == Assignment.id)
        .where(Application.round_id == round_.id, Application.status == Status.ELIGIBLE)
        .group_by(Application.id)
    ).all()
    return Progress(
        cards=sum(expected for expected, _done in rows),
        submitted=sum(done for _expected, done in rows),
        complete=sum(bool(expected) and expected == done for expected, done in rows),
        applications=len(rows),
    )
