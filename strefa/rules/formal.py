"""The formal check: what the machine can say about each criterion by itself, with the figures it judged by.

It proposes, people decide: every prefilled verdict can be overruled, and criteria without a
computation are left to them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from strefa.rules import answers as reading
from strefa.rules.answers import Answers
from strefa.rules.budget import budget_of
from strefa.rules.budget_rules import RuleKind
from strefa.rules.budget_verdicts import Verdict, verdicts
from strefa.rules.facts import Facts
from strefa.rules.fields import Meaning
from strefa.rules.form_problems import problems
from strefa.rules.formal_criteria import Computation, FormalCriterion
from strefa.rules.formspec import FormSpec
from strefa.rules.identifiers import VOIVODESHIPS
from strefa.rules.refusal import Blocker, Reason, Refused

_DATES = frozenset({Reason.DATE_BEFORE_FRAME, Reason.DATE_AFTER_FRAME, Reason.BUDGET_ACTIVITY_TOO_EARLY})
_AMOUNT = frozenset({Reason.BUDGET_GRANT_TOO_LOW, Reason.BUDGET_GRANT_TOO_HIGH})
_DECLARATIONS = frozenset({Reason.DECLARATION_MISSING, Reason.DECLARATION_OUTDATED})
_OTHERS = (
    _DATES
    | _AMOUNT
    | _DECLARATIONS
    | {Reason.BUDGET_OWN_SHARE_TOO_LOW, Reason.TOO_MANY_APPLICATIONS, Reason.TERYT_OF_OTHER_VOIVODESHIP}
    | {Reason.OUTSIDE_TERRITORY, Reason.FORMAL_POPULATION_TOO_LARGE}
)


@dataclass(frozen=True)
class Submitted:
    """What is known of one sending beside its answers.

    `arrived` and `closes` are aware UTC, `closes` is exclusive and already has grace and extension in it.
    The two hashes are of the form answered and of the round's form. Empty `voivodeships` means
    the whole country.
    """

    arrived: datetime
    closes: datetime
    form_hash: str
    round_form_hash: str
    voivodeships: tuple[str, ...] = ()
    largest_population: int | None = None
    late_until: datetime | None = None  # up to when this one was let be sent after the close, by exception
    late_reason: str = ""


@dataclass(frozen=True)
class Prefilled:
    """What the machine says of one criterion.

    `passed` None means that people judge. `reason` with `values` explains the verdict either
    way; `blockers` are the problems behind a failure, `mendable` says whether it may be corrected.
    """

    key: str
    passed: bool | None = None
    reason: Reason | None = None
    values: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)
    blockers: tuple[Blocker, ...] = ()
    mendable: bool = False


@dataclass(frozen=True)
class _Case:
    spec: FormSpec
    answers: Answers
    facts: Facts
    submitted: Submitted
    problems: tuple[Blocker, ...]

    def found(self, reasons: Collection[Reason]) -> tuple[Blocker, ...]:
        return tuple(blocker for blocker in self.problems if blocker.reason in reasons)


_Said = tuple[bool | None, Reason | None, Mapping[str, Any], tuple[Blocker, ...]]


def prefilled(
    criteria: tuple[FormalCriterion, ...], spec: FormSpec, answers: Answers, facts: Facts, submitted: Submitted
) -> tuple[Prefilled, ...]:
    """Judge every criterion that can be computed, in the order of the round's list."""
    case = _Case(spec, answers, facts, submitted, tuple(problems(spec, answers, facts)))
    return tuple(_prefilled(criterion, case) for criterion in criteria)


def _prefilled(criterion: FormalCriterion, case: _Case) -> Prefilled:
    if criterion.computed is None:
        return Prefilled(criterion.key, mendable=criterion.mendable)
    passed, reason, values, blockers = _COMPUTE[criterion.computed](case)
    mendable = criterion.mendable and _within(criterion.mendable_within, values)
    return Prefilled(criterion.key, passed, reason, values, blockers, mendable)


def _within(tolerance: Decimal | None, values: Mapping[str, Any]) -> bool:
    shortfall = values.get("shortfall", Fraction(0))
    return tolerance is None or shortfall <= Fraction(tolerance)


def _in_time(case: _Case) -> _Said:
    arrived, closes = case.submitted.arrived, case.submitted.closes
    until = case.submitted.late_until
    if arrived >= closes and until is not None and arrived < until:
        values = {"arrived": arrived, "closes": closes, "until": until, "because": case.submitted.late_reason}
        return True, Reason.FORMAL_LATE_ALLOWED, values, ()
    passed = arrived < closes
    reason = Reason.FORMAL_IN_TIME if passed else Reason.FORMAL_LATE
    return passed, reason, {"arrived": arrived, "closes": closes}, ()


def _right_form(case: _Case) -> _Said:
    passed = case.submitted.form_hash == case.submitted.round_form_hash
    reason = Reason.FORMAL_RIGHT_FORM if passed else Reason.FORMAL_OTHER_FORM
    return passed, reason, {"hash": case.submitted.form_hash[:8]}, ()


