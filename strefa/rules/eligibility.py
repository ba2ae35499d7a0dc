"""Who may apply, judged in the first minute by what is known by then; it tells, and keeps nobody from writing.

What is told to fail here is what keeps the application from being sent and fails in the formal check: the same
questions, limits and words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from strefa.rules import answers as reading
from strefa.rules.answers import Answers
from strefa.rules.facts import Facts
from strefa.rules.fields import Meaning
from strefa.rules.form_problems import eligibility_problems, too_many_applications
from strefa.rules.formspec import FormSpec
from strefa.rules.refusal import Reason


class Aspect(StrEnum):
    """What decides about who may apply."""

    TRACK = "track"
    TERRITORY = "territory"
    POPULATION = "population"
    NUMBER = "number"


@dataclass(frozen=True)
class Judged:
    """One aspect: met, not met, or not known yet (None), with the reason and its figures."""

    aspect: Aspect
    passed: bool | None
    reason: Reason
    values: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)


def eligibility(spec: FormSpec, answers: Answers, facts: Facts) -> tuple[Judged, ...]:
    """Judge every aspect that the round asks about, by the answers given so far."""
    judged = (
        _track(spec, answers),
        _territory(spec, answers, facts),
        _population(spec, answers, facts),
        _number(facts),
    )
    return tuple(one for one in judged if one is not None)


def _said(spec: FormSpec, answers: Answers, means: Meaning) -> str | None:
    """Return the answer with a meaning, "" when it is not given; None when the form does not ask it."""
    asked = spec.meaning(means)
    return reading.text_of(answers, asked.key) if asked else None


def _track(spec: FormSpec, answers: Answers) -> Judged | None:
    asked, chosen = spec.meaning(Meaning.CATEGORY), _said(spec, answers, Meaning.CATEGORY)
    if asked is None:
        return None
    if not chosen or asked.option(chosen) is None:
        return Judged(Aspect.TRACK, None, Reason.ELIGIBLE_TRACK_UNKNOWN, {"tracks": [o.label for o in asked.options]})
    return Judged(Aspect.TRACK, True, Reason.ELIGIBLE_TRACK, {"track": asked.label_of(chosen)})


def _territory(spec: FormSpec, answers: Answers, facts: Facts) -> Judged | None:
    asked, chosen = spec.meaning(Meaning.VOIVODESHIP), _said(spec, answers, Meaning.VOIVODESHIP)
    if asked is None:
        return None
    places = [asked.label_of(key) for key in facts.voivodeships]
    if not places:
        return Judged(Aspect.TERRITORY, True, Reason.ELIGIBLE_ANYWHERE)
    if not chosen:
        return Judged(Aspect.TERRITORY, None, Reason.ELIGIBLE_TERRITORY_UNKNOWN, {"places": places})
    for problem in eligibility_problems(spec, asked, answers, facts):
        return Judged(Aspect.TERRITORY, False, problem.reason, problem.values)
    return Judged(Aspect.TERRITORY, True, Reason.ELIGIBLE_TERRITORY, {"voivodeship": asked.label_of(chosen)})


def _population(spec: FormSpec, answers: Answers, facts: Facts) -> Judged | None:
    asked, most = spec.meaning(Meaning.POPULATION), facts.largest_population
    if asked is None:
        return None
    if most is None:
        return Judged(Aspect.POPULATION, True, Reason.ELIGIBLE_ANY_POPULATION)
    for problem in eligibility_problems(spec, asked, answers, facts):
        return Judged(Aspect.POPULATION, False, problem.reason, problem.values)
    typed = _said(spec, answers, Meaning.POPULATION)
    if not typed or reading.whole_number_or_none(typed) is None:
        return Judged(Aspect.POPULATION, None, Reason.ELIGIBLE_POPULATION_UNKNOWN, {"most": most})
    values = {"population": reading.whole_number_or_none(typed), "most": most}
    return Judged(Aspect.POPULATION, True, Reason.ELIGIBLE_POPULATION, values)


def _number(facts: Facts) -> Judged | None:
    allowed = facts.applications_per_organisation
    if allowed is None:
        return None
    for problem in too_many_applications(facts):
        return Judged(Aspect.NUMBER, False, problem.reason, problem.values)
    return Judged(Aspect.NUMBER, True, Reason.ELIGIBLE_NUMBER, {"sent": facts.other_applications, "allowed": allowed})
