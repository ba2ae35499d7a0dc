import json
from copy import deepcopy
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strefa.contest.rounds import template_file
from strefa.rules import money
from strefa.rules.budget import accepts_from, budget_of, figures
from strefa.rules.budget_rules import RuleKind
from strefa.rules.budget_verdicts import Verdict, budget_rules_as_json, verdicts
from strefa.rules.formspec import problems
from strefa.rules.refusal import Blocker, Reason
from tests.answers import COMPLETE

ROUND = template_file.load(template_file.shipped("strefa-eksperymentu"))
FORM, FACTS = ROUND.form, ROUND.frame.facts()


def a_row(**cells: str) -> dict[str, str]:
    usual = {"group": "services", "cost": "Warsztat", "activity": "1", "quantity": "1", "unit": "sztuka"}
    return usual | cells


def with_rows(*rows: dict[str, str], **changes: Any) -> dict[str, Any]:
    return deepcopy(COMPLETE) | {"g1_budget": list(rows)} | changes


def verdict(key: str, answers: dict[str, Any]) -> Verdict:
    return next(v for v in verdicts(FORM, answers, FACTS) if v.rule.key == key)


def plain(grosze: int) -> str:
    return f"{grosze // 100},{grosze % 100:02}"


def test_a_complete_budget_passes_every_rule():
    assert [(v.rule.key, v.passed) for v in verdicts(FORM, COMPLETE, FACTS)] == [
        ("sources", True),
        ("activities", True),
        ("not_before_agreement", True),
        ("volunteer_hour", True),
        ("large_item", True),
        ("own_share", True),
        ("equipment", True),
        ("administration", True),
        ("grant", True),
    ]


@pytest.mark.parametrize("unclear", [{"unit_price": "sto złotych"}, {"grant": "10 999 + 6"}])
def test_sources_of_a_row_that_cannot_be_read_are_not_said_to_add_up(unclear: dict[str, str]):
    answers = deepcopy(COMPLETE)
    answers["g1_budget"][0] |= unclear
    (sources,) = [v for v in verdicts(FORM, answers, FACTS) if v.rule.key == "sources"]
    assert sources.passed is None


@pytest.mark.parametrize(("activity", "passed"), [("", None), ("pierwsze", None), ("1", True), ("99", False)])
def test_a_row_that_names_no_activity_does_not_keep_the_rule(activity: str, passed: bool | None):
    answers = deepcopy(COMPLETE)
    answers["g1_budget"][0]["activity"] = activity
    (known,) = [v for v in verdicts(FORM, answers, FACTS) if v.rule.key == "activities"]
    assert known.passed is passed


def test_an_empty_budget_has_nothing_to_judge():
    assert {v.passed for v in verdicts(FORM, with_rows(), FACTS)} == {None}


def test_the_sums_are_those_of_the_rounded_rows():
    budget = budget_of(FORM, COMPLETE)
    assert figures(budget) == {
        "total": 380_000,
        "grant": 300_000,
        "own_cash": 10_000,
        "own_work": 70_000,
        "own_in_kind": 0,
        "own": 80_000,
        "own_share": Fraction(80_000, 300_000),
    }


def test_a_row_is_rounded_half_up_before_it_is_added():
    third = a_row(quantity="0,335", unit_price="10,10", grant="3,38")  # 3,3835
    half = a_row(quantity="0,5", unit_price="0,01", grant="0,01")  # 0,005
    budget = budget_of(FORM, with_rows(third, half, half))
    assert [line.total for line in budget.lines] == [338, 1, 1]
    assert budget.total == 340


rows = st.lists(
    st.tuples(st.integers(0, 99_999), st.integers(0, 10**7), st.integers(0, 10**7)), min_size=1, max_size=25
)


@given(rows)
def test_what_is_printed_adds_up_to_the_grosz(given_rows: list[tuple[int, int, int]]):
    typed = [
        a_row(quantity=str(Decimal(q) / 1000), unit_price=plain(price), grant=plain(grant))
        for q, price, grant in given_rows
    ]
    budget = budget_of(FORM, with_rows(*typed))
    by_hand = [int((Decimal(q) / 1000 * price).to_integral_value(ROUND_HALF_UP)) for q, price, _ in given_rows]
    assert [line.total for line in budget.lines] == by_hand
    assert budget.total == sum(by_hand)
    assert budget.grant == sum(grant for *_, grant in given_rows)


