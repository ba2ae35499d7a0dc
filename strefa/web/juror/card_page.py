"""The page of one card: the application as it was sent, the rubric with its levels, the sum and its arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from strefa.contest.applications import queries as applications
from strefa.contest.jury import actions, queries
from strefa.contest.jury.models import Assignment, CardStatus
from strefa.infra.clock import now
from strefa.infra.i18n import _, language
from strefa.outputs.timing import scoring_ends
from strefa.outputs.writing import points as written_points
from strefa.rules.reading import read
from strefa.rules.refusal import Blocker, Reason
from strefa.rules.scoring_rules import ScoredCriterion
from strefa.web.juror.files import shelf
from strefa.web.juror.forms import MARK, CardForm, plain, scale
from strefa.web.page import page
from strefa.web.session import current_user
from strefa.web.shelf import lines, of_sent


@dataclass(frozen=True)
class Criterion:
    """One criterion on the card: its rule, its scale, the stored mark and what it is worth, said as arithmetic.

    `needs_mark` and `needs_why` say what it lacks before the card may be submitted; `theirs` is the mark that another
    tab has saved since, as the scale writes it.
    """

    rule: ScoredCriterion
    scale: list[tuple[str, str]]
    mark: Decimal | None
    said: str
    worth: str
    needs_mark: bool
    needs_why: bool
    theirs: str = ""


def card_page(
    assignment: Assignment,
    form: CardForm,
    other: Mapping[str, str] | None = None,
    lost: Mapping[str, str] | None = None,
) -> str:
    """Render the score page.

    Args:
        other: what another tab has saved since, by field, where it differs from what was typed.
        lost: justifications that were typed and can no longer be saved, by field, to be shown where the form is gone.
    """
    application, version = assignment.application, queries.rubric_version(assignment)
    submission = application.submissions[-1]
    facts = applications.sent_facts(application, submission)
    submitted = assignment.card is not None and assignment.card.status is CardStatus.SUBMITTED
    total, possible = _total(assignment)
    lacks = actions.blockers_to_submit(assignment, current_user)
    word, kind = filled_word(assignment)
    return page(
        "juror/cards/show",
        assignment=assignment,
        application=application,
        submission=submission,
        files=lines(of_sent(submission.attachments), shelf(assignment)),
        sections=read(applications.form(application), submission.answers, facts, language()),
        criteria=_criteria(assignment, lacks, other or {}),
        form=form,
        other=other or {},
        lost=lost or {},
        submitted=submitted,
        total=total,
        possible=possible,
        whole=queries.rubric_of(version).most,
        word=word,
        kind=kind,
        missing=len(lacks),
        deadline=scoring_ends(application.round, now()),
        following=queries.next_to_do(current_user, assignment),
    )


def _criteria(assignment: Assignment, lacks: list[Blocker], other: Mapping[str, str]) -> list[Criterion]:
    version = queries.rubric_version(assignment)
    marks, said = queries.marks_of(assignment.card), queries.justifications_of(assignment.card)
    short = {blocker.at for blocker in lacks if blocker.reason is Reason.JUSTIFICATION_TOO_SHORT}
    unmarked = {blocker.at for blocker in lacks if blocker.reason is not Reason.JUSTIFICATION_TOO_SHORT}
    return [
        Criterion(
            rule,
            scale(rule),
            mark=marks.get(rule.key),
            said=said.get(rule.key, ""),
            worth=_worth(rule, marks.get(rule.key)),
            needs_mark=rule.key in unmarked,
            needs_why=rule.key in short,
            theirs=dict(scale(rule)).get(other.get(MARK + rule.key, ""), ""),
        )
        for rule in queries.criteria_of(version)
    ]


def _worth(rule: ScoredCriterion, mark: Decimal | None) -> str:
    """Say how a mark becomes points: "25 × 4/5 = 20,00"."""
    if mark is None:
        return ""
    points = Fraction(rule.weight) * (Fraction(mark) - Fraction(rule.least)) / Fraction(rule.most - rule.least)
    top, bottom = _number(mark - rule.least), _number(rule.most - rule.least)
    return f"{_number(rule.weight)} × {top}/{bottom} = {written_points(points)}"


def _number(value: Decimal) -> str:
    text = plain(value)
    return text.replace(".", ",") if language() == "pl" else text


def _total(assignment: Assignment) -> tuple[Fraction, Decimal]:
    """Return the points so far, exactly, and how many the criteria marked so far could give."""
    rubric = queries.rubric_of(queries.rubric_version(assignment))
    marks = queries.marks_of(assignment.card)
    marked = [(c, mark) for c in rubric.criteria if (mark := marks.get(c.key)) is not None]
    return (
        sum((c.points(mark) for c, mark in marked), Fraction(0)),
        sum((c.weight for c, _mark in marked), Decimal(0)),
    )


def filled_word(assignment: Assignment) -> tuple[str, str]:
    """Say how many criteria have their mark, and the kind of badge: "5 z 7 ocen"."""
    marks = queries.marks_of(assignment.card)
    keys = queries.rubric_of(queries.rubric_version(assignment)).keys
    done = sum(marks.get(key) is not None for key in keys)
    return _("%(done)s z %(all)s kryteriów", done=done, all=len(keys)), "good" if done == len(keys) else "wait"
