"""Who may apply, told by what is known so far, in agreement with what keeps an application from being sent."""

from typing import Any

import pytest

from strefa.contest.rounds import template_file
from strefa.rules.eligibility import Aspect, eligibility
from strefa.rules.facts import Facts
from strefa.rules.form_problems import problems
from strefa.rules.refusal import Reason

FORM = template_file.load(template_file.shipped("strefa-eksperymentu")).form
LIMITED = Facts(voivodeships=("lubelskie", "podlaskie"), largest_population=20_000, applications_per_organisation=1)


def judged(answers: dict[str, Any], facts: Facts = LIMITED) -> dict[Aspect, tuple[bool | None, Reason]]:
    return {one.aspect: (one.passed, one.reason) for one in eligibility(FORM, answers, facts)}


def test_nothing_is_said_to_fail_as_long_as_nothing_is_known() -> None:
    assert judged({}) == {
        Aspect.TRACK: (None, Reason.ELIGIBLE_TRACK_UNKNOWN),
        Aspect.TERRITORY: (None, Reason.ELIGIBLE_TERRITORY_UNKNOWN),
        Aspect.POPULATION: (None, Reason.ELIGIBLE_POPULATION_UNKNOWN),
        Aspect.NUMBER: (True, Reason.ELIGIBLE_NUMBER),
    }


def test_a_round_without_limits_is_for_everybody() -> None:
    found = judged({"a6_voivodeship": "lubuskie", "a6_population": "2000000"}, Facts())
    assert found[Aspect.TERRITORY] == (True, Reason.ELIGIBLE_ANYWHERE)
    assert found[Aspect.POPULATION] == (True, Reason.ELIGIBLE_ANY_POPULATION)
    assert Aspect.NUMBER not in found


@pytest.mark.parametrize(
    ("answers", "aspect", "passed"),
    [
        ({"a6_voivodeship": "lubelskie"}, Aspect.TERRITORY, True),
        ({"a6_voivodeship": "lubuskie"}, Aspect.TERRITORY, False),
        ({"a6_population": "20 000"}, Aspect.POPULATION, True),
        ({"a6_population": "20001"}, Aspect.POPULATION, False),
        ({"a6_population": "dużo"}, Aspect.POPULATION, None),
    ],
)
def test_what_fails_here_keeps_an_application_from_being_sent_and_nothing_else_does(
    answers: dict[str, Any], aspect: Aspect, passed: bool | None
) -> None:
    assert judged(answers)[aspect][0] is passed
    of_eligibility = {Reason.OUTSIDE_TERRITORY, Reason.FORMAL_POPULATION_TOO_LARGE, Reason.TOO_MANY_APPLICATIONS}
    found = [blocker.reason for blocker in problems(FORM, answers, LIMITED) if blocker.reason in of_eligibility]
    assert found == ([judged(answers)[aspect][1]] if passed is False else [])


def test_the_number_of_applications_is_that_of_the_refusal() -> None:
    full = Facts(applications_per_organisation=1, other_applications=1)
    assert judged({}, full)[Aspect.NUMBER] == (False, Reason.TOO_MANY_APPLICATIONS)