def _complete(case: _Case) -> _Said:
    """Problems that have a criterion of their own are left to it."""
    blockers = tuple(blocker for blocker in case.problems if blocker.reason not in _OTHERS)
    reason = Reason.FORMAL_INCOMPLETE if blockers else Reason.FORMAL_COMPLETE
    return not blockers, reason, {"number": len(blockers)}, blockers


def _territory(case: _Case) -> _Said:
    chosen, meant = _answer(case, Meaning.VOIVODESHIP), VOIVODESHIPS.get(_answer(case, Meaning.TERYT)[:2])
    try:
        population = reading.whole_number(_answer(case, Meaning.POPULATION))
    except Refused:
        population = None
    if not chosen or population is None:
        return None, None, {}, ()
    asked = case.spec.meaning(Meaning.VOIVODESHIP)
    label = asked.label_of(chosen) if asked else chosen
    values = {"voivodeship": label, "population": population, "most": case.submitted.largest_population}
    allowed = case.submitted.voivodeships
    if (meant and meant != chosen) or (allowed and chosen not in allowed):
        return False, Reason.FORMAL_OUTSIDE_TERRITORY, values, case.found({Reason.TERYT_OF_OTHER_VOIVODESHIP})
    if case.submitted.largest_population is not None and population > case.submitted.largest_population:
        return False, Reason.FORMAL_POPULATION_TOO_LARGE, values, ()
    return True, Reason.FORMAL_TERRITORY_FITS, values, ()


def _answer(case: _Case, means: Meaning) -> str:
    asked = case.spec.meaning(means)
    return reading.text_of(case.answers, asked.key) if asked else ""


def _dates(case: _Case) -> _Said:
    asked = case.spec.meaning(Meaning.DATES)
    parts = reading.parts_of(case.answers, asked.key) if asked else {}
    try:
        begins, ends = reading.day(parts.get("from", "")), reading.day(parts.get("to", ""))
    except Refused:
        return None, None, {}, ()
    blockers = case.found(_DATES)
    values = {"begins": begins, "ends": ends, "first": case.facts.work_from, "last": case.facts.work_to}
    return not blockers, Reason.FORMAL_DATES_OUTSIDE_FRAME if blockers else Reason.FORMAL_DATES_FIT, values, blockers


def _amount(case: _Case) -> _Said:
    """Judged by the frame itself, so that a form without the budget rule is checked too."""
    grant, least, most = budget_of(case.spec, case.answers).grant, case.facts.least_grant, case.facts.most_grant
    passed = (least is None or grant >= least) and (most is None or grant <= most)
    values = {"grant_grosze": grant, "least_grosze": least, "most_grosze": most}
    reason = Reason.FORMAL_AMOUNT_FITS if passed else Reason.FORMAL_AMOUNT_OUTSIDE_LIMITS
    return passed, reason, values, case.found(_AMOUNT)


def _own_share(case: _Case) -> _Said:
    verdict = _verdict(case, RuleKind.OWN_SHARE_AT_LEAST)
    if verdict is None or verdict.passed is None:
        return None, None, {}, ()
    shortfall = max(Fraction(0), (verdict.values["least_percent"] - verdict.values["percent"]) / 100)
    reason = Reason.FORMAL_OWN_SHARE_FITS if verdict.passed else Reason.FORMAL_OWN_SHARE_TOO_LOW
    return verdict.passed, reason, {**verdict.values, "shortfall": shortfall}, verdict.blockers


def _verdict(case: _Case, kind: RuleKind) -> Verdict | None:
    judged = verdicts(case.spec, case.answers, case.facts)
    return next((verdict for verdict in judged if verdict.rule.kind is kind), None)


def _number_of_applications(case: _Case) -> _Said:
    allowed, number = case.facts.applications_per_organisation, case.facts.other_applications + 1
    passed = allowed is None or number <= allowed
    reason = Reason.FORMAL_NUMBER_FITS if passed else Reason.FORMAL_TOO_MANY_APPLICATIONS
    return passed, reason, {"number": number, "allowed": allowed}, ()


def _declared(case: _Case) -> _Said:
    blockers = case.found(_DECLARATIONS)
    asked = case.spec.meaning(Meaning.DECLARATIONS)
    values = {"number": len(blockers), "of": len(asked.declarations) if asked else 0}
    reason = Reason.FORMAL_DECLARATIONS_MISSING if blockers else Reason.FORMAL_DECLARATIONS_MADE
    return not blockers, reason, values, blockers


_COMPUTE: dict[Computation, Callable[[_Case], _Said]] = {
    Computation.IN_TIME: _in_time,
    Computation.RIGHT_FORM: _right_form,
    Computation.COMPLETE: _complete,
    Computation.TERRITORY: _territory,
    Computation.DATES_IN_FRAME: _dates,
    Computation.AMOUNT_IN_LIMITS: _amount,
    Computation.OWN_SHARE: _own_share,
    Computation.NUMBER_OF_APPLICATIONS: _number_of_applications,
    Computation.DECLARATIONS: _declared,
}
