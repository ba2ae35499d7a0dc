"""Every rule of a round's budget, judged: the page, the list of what is missing and the formal check read this."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from strefa.rules import answers as reading
from strefa.rules import plain_data
from strefa.rules.answers import Answers
from strefa.rules.budget import Budget, BudgetLine, budget_of
from strefa.rules.budget_rules import BudgetRule, RuleKind
from strefa.rules.facts import Facts
from strefa.rules.fields import Meaning
from strefa.rules.refusal import Blocker, Reason, Refused

if TYPE_CHECKING:
    from strefa.rules.formspec import FormSpec


@dataclass(frozen=True)
class Verdict:
    """What became of one rule: `passed` None when there is nothing to judge yet.

    `values` are the figures to show beside the rule: keys ending in `grosze` are money, `percent`
    is an exact fraction of 100. `blockers` say where and why it failed.
    """

    rule: BudgetRule
    passed: bool | None
    values: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)
    blockers: tuple[Blocker, ...] = ()


@dataclass(frozen=True)
class _Case:
    key: str  # of the budget field
    budget: Budget
    spec: FormSpec
    answers: Answers
    facts: Facts

    def cell(self, line: BudgetLine, column: str, reason: Reason, **values: Any) -> Blocker:
        return Blocker(reason, f"{self.key}.{line.place}.{column}", {"row": line.place + 1, **values})


def verdicts(spec: FormSpec, answers: Answers, facts: Facts) -> tuple[Verdict, ...]:
    """Judge the budget by every rule of the form, in the order of the rules."""
    budget_field = spec.meaning(Meaning.BUDGET)
    if budget_field is None:
        return ()
    case = _Case(budget_field.key, budget_of(spec, answers), spec, answers, facts)
    if not case.budget.lines:
        return tuple(Verdict(rule, None) for rule in spec.budget_rules)
    return tuple(_JUDGES[rule.kind](rule, case) for rule in spec.budget_rules)


def budget_rules_as_json(spec: FormSpec, facts: Facts) -> list[dict[str, Any]]:
    """Return the rules as plain data for the browser: shares are decimal text, `…_grosze` are integers."""
    return [_plain(rule, facts) for rule in spec.budget_rules]


def _plain(rule: BudgetRule, facts: Facts) -> dict[str, Any]:
    between = rule.kind is RuleKind.GRANT_BETWEEN
    return {
        "key": rule.key,
        "kind": rule.kind.value,
        "text": plain_data.as_data(rule.text),
        "share": None if rule.share is None else f"{rule.share:f}",
        "amount_grosze": rule.amount,
        "group": rule.group,
        "field": rule.field,
        "least_grosze": facts.least_grant if between else None,
        "most_grosze": facts.most_grant if between else None,
    }


def _by_lines(rule: BudgetRule, found: Iterator[Blocker], **values: Any) -> Verdict:
    blockers = tuple(found)
    return Verdict(rule, not blockers, values, blockers)


def _sources_add_up(rule: BudgetRule, case: _Case) -> Verdict:
    def found() -> Iterator[Blocker]:
        for line in case.budget.lines:
            if line.total is not None and not line.unreadable_sources and line.covered != line.total:
                amounts = {"total_grosze": line.total, "sources_grosze": line.covered}
                yield case.cell(
                    line,
                    "grant",
                    Reason.BUDGET_SOURCES_DIFFER,
                    **amounts,
                    difference_grosze=abs(line.total - line.covered),
                )

    read = all(line.total is not None and not line.unreadable_sources for line in case.budget.lines)
    return _when_clear(_by_lines(rule, found()), read)


def _when_clear(verdict: Verdict, clear: bool) -> Verdict:
    """A rule is not kept while what it asks about is empty or cannot be read; broken it is at once."""
    return replace(verdict, passed=None) if verdict.passed and not clear else verdict


def _activity_known(rule: BudgetRule, case: _Case) -> Verdict:
    known = {number for number, _ in _activities(case)}

    def found() -> Iterator[Blocker]:
        for line in case.budget.lines:
            if line.activity is not None and line.activity not in known:
                yield case.cell(line, "activity", Reason.BUDGET_ACTIVITY_UNKNOWN, activity=line.activity)

    return _when_clear(_by_lines(rule, found()), all(line.activity is not None for line in case.budget.lines))


def _activities(case: _Case) -> list[tuple[int, Mapping[str, str]]]:
    """Activities by the numbers people see beside them."""
    plan = case.spec.meaning(Meaning.ACTIVITIES)
    return [(place + 1, row) for place, row in reading.rows_of(case.answers, plan.key)] if plan else []


def _cost_after_agreement(rule: BudgetRule, case: _Case) -> Verdict:
    starts = {number: row.get("from", "") for number, row in _activities(case)}

    def found() -> Iterator[Blocker]:
        for line in case.budget.lines:
            try:
                begins = reading.day(starts.get(line.activity or 0, "").strip())
            except Refused:
                continue
            if case.facts.work_from and begins < case.facts.work_from:
                values = {"activity": line.activity, "begins": begins, "first": case.facts.work_from}
                yield case.cell(line, "activity", Reason.BUDGET_ACTIVITY_TOO_EARLY, **values)

    return _by_lines(rule, found())


def _unit_price_at_most(rule: BudgetRule, case: _Case) -> Verdict:
    most = rule.amount or 0

    def found() -> Iterator[Blocker]:
        for line in case.budget.lines:
            if line.group == rule.group and line.unit_price is not None and line.unit_price > most:
                amounts = {"price_grosze": line.unit_price, "most_grosze": most}
                yield case.cell(line, "unit_price", Reason.BUDGET_UNIT_PRICE_TOO_HIGH, **amounts)

    return _by_lines(rule, found(), most_grosze=most)


def _note_above(rule: BudgetRule, case: _Case) -> Verdict:
    limit = rule.amount or 0
    dear = [line for line in case.budget.lines if line.total is not None and line.total > limit]
    if not dear or reading.text_of(case.answers, rule.field):
        return Verdict(rule, True, {"limit_grosze": limit})
    rows = ", ".join(str(line.place + 1) for line in dear)
    blocker = Blocker(Reason.BUDGET_NOTE_MISSING, rule.field, {"rows": rows, "limit_grosze": limit})
    return Verdict(rule, False, {"limit_grosze": limit}, (blocker,))


def _own_share_at_least(rule: BudgetRule, case: _Case) -> Verdict:
    budget, least = case.budget, Fraction(rule.share or 0)
    share = budget.own_share
    if share is None:
        return Verdict(rule, None)
    missing = max(0, math.ceil(least * budget.grant) - budget.own)
    values = {"percent": share * 100, "least_percent": least * 100, "missing_grosze": missing}
    if share >= least:
        return Verdict(rule, True, values)
    return Verdict(rule, False, values, (Blocker(Reason.BUDGET_OWN_SHARE_TOO_LOW, case.key, values),))


def _group_share_at_most(rule: BudgetRule, case: _Case) -> Verdict:
    """Only what the grant pays for counts: an applicant's own money may buy anything."""
    grant, most = case.budget.grant, Fraction(rule.share or 0)
    if not grant:
        return Verdict(rule, None)
    spent = case.budget.source("grant", rule.group)
    over = max(0, spent - math.floor(most * grant))
    values = {
        "group": case.spec.field(case.key).label_of(rule.group),
        "percent": Fraction(spent, grant) * 100,
        "most_percent": most * 100,
        "over_grosze": over,
    }
    if Fraction(spent, grant) <= most:
        return Verdict(rule, True, values)
    return Verdict(rule, False, values, (Blocker(Reason.BUDGET_GROUP_SHARE_TOO_HIGH, case.key, values),))


