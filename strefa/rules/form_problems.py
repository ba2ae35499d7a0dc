"""All that stops an application from being sent, in the order of the form.

Saving never asks this; the page that lists what is missing and the refusal to send print the
same list. A blocker's `at` is the field, or its part: "b5_dates.to", "d1_activities.0.what" (rows
from 0), "i1_declarations.truth".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from strefa.rules import answers as reading
from strefa.rules.answer_checks import cell_problems, day_problems, text_problems
from strefa.rules.answers import Answers
from strefa.rules.budget import accepts_from, budget_of
from strefa.rules.budget_rules import RuleKind
from strefa.rules.budget_verdicts import verdicts
from strefa.rules.facts import AttachedFile, Facts
from strefa.rules.fields import WITH_ROWS, Field, Kind, Meaning
from strefa.rules.identifiers import VOIVODESHIPS
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.text import WITH_MACROS, ending_of, taken_as

if TYPE_CHECKING:
    from strefa.rules.formspec import FormSpec, Section


class SectionState(StrEnum):
    """How far a section of the form has come."""

    EMPTY = "empty"
    BEGUN = "begun"
    DONE = "done"


@dataclass(frozen=True)
class SectionSummary:
    """One line of the list of sections: its state and how many problems stop it from being sent."""

    key: str
    state: SectionState
    problems: int


def problems(spec: FormSpec, answers: Answers, facts: Facts) -> list[Blocker]:
    """List everything that stops these answers from being sent; an empty list means they may be."""
    return [*too_many_applications(facts), *_problems_of(spec, spec.fields, answers, facts)]


def too_many_applications(facts: Facts) -> Iterator[Blocker]:
    """Yield that the organisation has sent as many applications as it may, when it has."""
    allowed = facts.applications_per_organisation
    if allowed is not None and facts.other_applications >= allowed:
        values = {"sent": facts.other_applications, "allowed": allowed}
        yield Blocker(Reason.TOO_MANY_APPLICATIONS, "", values)


def eligibility_problems(spec: FormSpec, field: Field, answers: Answers, facts: Facts) -> Iterator[Blocker]:
    """Yield what one answer says of an applicant that the round is not for: another voivodeship, too large a commune."""
    if field.means is Meaning.VOIVODESHIP and facts.voivodeships:
        chosen = reading.text_of(answers, field.key)
        if chosen and chosen not in facts.voivodeships:
            places = [field.label_of(key) for key in facts.voivodeships]
            yield Blocker(
                Reason.OUTSIDE_TERRITORY, field.key, {"voivodeship": field.label_of(chosen), "places": places}
            )
    if field.means is Meaning.POPULATION and facts.largest_population is not None:
        population = reading.whole_number_or_none(reading.text_of(answers, field.key))
        if population is not None and population > facts.largest_population:
            values = {"population": population, "most": facts.largest_population}
            yield Blocker(Reason.FORMAL_POPULATION_TOO_LARGE, field.key, values)


def section_problems(spec: FormSpec, section: Section, answers: Answers, facts: Facts) -> list[Blocker]:
    """List what is wrong in one section: the same that `problems` says of its fields, at less cost."""
    return _problems_of(spec, section.fields, answers, facts)


def _problems_of(spec: FormSpec, fields: Sequence[Field], answers: Answers, facts: Facts) -> list[Blocker]:
    found: list[Blocker] = []
    judged = {rule.field for rule in spec.budget_rules}
    budget = any(field.kind is Kind.BUDGET or field.key in judged for field in fields)
    of_rules = [blocker for verdict in verdicts(spec, answers, facts) for blocker in verdict.blockers] if budget else []
    for field in fields:
        found += field_problems(field, answers, facts)
        found += _meaning_problems(spec, field, answers)
        found += eligibility_problems(spec, field, answers, facts)
        if field.means is Meaning.ACTIVITIES:
            places = {blocker.at for blocker in found}  # a day outside the round's time is told of that alone
            found += [blocker for blocker in _outside_dates(spec, field, answers) if blocker.at not in places]
        found += [blocker for blocker in of_rules if blocker.at.split(".")[0] == field.key]
    return found


def summaries(spec: FormSpec, answers: Answers, facts: Facts) -> tuple[SectionSummary, ...]:
    """Say of every section whether it is empty, begun or done, and count its problems."""
    at_fields = [blocker.at.split(".")[0] for blocker in problems(spec, answers, facts)]
    found: list[SectionSummary] = []
    for section in spec.sections:
        keys = {field.key for field in section.fields}
        number = sum(at in keys for at in at_fields)
        begun = any(is_answered(field, answers, facts) for field in section.fields)
        state = SectionState.EMPTY if not begun else SectionState.BEGUN if number else SectionState.DONE
        found.append(SectionSummary(section.key, state, number))
    return tuple(found)


def is_answered(field: Field, answers: Answers, facts: Facts) -> bool:
    """Say whether anything was typed, chosen or attached in this field."""
    match field.kind:
        case Kind.TABLE | Kind.BUDGET:
            return bool(reading.rows_of(answers, field.key))
        case Kind.CHOICES:
            return bool(reading.chosen_of(answers, field.key))
        case Kind.DATE_RANGE | Kind.DECLARATIONS:
            return any(reading.parts_of(answers, field.key).values())
        case Kind.ATTACHMENTS:
            return bool(facts.attached(field.key))
        case _:
            return bool(reading.text_of(answers, field.key))


def field_problems(field: Field, answers: Answers, facts: Facts) -> list[Blocker]:
    """List what is wrong within one field; a question that is not asked has no problems."""
    if not field.is_asked(answers):
        return []
    if field.kind is Kind.DECLARATIONS:
        return list(_declarations(field, answers))
    if not is_answered(field, answers, facts):
        return [Blocker(Reason.ANSWER_MISSING, field.key)] if field.needs_answer(answers) else []
    check = _CHECKS.get(field.kind)
    if check:
        return list(check(field, answers, facts))
    return list(text_problems(field, reading.whole(answers.get(field.key)), facts))


def _rows(field: Field, answers: Answers, facts: Facts) -> Iterator[Blocker]:
    rows = reading.rows_of(answers, field.key)
    if field.rows is not None and len(rows) > field.rows:
        values = {"rows": len(rows), "most": field.rows, "over": len(rows) - field.rows}
        yield Blocker(Reason.TOO_MANY_ROWS, field.key, values)
    for place, row in rows:
        for column in field.columns:
            for blocker in cell_problems(field, column, row, f"{field.key}.{place}.{column.key}", facts):
                yield Blocker(blocker.reason, blocker.at, {**blocker.values, "row": place + 1})
        if {"from", "to"} <= {column.key for column in field.columns}:
            yield from _reversed(
                row.get("from", "").strip(), row.get("to", "").strip(), f"{field.key}.{place}.to", place + 1
            )


def _dates(field: Field, answers: Answers, facts: Facts) -> Iterator[Blocker]:
    parts = reading.parts_of(answers, field.key)
    for name in ("from", "to"):
        at = f"{field.key}.{name}"
        if not parts.get(name):
            yield Blocker(Reason.ANSWER_MISSING, at)
        else:
            yield from day_problems(parts[name], at, facts, inside_frame=field.inside_frame)
    yield from _reversed(parts.get("from", ""), parts.get("to", ""), f"{field.key}.to")


def _reversed(first: str, last: str, at: str, row: int | None = None) -> Iterator[Blocker]:
    if any(True for raw in (first, last) for _ in day_problems(raw, at, Facts(), inside_frame=False)):
        return
    begins, ends = reading.day(first), reading.day(last)
    if ends < begins:
        values = {"begins": begins, "ends": ends} | ({"row": row} if row else {})
        yield Blocker(Reason.DATES_REVERSED, at, values)


def _choices(field: Field, answers: Answers, facts: Facts) -> Iterator[Blocker]:
    for chosen in reading.chosen_of(answers, field.key):
        if field.option(chosen) is None:
            yield Blocker(Reason.ANSWER_NOT_OFFERED, field.key, {"typed": chosen})


def _declarations(field: Field, answers: Answers) -> Iterator[Blocker]:
    """Each statement must be ticked in the version now in force."""
    ticked = reading.parts_of(answers, field.key)
    for declaration in field.declarations:
        given, at = ticked.get(declaration.key, ""), f"{field.key}.{declaration.key}"
        values = {"declaration": declaration.label}
        if not given and field.needs_answer(answers):
            yield Blocker(Reason.DECLARATION_MISSING, at, values)
        elif given and given != declaration.version:
            yield Blocker(Reason.DECLARATION_OUTDATED, at, values | {"ticked": given, "version": declaration.version})


def _attachments(field: Field, answers: Answers, facts: Facts) -> Iterator[Blocker]:
    limits, files = field.files, facts.attached(field.key)
    if limits is None:
        return
    if len(files) > limits.most:
        values = {"files": len(files), "most": limits.most, "over": len(files) - limits.most}
        yield Blocker(Reason.TOO_MANY_FILES, field.key, values)
    for file in files:
        yield from file_problems(field, file)
        if file.virus:
            yield Blocker(Reason.FILE_INFECTED, field.key, {"name": file.name, "virus": file.virus})
    together = sum(file.size for file in files)
    if together > limits.size_together:
        values = {"size_bytes": together, "most_bytes": limits.size_together}
        yield Blocker(Reason.FILES_TOO_LARGE_TOGETHER, field.key, values)


def file_problems(field: Field, file: AttachedFile) -> Iterator[Blocker]:
    """Yield what is wrong with one file of an attachments field; an upload is refused on the same."""
    limits = field.files
    if limits is None:
        return
    if file.size > limits.size:
        values = {"name": file.name, "size_bytes": file.size, "most_bytes": limits.size}
        yield Blocker(Reason.FILE_TOO_LARGE, field.key, values)
    if ending_of(file.name) in WITH_MACROS:
        yield Blocker(Reason.FILE_KEPT_WITH_MACROS, field.key, {"name": file.name, "types": _said(limits.types)})
    elif ending_of(taken_as(file.name)) not in limits.types:
        values = {"name": file.name, "types": _said(limits.types)}
        yield Blocker(Reason.FILE_OF_OTHER_TYPE, field.key, values)


def _said(types: Iterable[str]) -> str:
    return ", ".join(kind.upper() for kind in types)


def _meaning_problems(spec: FormSpec, field: Field, answers: Answers) -> Iterator[Blocker]:
    """What one answer says against another."""
    if field.means is Meaning.TERYT:
        other = spec.meaning(Meaning.VOIVODESHIP)
        chosen = reading.text_of(answers, other.key) if other else ""
        meant = VOIVODESHIPS.get(reading.text_of(answers, field.key)[:2])
        if other and chosen and meant and meant != chosen:
            values = {"voivodeship": other.label_of(chosen), "of_code": other.label_of(meant)}
            yield Blocker(Reason.TERYT_OF_OTHER_VOIVODESHIP, field.key, values)
    if field.means is Meaning.ACCEPTS_FROM:
        least, asked = accepts_from(spec, answers), budget_of(spec, answers).grant
        if least is not None and asked and least > asked:
            values = {"from_grosze": least, "asked_grosze": asked}
            yield Blocker(Reason.ACCEPTS_MORE_THAN_ASKED, field.key, values)
    if field.means is Meaning.BUDGET and RuleKind.GRANT_BETWEEN not in {rule.kind for rule in spec.budget_rules}:
        budget = budget_of(spec, answers)
        if budget.lines and not budget.grant:
            yield Blocker(Reason.BUDGET_ASKS_NOTHING, field.key)


def _outside_dates(spec: FormSpec, field: Field, answers: Answers) -> Iterator[Blocker]:
    """Activities that begin before or end after the dates that the application gives for all of them."""
    dates = spec.meaning(Meaning.DATES)
    first, last = (
        _day(reading.parts_of(answers, dates.key).get(part, "")) if dates else None for part in ("from", "to")
    )
    for place, row in reading.rows_of(answers, field.key):
        for part in ("from", "to"):
            day, at = _day(row.get(part, "")), f"{field.key}.{place}.{part}"
            values = {"day": day, "row": place + 1, "first": first, "last": last}
            if day and first and last and first <= last and not first <= day <= last:
                yield Blocker(Reason.ACTIVITY_OUTSIDE_DATES, at, values)


def _day(raw: str) -> date | None:
    try:
        return reading.day(raw.strip())
    except Refused:
        return None


_CHECKS: dict[Kind, Callable[[Field, Answers, Facts], Iterator[Blocker]]] = {
    **dict.fromkeys(WITH_ROWS, _rows),
    Kind.DATE_RANGE: _dates,
    Kind.CHOICES: _choices,
    Kind.ATTACHMENTS: _attachments,
}