@given(st.integers(1, 10**8), st.integers(0, 10**8))
def test_the_own_share_is_compared_exactly_and_what_is_missing_is_enough(grant: int, own: int):
    answers = with_rows(a_row(unit_price=plain(grant + own), grant=plain(grant), own_cash=plain(own)))
    judged = verdict("own_share", answers)
    assert judged.passed is (own * 10 >= grant)
    missing = judged.values["missing_grosze"]
    assert (own + missing) * 10 >= grant
    assert missing == 0 or (own + missing - 1) * 10 < grant


def test_a_share_that_only_rounds_to_the_limit_does_not_pass():
    answers = with_rows(a_row(unit_price="5500", grant="5 000,01", own_cash="499,99"))
    judged = verdict("own_share", answers)
    assert money.written_share(judged.values["percent"] / 100) == "10,00\u00a0%"
    assert (judged.passed, judged.values["missing_grosze"]) == (False, 2)


@pytest.mark.parametrize(
    ("rule", "passing", "failing", "blocker"),
    [
        (
            "sources",
            a_row(unit_price="3000", grant="2 500", own_cash="500"),
            a_row(unit_price="3000", grant="2500", own_in_kind="499,99"),
            Blocker(
                Reason.BUDGET_SOURCES_DIFFER,
                "g1_budget.0.grant",
                {"row": 1, "total_grosze": 300_000, "sources_grosze": 299_999, "difference_grosze": 1},
            ),
        ),
        (
            "activities",
            a_row(activity="2", unit_price="3000", grant="3000"),
            a_row(activity="3", unit_price="3000", grant="3000"),
            Blocker(Reason.BUDGET_ACTIVITY_UNKNOWN, "g1_budget.0.activity", {"row": 1, "activity": 3}),
        ),
        (
            "volunteer_hour",
            a_row(group="volunteering", unit_price="35,00", own_work="35"),
            a_row(group="volunteering", unit_price="35,01", own_work="35,01"),
            Blocker(
                Reason.BUDGET_UNIT_PRICE_TOO_HIGH,
                "g1_budget.0.unit_price",
                {"row": 1, "price_grosze": 3501, "most_grosze": 3500},
            ),
        ),
        (
            "large_item",
            a_row(unit_price="2000", grant="2000"),
            a_row(quantity="2", unit_price="1000,01", grant="2000,02"),
            Blocker(Reason.BUDGET_NOTE_MISSING, "g2_justification", {"rows": "1", "limit_grosze": 200_000}),
        ),
    ],
)
def test_each_rule_holds_at_its_edge(rule: str, passing: Any, failing: Any, blocker: Blocker):
    assert verdict(rule, with_rows(passing)).blockers == ()
    judged = verdict(rule, with_rows(failing))
    assert (judged.passed, judged.blockers) == (False, (blocker,))


def test_a_note_answers_for_a_dear_item():
    dear = a_row(unit_price="2500", grant="2500")
    assert verdict("large_item", with_rows(dear, g2_justification="Trzy oferty.")).passed is True


@pytest.mark.parametrize(
    ("group", "key", "edge"), [("equipment", "equipment", 1600), ("administration", "administration", 400)]
)
def test_a_group_may_take_its_part_of_the_grant_and_no_grosz_more(group: str, key: str, edge: int):
    def answers(of_group: int) -> dict[str, Any]:
        own = a_row(group=group, unit_price="5000", own_in_kind="5000")
        part = a_row(group=group, unit_price=plain(of_group), grant=plain(of_group))
        rest = a_row(unit_price=plain(400_000 - of_group), grant=plain(400_000 - of_group))
        return with_rows(own, part, rest)

    assert verdict(key, answers(edge * 100)).passed is True
    over = verdict(key, answers(edge * 100 + 1))
    assert (over.passed, over.values["over_grosze"]) == (False, 1)
    assert [(b.reason, b.at) for b in over.blockers] == [(Reason.BUDGET_GROUP_SHARE_TOO_HIGH, "g1_budget")]


