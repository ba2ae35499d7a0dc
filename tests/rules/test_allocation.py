"""The rank walk: published sets, brute force on small cases, and the rules where people argue."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import chain, combinations, groupby
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strefa.rules.allocation import Allocation, allocate, promote
from strefa.rules.quotas import Quotas
from strefa.rules.ranking import Entry, ListRule, Ranking, Row, RuleSet, rank
from strefa.rules.refusal import Blocker, Reason
from strefa.rules.rubric import Rubric

PORTFOLIO = json.loads((Path(__file__).parents[1] / "reference" / "grant_portfolio.json").read_text())


def rules(pool: int, list_rule: ListRule = ListRule.STOP, **changed: Any) -> RuleSet:
    usual: dict[str, Any] = {"rubric": Rubric(()), "threshold": Decimal(0), "ties": ()}
    return RuleSet(**usual | {"pool": pool, "list_rule": list_rule} | changed)


def asking(*asks: int, points: Sequence[int] | None = None, accepts_from: dict[int, int] | None = None) -> list[Entry]:
    """Applications A, B, C… from the best down, unless `points` say otherwise."""
    marks = points or range(99, 0, -1)
    return [
        Entry(name, ask=ask, points=Decimal(mark), accepts_from=(accepts_from or {}).get(at))
        for at, (name, ask, mark) in enumerate(zip("ABCDEFGH", asks, marks, strict=False))
    ]


def walked(by: RuleSet, entries: Sequence[Entry]) -> Allocation:
    return allocate(by, rank(by, entries))


def reasons(allocation: Allocation) -> dict[str, Reason]:
    return {name: blocker.reason for name, blocker in allocation.refusals.items()}


def portfolio(constraints: dict[str, Any], list_rule: ListRule = ListRule.SKIP) -> Allocation:
    given_data = PORTFOLIO["input"]
    entries = [
        Entry(a["id"], a["cost"], voivodeship=a["region"], category=a["category"], points=Decimal(str(a["score"])))
        for a in given_data["applications"]
    ]
    quotas = Quotas(
        constraints.get("max_per_category"),
        constraints.get("max_per_region"),
        constraints.get("min_distinct_regions", 0),
        tuple(constraints.get("min_per_category", {}).items()),
    )
    by = rules(given_data["budget"], list_rule, threshold=Decimal(str(given_data["threshold"])), quotas=quotas)
    return walked(by, entries)


def test_stop_and_skip_fund_the_published_sets() -> None:
    expected = PORTFOLIO["expected"]
    for list_rule, key in (
        (ListRule.STOP, "rank_order_stop_at_first_that_does_not_fit"),
        (ListRule.SKIP, "rank_order_skip_what_does_not_fit"),
    ):
        allocation = portfolio({}, list_rule)
        assert list(allocation.funded) == expected[key]["funded"]
        assert 10_000_000 - allocation.left == expected[key]["spent"]


@pytest.mark.parametrize("case", PORTFOLIO["expected"]["rank_walk_keep_quotas_reachable"])
def test_quotas_stay_reachable_as_published(case: dict[str, Any]) -> None:
    allocation = portfolio(case["constraints"])

    assert list(allocation.funded) == (case["funded"] or [])
    assert 10_000_000 - allocation.left == (case["spent"] or 0)


def test_below_the_threshold_there_is_neither_award_nor_reserve() -> None:
    by = rules(100, threshold=Decimal(60))
    allocation = walked(by, asking(60, 60, 10, points=(90, 80, 59)))

    assert (allocation.funded, allocation.reserve) == (("A",), ("B",))
    assert reasons(allocation) == {"B": Reason.AWARD_TOO_LARGE, "C": Reason.BELOW_THRESHOLD}


def test_stopping_and_skipping_differ_after_the_first_that_does_not_fit() -> None:
    entries = asking(60, 60, 40)

    stopped = walked(rules(100), entries)
    assert (stopped.funded, stopped.reserve, stopped.left) == (("A",), ("B", "C"), 40)
    assert reasons(stopped) == {"B": Reason.AWARD_TOO_LARGE, "C": Reason.AWARD_AFTER_THE_LINE}
    skipped = walked(rules(100, ListRule.SKIP), entries)
    assert (skipped.funded, skipped.reserve, skipped.left) == (("A", "C"), ("B",), 0)


@pytest.mark.parametrize(
    ("accepts_from", "floor", "award"),
    [
        (70, "0.70", 70),  # consent exactly to what is left, and exactly the floor
        (71, "0.70", None),  # the applicant wants one grosz more
        (10, "0.701", None),  # the floor is one grosz higher
        (None, "0.10", None),  # no consent
        (70, None, None),  # no partial awards in this round
    ],
)
def test_a_partial_award_needs_the_floor_and_the_consent(
    accepts_from: int | None, floor: str | None, award: int | None
) -> None:
    by = rules(170, partial_floor=None if floor is None else Decimal(floor))
    allocation = walked(by, asking(100, 100, accepts_from={} if accepts_from is None else {1: accepts_from}))

    assert allocation.awards == {"A": 100} | ({} if award is None else {"B": award})


def test_equals_are_funded_together_or_the_walk_ends_with_them_tied() -> None:
    together = asking(30, 30, 30, points=(9, 8, 8))
    assert walked(rules(90), together).funded == ("A", "B", "C")

    for list_rule in ListRule:
        torn = walked(rules(89, list_rule), [*together, Entry("D", 1, points=Decimal(1))])
        assert (torn.funded, torn.tied, torn.reserve, torn.left) == (("A",), ("B", "C"), ("D",), 59)
        assert set(reasons(torn).values()) == {Reason.AWARD_TIED, Reason.AWARD_AFTER_THE_LINE}


def test_equals_that_could_get_only_a_part_are_tied_as_well() -> None:
    by = rules(50, partial_floor=Decimal("0.5"))

    assert walked(by, asking(60, 60, points=(8, 8), accepts_from={0: 30})).tied == ("A", "B")


def test_equals_of_whom_none_fits_are_not_across_the_line() -> None:
    entries = asking(60, 70, 40, points=(9, 9, 8))

    assert walked(rules(50, ListRule.SKIP), entries).funded == ("C",)
    stopped = walked(rules(50), entries)
    assert (stopped.funded, stopped.tied, stopped.reserve) == ((), (), ("A", "B", "C"))


def test_a_vote_settles_the_tie_across_the_line() -> None:
    by = rules(60, votes=(("B", "A"),))
    allocation = walked(by, asking(60, 60, points=(9, 9)))

    assert (allocation.funded, allocation.reserve, allocation.tied) == (("B",), ("A",), ())


def test_an_equal_below_the_threshold_of_a_criterion_does_not_tie() -> None:
    entries = asking(60, 60, points=(9, 9))
    ranking = rank(rules(60), entries)
    knocked_out = [row if row.application == "A" else _failing(row) for row in ranking.rows]

    assert allocate(rules(60), Ranking(tuple(knocked_out), ())).funded == ("A",)


def _failing(row: Row) -> Row:
    return replace(row, fails=(Blocker(Reason.BELOW_LEAST_MEAN, "idea"),))


def test_a_cap_is_named_in_the_refusal() -> None:
    entries = [Entry(n, 1, points=Decimal(9 - at), category="x", voivodeship="y") for at, n in enumerate("ABC")]

    capped = walked(rules(9, ListRule.SKIP, quotas=Quotas(most_per_category=1)), entries)
    assert (capped.funded, set(reasons(capped).values())) == (("A",), {Reason.AWARD_BEYOND_CATEGORY_CAP})
    capped = walked(rules(9, ListRule.SKIP, quotas=Quotas(most_per_voivodeship=2)), entries)
    assert (capped.funded, reasons(capped)) == (("A", "B"), {"C": Reason.AWARD_BEYOND_VOIVODESHIP_CAP})


def test_money_for_a_minimum_is_kept_back_and_a_partial_award_may_take_the_rest() -> None:
    entries = [
        Entry("A", 80, points=Decimal(9), category="x", accepts_from=40),
        Entry("B", 50, points=Decimal(8), category="seniors"),
    ]
    quotas = Quotas(least_per_category=(("seniors", 1),))

    whole = walked(rules(100, ListRule.SKIP, quotas=quotas), entries)
    assert (whole.awards, reasons(whole)) == ({"B": 50}, {"A": Reason.AWARD_MINIMUM_COMES_FIRST})
    partly = walked(rules(100, quotas=quotas, partial_floor=Decimal("0.5")), entries)
    assert (partly.awards, partly.left) == ({"A": 50, "B": 50}, 0)


def test_money_for_a_minimum_is_kept_back_from_equals_too() -> None:
    entries = [Entry(name, 30, points=Decimal(9), category="x") for name in "AB"]
    entries.append(Entry("C", 50, points=Decimal(8), category="seniors"))
    quotas = Quotas(least_per_category=(("seniors", 1),))

    assert walked(rules(110, quotas=quotas), entries).funded == ("A", "B", "C")
    assert walked(rules(109, quotas=quotas), entries).tied == ("A", "B")
    assert walked(rules(79, ListRule.SKIP, quotas=quotas), entries).funded == ("C",)


def test_one_grosz_too_much_is_never_feasible() -> None:
    asks = (3_333_333, 3_333_333, 3_333_335)
    entries = [
        Entry(n, a, points=Decimal(9 - at), category=n) for at, (n, a) in enumerate(zip("ABC", asks, strict=True))
    ]
    quotas = Quotas(least_per_category=(("C", 1), ("B", 1), ("A", 1)))

    assert walked(rules(10_000_001, quotas=quotas), entries).left == 0
    assert walked(rules(10_000_000, quotas=quotas), entries).funded == ()


def test_money_that_came_back_goes_to_the_next_that_fits() -> None:
    by = rules(100)
    ranking = rank(by, asking(60, 40, 70, 50, 10))
    assert allocate(by, ranking).awards == {"A": 60, "B": 40}

    assert promote(by, ranking, {"B": 40}, out={"A"}).awards == {"D": 50}
    assert promote(by, ranking, {"B": 40, "D": 50}, out={"A"}).awards == {"E": 10}
    assert promote(by, ranking, {"B": 40, "D": 50, "E": 10}, out={"A"}).awards == {}


def test_a_promotion_never_chooses_among_equals() -> None:
    by = rules(60)
    ranking = rank(by, asking(60, 40, 40, points=(9, 8, 8)))

    promotion = promote(by, ranking, {}, out={"A"})
    assert (promotion.awards, promotion.tied) == ({}, ("B", "C"))


def test_an_application_without_an_amount_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="asks for"):
        walked(rules(1), [Entry("A", points=Decimal(1))])


def test_no_minimum_is_promised_with_an_application_that_was_passed_by() -> None:
    entries = [
        Entry("A", 3, points=Decimal(4), category="x", voivodeship="q"),
        Entry("B", 4, points=Decimal(3), category="x", voivodeship="p", accepts_from=0),
    ]
    by = rules(5, ListRule.SKIP, quotas=Quotas(least_voivodeships=2), partial_floor=Decimal("0.5"))

    allocation = walked(by, entries)

    assert (allocation.funded, allocation.left) == ((), 5)
    assert {name: blocker.reason for name, blocker in allocation.refusals.items()} == {
        "A": Reason.AWARD_MINIMUM_COMES_FIRST, "B": Reason.AWARD_MINIMUM_OUT_OF_REACH,
    }  # fmt: skip


APPLICATIONS = st.lists(
    st.tuples(
        st.integers(2, 6),
        st.integers(1, 6),
        st.sampled_from("xy"),
        st.sampled_from("pqr"),
        st.integers(0, 6) | st.none(),
    ),
    min_size=1,
    max_size=7,
)
QUOTAS = st.builds(
    Quotas,
    st.integers(1, 4) | st.none(),
    st.integers(1, 4) | st.none(),
    st.integers(0, 3),
    st.dictionaries(st.sampled_from("xyz"), st.integers(0, 2)).map(lambda d: tuple(d.items())),
)


@settings(max_examples=300)
@given(
    APPLICATIONS, QUOTAS | st.just(Quotas()), st.integers(0, 20), st.sampled_from(ListRule), st.booleans(), st.randoms()
)
def test_the_walk_equals_enumeration_of_every_set(
    drawn: list[tuple[int, int, str, str, int | None]],
    quotas: Quotas,
    pool: int,
    list_rule: ListRule,
    partial: bool,
    random: Random,
) -> None:
    entries = [
        Entry(f"{at}", ask, points=Decimal(points), category=category, voivodeship=voivodeship, accepts_from=accepts)
        for at, (points, ask, category, voivodeship, accepts) in enumerate(drawn)
    ]
    floor = Decimal("0.5") if partial else None
    by = rules(pool, list_rule, threshold=Decimal(3), quotas=quotas, partial_floor=floor)

    allocation = walked(by, entries)

    assert (dict(allocation.awards), allocation.tied) == _enumerated(by, entries)
    assert sum(allocation.awards.values()) + allocation.left == pool
    assert allocation.left >= 0
    assert walked(by, random.sample(entries, len(entries))) == allocation
    listed = {*allocation.funded, *allocation.reserve, *allocation.tied}
    assert listed == {entry.application for entry in entries if entry.points is not None and entry.points >= 3}


def _enumerated(by: RuleSet, entries: Sequence[Entry]) -> tuple[dict[str, int], tuple[str, ...]]:
    """The definition itself: what every subset of the waiting could still cost."""
    eligible = sorted((e for e in entries if (e.points or 0) >= 3), key=lambda e: (-(e.points or 0), e.application))
    awards: dict[Entry, int] = {}
    passed: set[Entry] = set()
    for _, equal in groupby(eligible, key=lambda e: e.points):
        group = list(equal)
        waiting = [e for e in eligible if e not in awards and e not in group and e not in passed]
        room = by.pool - sum(awards.values())
        offers = {e: _offer(by, awards, e, [*waiting, *(g for g in group if g != e)], room) for e in group}
        if len(group) > 1:
            cost = _cheapest(by.quotas, [*awards, *group], waiting)
            if cost is not None and cost + sum(e.ask or 0 for e in group) <= room:
                awards |= {e: e.ask or 0 for e in group}
                continue
            if any(offer is not None for offer in offers.values()):
                return {e.application: amount for e, amount in awards.items()}, tuple(e.application for e in group)
        elif (offer := offers[group[0]]) is not None:
            awards[group[0]] = offer
            continue
        if by.list_rule is ListRule.STOP:
            break
        passed |= set(group)
    return {e.application: amount for e, amount in awards.items()}, ()


def _offer(by: RuleSet, taken: dict[Entry, int], entry: Entry, waiting: Sequence[Entry], room: int) -> int | None:
    cost = _cheapest(by.quotas, [*taken, entry], waiting)
    if cost is None:
        return None
    ask, available = entry.ask or 0, room - cost
    if ask <= available:
        return ask
    if by.partial_floor is None or entry.accepts_from is None or available < 1:
        return None
    enough = available >= entry.accepts_from and available >= Fraction(by.partial_floor) * ask
    return available if enough else None


def _cheapest(quotas: Quotas, taken: Sequence[Entry], waiting: Sequence[Entry]) -> int | None:
    costs = [sum(e.ask or 0 for e in more) for more in _subsets(waiting) if _keeps(quotas, [*taken, *more])]
    return min(costs, default=None)


def _subsets(entries: Sequence[Entry]) -> Iterator[tuple[Entry, ...]]:
    return chain.from_iterable(combinations(entries, size) for size in range(len(entries) + 1))


def _keeps(quotas: Quotas, final: Sequence[Entry]) -> bool:
    categories = Counter(e.category for e in final)
    voivodeships = Counter(e.voivodeship for e in final)
    return (
        (quotas.most_per_category is None or max(categories.values(), default=0) <= quotas.most_per_category)
        and (
            quotas.most_per_voivodeship is None or max(voivodeships.values(), default=0) <= quotas.most_per_voivodeship
        )
        and len(voivodeships) >= quotas.least_voivodeships
        and all(categories[category] >= number for category, number in quotas.least_per_category)
    )
