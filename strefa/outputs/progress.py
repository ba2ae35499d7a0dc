"""How far an application is, in words: its sections, what is missing, the verdicts on its budget, amounts said back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from strefa.contest.applications.models import Application
from strefa.infra.i18n import _, _n, language
from strefa.outputs.words import in_words
from strefa.outputs.writing import budget_rule
from strefa.rules import answers as reading
from strefa.rules import money
from strefa.rules.budget import SOURCES, budget_of
from strefa.rules.budget_verdicts import Verdict, verdicts
from strefa.rules.facts import Facts
from strefa.rules.fields import Field, Kind, Meaning
from strefa.rules.form_problems import is_answered
from strefa.rules.formspec import FormSpec, Section
from strefa.rules.reading import place_of
from strefa.rules.refusal import Blocker, Reason, Refused

NOT_YET = frozenset({Reason.ANSWER_MISSING, Reason.DECLARATION_MISSING})


@dataclass(frozen=True)
class SectionLine:
    """A section in the list at the side. `kind` colours its word: "good", "wait", "bad" or ""."""

    key: str
    sign: str
    text: str
    word: str
    kind: str
    missing: int


def section_lines(
    spec: FormSpec, answers: Mapping[str, Any], facts: Facts, found: Sequence[Blocker]
) -> list[SectionLine]:
    """Tell of each section whether it is ready, begun or holds something to mend."""
    return [section_line(section, answers, facts, in_section(section, found)) for section in spec.sections]


def in_section(section: Section, found: Iterable[Blocker]) -> list[Blocker]:
    """Keep the problems of one section."""
    keys = {field.key for field in section.fields}
    return [blocker for blocker in found if blocker.at.partition(".")[0] in keys]


def section_line(section: Section, answers: Mapping[str, Any], facts: Facts, here: list[Blocker]) -> SectionLine:
    """Tell of one section how far it is; `here` are its problems."""
    wrong = sum(blocker.reason not in NOT_YET for blocker in here)
    begun = any(is_answered(field, answers, facts) for field in section.fields)
    if wrong:
        word, kind = _n("%(count)s problem", "%(count)s problemów", wrong, count=wrong), "bad"
    elif begun and here:
        word, kind = _("w trakcie"), "wait"
    elif here:
        word, kind = "", ""
    else:
        word, kind = (_("gotowe"), "good") if begun else (_("dowolne"), "")
    return SectionLine(section.key, section.code, section.title.in_language(language()), word, kind, len(here))


@dataclass(frozen=True)
class MissingLine:
    """One thing that stops an application from being sent: where, why, and the section and anchor to go to.

    `together`: what is said once of several such, when nothing else is to be said of each; "" when something is.
    """

    place: str
    text: str
    section: str
    anchor: str
    together: str


def missing_lines(spec: FormSpec, blockers: Iterable[Blocker]) -> list[MissingLine]:
    """Say everything that is missing, each with the way to its field."""
    lines = []
    for blocker in blockers:
        key = blocker.at.partition(".")[0]
        section = next((s.key for s in spec.sections if any(f.key == key for f in s.fields)), "")
        place = place_of(spec, blocker.at, language()) if section else ""
        together = _together(blocker.reason) if section else ""
        lines.append(MissingLine(place, in_words(blocker), section, blocker.at.replace(".", "-"), together))
    return lines


def _together(reason: Reason) -> str:
    if reason is Reason.ANSWER_MISSING:
        return _("Bez odpowiedzi")
    return _("Do przeczytania i zaznaczenia") if reason is Reason.DECLARATION_MISSING else ""


def said_together(lines: Iterable[MissingLine]) -> list[list[MissingLine]]:
    """Put lines of which the same is to be said together, where the first of them stands; others stay alone."""
    groups: list[list[MissingLine]] = []
    known: dict[str, list[MissingLine]] = {}
    for line in lines:
        if line.together and line.together in known:
            known[line.together].append(line)
            continue
        group = [line]
        groups.append(group)
        known[line.together] = group
    return groups


@dataclass(frozen=True)
class VerdictLine:
    """One rule of the budget with its verdict; `passes` is None when there is nothing to judge yet."""

    key: str
    text: str
    passes: bool | None
    said: str


def verdict_lines(spec: FormSpec, answers: Mapping[str, Any], facts: Facts) -> list[VerdictLine]:
    """Judge the budget by every rule of the round, in words."""
    return [
        VerdictLine(v.rule.key, budget_rule(v.rule, facts.least_grant, facts.most_grant), v.passed, _said(v))
        for v in verdicts(spec, answers, facts)
    ]


def _said(verdict: Verdict) -> str:
    if verdict.blockers:
        return " ".join(in_words(blocker) for blocker in verdict.blockers)
    percent, values = verdict.values.get("percent"), verdict.values
    if isinstance(percent, Fraction):
        return money.written_share(percent / 100, language())
    amount = values.get("grant_grosze") if verdict.passed else None
    return money.written(amount, language()) if amount else ""


def budget_totals(spec: FormSpec, answers: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the sums under the budget: column, what it is, amount."""
    field, budget = spec.meaning(Meaning.BUDGET), budget_of(spec, answers)
    if field is None:
        return []
    sums = {"total": budget.total, **{source: budget.source(source) for source in SOURCES}}
    labels = {column.key: column.label.in_language(language()) for column in field.columns}
    return [(key, labels.get(key, key), money.written(amount, language())) for key, amount in sums.items()]


def echoes(section: Section, answers: Mapping[str, Any]) -> dict[str, str]:
    """Say every readable amount of a section back, by the id of its field: in figures, single ones in words too."""
    said: dict[str, str] = {}
    for field in section.fields:
        if field.kind is Kind.MONEY:
            said[field.key] = _echo(reading.text_of(answers, field.key), in_words=True)
        elif field.kind in {Kind.TABLE, Kind.BUDGET}:
            said |= _echoes_of_rows(field, answers)
    return said


def _echoes_of_rows(field: Field, answers: Mapping[str, Any]) -> dict[str, str]:
    columns = [c.key for c in field.columns if c.kind is Kind.MONEY and (field.kind, c.key) != (Kind.BUDGET, "total")]
    rows = reading.rows_of(answers, field.key)
    return {f"{field.key}-{place}-{key}": _echo(row.get(key, "").strip()) for place, row in rows for key in columns}


def _echo(raw: str, *, in_words: bool = False) -> str:
    try:
        grosze = money.parse(raw)
    except Refused:
        return ""
    written = money.written(grosze, language())
    return f"{written} ({money.in_words(grosze, language())})" if in_words else written


def also_writing(application: Application, but: int, since: Any) -> list[tuple[str, str]]:
    """Name the others who have saved since a moment, each with the title of the section; needs `saved_by` loaded."""
    return [
        (row.saved_by.name, row.section)
        for row in application.sections
        if row.saved_by and row.saved_at and row.saved_at >= since and row.saved_by_id != but
    ]
