"""When a third juror is called, and which cards then make the result."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from strefa.rules.divergence import DivergenceRules, Midway, Resolution, Trigger, counting, triggers
from strefa.rules.ranking import Aggregate, aggregated

CASES: dict[str, Any] = {
    case["id"]: case
    for case in json.loads((Path(__file__).parents[1] / "reference" / "exact_ties_and_rules.json").read_text())["cases"]
}
AT_THIRTY = DivergenceRules(margin=Decimal(30), margin_included=True)


def result(marks: tuple[int, int, int], rules: DivergenceRules, aggregate: Aggregate = Aggregate.MEAN) -> str:
    totals: dict[str, Fraction] = dict(zip(["first", "second", "third"], map(Fraction, marks), strict=True))
    kept = counting(totals, "third", rules)
    return f"{float(aggregated(aggregate, [totals[juror] for juror in kept])):.2f}"


def test_the_margin_is_compared_exactly() -> None:
    case = CASES["trigger_boundary"]
    for (low, high), expected in zip(case["input"]["pairs"], case["expected"], strict=True):
        totals = [Fraction(str(low)), Fraction(str(high))]
        assert bool(triggers(totals, AT_THIRTY, Fraction(0))) is expected


def test_more_than_the_margin_leaves_an_equal_difference_alone() -> None:
    more_than_20 = DivergenceRules(margin=Decimal(20))

    assert triggers([Fraction(60), Fraction(80)], more_than_20, Fraction(0)) == ()
    assert triggers([Fraction(60), Fraction(161, 2)], more_than_20, Fraction(0)) == (Trigger.MARGIN,)


def test_totals_on_both_sides_of_the_threshold_diverge_and_an_equal_one_passes() -> None:
    rules = DivergenceRules(across_threshold=True)

    assert triggers([Fraction(59), Fraction(60)], rules, Fraction(60)) == (Trigger.ACROSS_THRESHOLD,)
    assert triggers([Fraction(60), Fraction(99)], rules, Fraction(60)) == ()


def test_a_juror_may_ask_where_the_round_lets_her() -> None:
    asked = [Fraction(70)]

    assert triggers(asked, DivergenceRules(on_request=True), Fraction(60), requested=True) == (Trigger.ON_REQUEST,)
    assert triggers(asked, DivergenceRules(), Fraction(60), requested=True) == ()


def test_each_resolution_gives_the_published_result() -> None:
    case = CASES["third_assessor"]
    marks = case["input"]["first"], case["input"]["second"], case["input"]["third"]
    expected = case["expected"]

    assert result(marks, DivergenceRules()) == expected["mean_of_three"]
    assert result(marks, DivergenceRules(resolution=Resolution.THIRD_AND_CLOSER)) == f"{expected['third_and_closest']}0"
    assert float(result(marks, DivergenceRules(), Aggregate.MEDIAN)) == expected["median_of_three"]


@pytest.mark.parametrize(
    ("midway", "expected"),
    [(Midway.MEAN_OF_ALL, "mean_of_three"), (Midway.HIGHER, "if_higher"), (Midway.LOWER, "if_lower")],
)
def test_a_third_exactly_midway_follows_the_stated_rule(midway: Midway, expected: str) -> None:
    case = CASES["third_assessor_ambiguous"]
    marks = case["input"]["first"], case["input"]["second"], case["input"]["third"]

    for resolution in (Resolution.THIRD_AND_CLOSER, Resolution.CLOSEST_PAIR):
        rules = DivergenceRules(resolution=resolution, midway=midway)
        assert float(result(marks, rules)) == float(case["expected"][expected])


def test_the_closest_pair_may_leave_the_third_out() -> None:
    assert result((60, 62, 90), DivergenceRules(resolution=Resolution.CLOSEST_PAIR)) == "61.00"
    assert result((60, 62, 90), DivergenceRules(resolution=Resolution.THIRD_AND_CLOSER)) == "76.00"


def test_a_third_equal_to_both_needs_no_midway_rule() -> None:
    rules = DivergenceRules(resolution=Resolution.THIRD_AND_CLOSER)

    assert result((70, 70, 90), rules) == "80.00"


def test_without_a_divergence_every_card_counts() -> None:
    totals = {"first": Fraction(60), "second": Fraction(95)}

    assert counting(totals, None, DivergenceRules(resolution=Resolution.CLOSEST_PAIR)) == {"first", "second"}