@pytest.mark.parametrize(
    ("grant", "reason"),
    [
        (199_999, Reason.BUDGET_GRANT_TOO_LOW),
        (200_000, None),
        (800_000, None),
        (800_001, Reason.BUDGET_GRANT_TOO_HIGH),
    ],
)
def test_the_grant_lies_between_the_limits_of_the_round(grant: int, reason: Reason | None):
    judged = verdict("grant", with_rows(a_row(unit_price=plain(grant), grant=plain(grant))))
    assert [b.reason for b in judged.blockers] == ([reason] if reason else [])


def test_no_cost_may_belong_to_an_activity_before_the_agreement():
    early = {"what": "Zakupy", "from": "2027-04-30", "to": "2027-05-02", "who": "Ala"}
    answers = deepcopy(COMPLETE) | {"d1_activities": [early]}
    assert [b.at for b in verdict("not_before_agreement", answers).blockers] == [
        "g1_budget.0.activity",
        "g1_budget.1.activity",
        "g1_budget.2.activity",
    ]


def test_an_unreadable_cell_is_named_once_and_the_rest_still_counts():
    broken = a_row(quantity="dwa", unit_price="10", grant="20")
    answers = deepcopy(COMPLETE)
    answers["g1_budget"] += [broken | {"group": "boats"}, a_row(unit_price="10", own_cash="trochę")]
    assert [(b.reason, b.at) for b in problems(FORM, answers, FACTS)] == [
        (Reason.ANSWER_NOT_OFFERED, "g1_budget.3.group"),
        (Reason.ANSWER_NOT_A_NUMBER, "g1_budget.3.quantity"),
        (Reason.AMOUNT_NOT_A_NUMBER, "g1_budget.4.own_cash"),
    ]
    assert budget_of(FORM, answers).grant == 302_000


def test_the_problems_of_a_budget_stand_at_their_rows_and_rules():
    answers = with_rows(a_row(group="equipment", unit_price="9000", grant="9 000"))
    assert [(b.reason, b.at) for b in problems(FORM, answers, FACTS)] == [
        (Reason.BUDGET_OWN_SHARE_TOO_LOW, "g1_budget"),
        (Reason.BUDGET_GROUP_SHARE_TOO_HIGH, "g1_budget"),
        (Reason.BUDGET_GRANT_TOO_HIGH, "g1_budget"),
        (Reason.BUDGET_NOTE_MISSING, "g2_justification"),
    ]


def test_consent_to_less_is_read_only_when_it_was_given():
    assert accepts_from(FORM, COMPLETE) == 250_000
    assert accepts_from(FORM, deepcopy(COMPLETE) | {"g3_less": "no"}) is None


def test_the_browser_gets_every_rule_as_plain_data():
    plain_rules = budget_rules_as_json(FORM, FACTS)
    assert json.loads(json.dumps(plain_rules)) == plain_rules
    by_key = {rule["key"]: rule for rule in plain_rules}
    assert (by_key["own_share"]["kind"], by_key["own_share"]["share"]) == ("own_share_at_least", "0.1")
    assert by_key["volunteer_hour"]["amount_grosze"] == 3500
    assert (by_key["grant"]["least_grosze"], by_key["grant"]["most_grosze"]) == (200_000, 800_000)


def test_a_round_with_other_limits_judges_by_its_own():
    rule = next(rule for rule in FORM.budget_rules if rule.key == "own_share")
    stricter = replace(FORM, budget_rules=(replace(rule, share=Decimal("0.3")),))
    [judged] = verdicts(stricter, COMPLETE, FACTS)
    assert (judged.passed, judged.values["missing_grosze"]) == (False, 10_000)


def test_a_budget_that_no_rule_limits_still_has_to_ask_for_something():
    free = replace(FORM, budget_rules=tuple(r for r in FORM.budget_rules if r.kind is not RuleKind.GRANT_BETWEEN))
    own = with_rows(a_row(unit_price="100", own_cash="100"))
    said = [blocker.reason for blocker in problems(free, own, FACTS)]
    assert Reason.BUDGET_ASKS_NOTHING in said
    assert Reason.BUDGET_ASKS_NOTHING not in [blocker.reason for blocker in problems(FORM, own, FACTS)]
    assert problems(free, COMPLETE, FACTS) == []
