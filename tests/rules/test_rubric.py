"""One juror's total: exact, complete cards only, on the scale only."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from strefa.rules.refusal import Reason, Refused
from strefa.rules.rubric import Criterion, Rubric

CASES = json.loads((Path(__file__).parents[1] / "reference" / "exact_ties_and_rules.json").read_text())["cases"]
HALF = Decimal("0.5")
IDEA = Criterion("idea", Decimal(60), step=HALF, justification=5)
PLAN = Criterion("plan", Decimal(40), least=Decimal(1), step=HALF)
CARD = Rubric((IDEA, PLAN))


def test_a_tie_that_floats_would_break_is_a_tie() -> None:
    case = next(case for case in CASES if case["id"] == "weighted_tie_lost_by_floats")
    weights = [Decimal(weight) for weight in case["input"]["weights"]]
    # On a scale from 0 to 1 with no upper marks in the way, the total is the plain weighted sum.
    rubric = Rubric(tuple(Criterion(str(at), weight * 4, most=Decimal(4)) for at, weight in enumerate(weights)))
    totals = [rubric.points({str(at): Decimal(m) for at, m in enumerate(case["input"][who])}) for who in ("a", "b")]

    assert totals == [Fraction(case["expected"]["exact_value"])] * 2


def test_the_scale_starts_at_its_lowest_mark() -> None:
    assert CARD.points({"idea": Decimal(0), "plan": Decimal(1)}) == 0
    assert CARD.points({"idea": Decimal(5), "plan": Decimal(5)}) == CARD.most == 100
    assert CARD.points({"idea": Decimal("3.5"), "plan": Decimal(2)}) == 52


@pytest.mark.parametrize(
    "marks",
    [
        {"idea": Decimal(3)},
        {"idea": Decimal(3), "plan": None},
        {"idea": Decimal(3), "plan": Decimal(3), "other": Decimal(1)},
        {"idea": Decimal(6), "plan": Decimal(3)},
        {"idea": Decimal(3), "plan": HALF},
        {"idea": Decimal("3.25"), "plan": Decimal(3)},
    ],
)
def test_marks_that_are_no_card_have_no_points(marks: dict[str, Decimal | None]) -> None:
    with pytest.raises(ValueError, match="criterion"):
        CARD.points(marks)


@pytest.mark.parametrize(("typed", "mark"), [("3,5", "3.5"), (" 4 ", "4"), ("2.50", "2.5"), ("0", "0")])
def test_a_mark_is_read_as_jurors_type_it(typed: str, mark: str) -> None:
    assert IDEA.read(typed) == Decimal(mark)


def test_a_blank_mark_is_none_and_never_zero() -> None:
    assert IDEA.read("  ") is None
    assert not CARD.is_complete({"idea": Decimal(3), "plan": None})


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("trzy", Reason.MARK_NOT_A_NUMBER),
        ("1e1", Reason.MARK_NOT_A_NUMBER),
        ("5,5", Reason.MARK_OUTSIDE_SCALE),
        ("-1", Reason.MARK_OUTSIDE_SCALE),
        ("2,25", Reason.MARK_BETWEEN_STEPS),
    ],
)
def test_a_mark_off_the_scale_is_refused(typed: str, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        IDEA.read(typed)

    assert [(b.reason, b.at) for b in refused.value.blockers] == [(reason, "idea")]


def test_everything_that_stops_a_card_is_listed_in_its_order() -> None:
    blockers = CARD.blockers({"idea": Decimal(9)}, {"idea": " abc "})

    assert [(b.reason, b.at) for b in blockers] == [
        (Reason.MARK_OUTSIDE_SCALE, "idea"),
        (Reason.JUSTIFICATION_TOO_SHORT, "idea"),
        (Reason.MARK_MISSING, "plan"),
    ]
    assert CARD.blockers({"idea": Decimal(2), "plan": Decimal(2)}, {"idea": "zażółć"}) == []


def test_a_rubric_that_cannot_be_weighed_is_not_built() -> None:
    with pytest.raises(ValueError, match="positive"):
        Criterion("idea", Decimal(0))
    with pytest.raises(ValueError, match="same key"):
        Rubric((IDEA, IDEA))