def _grant_between(rule: BudgetRule, case: _Case) -> Verdict:
    grant, least, most = case.budget.grant, case.facts.least_grant, case.facts.most_grant
    values = {"grant_grosze": grant, "least_grosze": least, "most_grosze": most}
    reason = None
    if least is not None and grant < least:
        reason = Reason.BUDGET_GRANT_TOO_LOW
    if most is not None and grant > most:
        reason = Reason.BUDGET_GRANT_TOO_HIGH
    return Verdict(rule, reason is None, values, (Blocker(reason, case.key, values),) if reason else ())


_JUDGES: dict[RuleKind, Callable[[BudgetRule, _Case], Verdict]] = {
    RuleKind.SOURCES_ADD_UP: _sources_add_up,
    RuleKind.ACTIVITY_KNOWN: _activity_known,
    RuleKind.COST_AFTER_AGREEMENT: _cost_after_agreement,
    RuleKind.UNIT_PRICE_AT_MOST: _unit_price_at_most,
    RuleKind.NOTE_ABOVE: _note_above,
    RuleKind.OWN_SHARE_AT_LEAST: _own_share_at_least,
    RuleKind.GROUP_SHARE_AT_MOST: _group_share_at_most,
    RuleKind.GRANT_BETWEEN: _grant_between,
}
