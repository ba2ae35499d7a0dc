"""The official order: exact results, shared ranks, declared tie-breaks."""

from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strefa.rules import record
from strefa.rules.divergence import DivergenceRules, Resolution
from strefa.rules.ranking import Aggregate, Card, Entry, Ranking, RuleSet, rank
from strefa.rules.refusal import Reason
from strefa.rules.rubric import Criterion, Rubric

RUBRIC = Rubric((Criterion("idea", Decimal(60)), Criterion("plan", Decimal(40))))


def rules(**changed: Any) -> RuleSet:
    usual: dict[str, Any] = {"rubric": RUBRIC, "threshold": Decimal(0), "ties": (), "pool": 0}
    return RuleSet(**usual | changed)


def card(application: str, juror: str, idea: str | None, plan: str | None, third: bool = False) -> Card:
    marks = {"idea": idea, "plan": plan}
    return Card(application, juror, {k: None if m is None else Decimal(m) for k, m in marks.items()}, third)


def ranked(by: RuleSet, *cards: Card, **bonus: int) -> Ranking:
    names = sorted({c.application for c in cards})
    return rank(by, [Entry(name, bonus=Decimal(bonus.get(name, 0))) for name in names], cards)


def places(ranking: Ranking) -> list[tuple[str, int | None, str | None]]:
    return [(row.application, row.rank, row.tie_broken_by) for row in ranking.rows]


def given_points(*points: str) -> list[Entry]:
    return [Entry(name, points=Decimal(p)) for name, p in zip("ABCDEFGH", points, strict=False)]


def test_equal_results_share_a_rank_and_the_next_one_is_left_out() -> None:
    assert [row.rank for row in rank(rules(), given_points("8.5", "8", "8", "7")).rows] == [1, 2, 2, 4]


def test_the_result_is_the_exact_mean_and_the_bonus() -> None:
    row = ranked(rules(), card("A", "j", "5", "0"), card("A", "k", "4", "1"), card("A", "l", "4", "0"), A=2).rows[0]

    assert (row.before_bonus, row.points) == (Fraction(164, 3), Fraction(170, 3))
    assert record.figure(Fraction(170, 3)) == "170/3"


def test_median_and_trimmed_work_on_card_totals() -> None:
    marks = ["0", "1", "2", "3", "5"]
    cards = [card("A", f"j{at}", mark, mark) for at, mark in enumerate(marks)]

    def result(aggregate: Aggregate, number: int) -> Fraction | None:
        return ranked(rules(aggregate=aggregate), *cards[:number]).rows[0].points

    assert [result(a, 5) for a in Aggregate] == [44, 40, 40]
    assert result(Aggregate.MEDIAN, 4) == 30
    assert result(Aggregate.TRIMMED, 4) == result(Aggregate.MEAN, 4) == 30
    assert result(Aggregate.TRIMMED, 3) == 20


def test_ties_are_broken_in_the_declared_order_and_the_step_is_named() -> None:
    by = rules(
        rubric=Rubric(tuple(Criterion(key, Decimal(10)) for key in "xyz")), ties=("x", "y"), votes=(("E", "D", "F"),)
    )
    marks = {"A": "500", "B": "410", "C": "401", "D": "230", "E": "230", "F": "221", "G": "111"}
    cards = [
        Card(name, "j", dict(zip("xyz", map(Decimal, given_marks), strict=True))) for name, given_marks in marks.items()
    ]

    assert places(ranked(by, *cards)) == [
        ("A", 1, "x"),
        ("B", 2, "y"),
        ("C", 3, "y"),
        ("E", 4, "vote"),
        ("D", 5, "vote"),
        ("F", 6, "y"),
        ("G", 7, None),
    ]


def test_what_no_step_sets_apart_stays_tied_and_is_written_by_its_name_only() -> None:
    cards = [card(name, "j", mark, "3") for name, mark in (("A", "3"), ("C", "4"), ("B", "4"))]

    assert places(ranked(rules(ties=("idea",)), *cards)) == [("B", 1, None), ("C", 1, None), ("A", 3, None)]


def test_a_member_set_apart_early_says_so_while_the_rest_stays_tied() -> None:
    cards = [card("A", "j", "4", "1"), card("B", "j", "2", "4"), card("C", "j", "2", "4")]

    assert places(ranked(rules(ties=("idea",)), *cards)) == [("A", 1, "idea"), ("B", 2, None), ("C", 2, None)]


def test_a_vote_counts_only_for_a_tie_whose_every_member_it_names() -> None:
    def order(*votes: tuple[str, ...]) -> list[int | None]:
        return [row.rank for row in rank(rules(votes=votes), given_points("7", "7", "7")).rows]

    assert order(("C", "A")) == [1, 1, 1]
    assert order(("C", "X", "B", "A")) == [1, 2, 3]


def test_a_vote_never_lifts_anybody_over_more_points() -> None:
    assert places(rank(rules(votes=(("B", "A"),)), given_points("8", "7"))) == [("A", 1, None), ("B", 2, None)]


def test_a_card_with_a_blank_is_not_counted_and_too_few_cards_are_not_ranked() -> None:
    ranking = ranked(
        rules(cards=2),
        card("A", "j", "5", "5"), card("A", "k", "5", None),
        card("B", "j", "1", "1"), card("B", "k", "1", "1"),
    )  # fmt: skip

    assert places(ranking) == [("B", 1, None), ("A", None, None)]
    assert (ranking.incomplete, ranking.not_counted) == (("A",), (("A", "k"),))
    assert [(row.points, row.cards) for row in ranking.rows] == [(20, 2), (None, 1)]


def test_threshold_and_knock_outs_are_judged_before_the_bonus_and_the_order_after() -> None:
    rubric = Rubric((Criterion("idea", Decimal(60), least_mean=Decimal("2.5")), Criterion("plan", Decimal(40))))
    ranking = ranked(
        rules(rubric=rubric, threshold=Decimal(60)),
        card("A", "j", "3", "3"), card("B", "j", "3", "2.9"), card("C", "j", "2", "5"), card("D", "j", "2.5", "4"),
        B=40,
    )  # fmt: skip

    assert [(row.application, [b.reason for b in row.fails]) for row in ranking.rows] == [
        ("B", [Reason.BELOW_THRESHOLD]),
        ("C", [Reason.BELOW_LEAST_MEAN]),
        ("D", []),
        ("A", []),
    ]


def test_beside_the_result_stand_its_spread_and_the_criteria() -> None:
    row = ranked(rules(), card("A", "j", "5", "5"), card("A", "k", "4", "2"), card("A", "l", "3", "5")).rows[0]

    assert row.totals == {"j": 100, "k": 64, "l": 76}
    assert (row.range, row.median, row.standard_deviation) == (36, 76, Decimal("18.33"))
    assert row.means == {"idea": 4, "plan": 4}
    assert row.ranges == {"idea": (3, 5), "plan": (2, 5)}


def test_the_resolution_of_a_divergence_chooses_the_cards_that_count() -> None:
    by = rules(divergence=DivergenceRules(margin=Decimal(20), resolution=Resolution.THIRD_AND_CLOSER), cards=2)
    row = ranked(by, card("A", "j", "5", "5"), card("A", "k", "1", "1"), card("A", "l", "4", "4", third=True)).rows[0]

    assert (row.points, set(row.totals)) == (90, {"j", "l"})


def test_given_points_are_the_result_and_ask_nothing_of_cards() -> None:
    by = rules(cards=2, threshold=Decimal(100), ties=("idea",))
    row = rank(by, [Entry("A", points=Decimal("123.5"), bonus=Decimal(9))]).rows[0]

    assert (row.rank, row.points, row.cards, row.fails) == (1, Fraction(247, 2), 0, ())


def test_a_card_without_an_application_or_given_twice_is_a_mistake_of_the_caller() -> None:
    one = card("A", "j", "1", "1")
    for cards in ([one, one], [card("B", "j", "1", "1")]):
        with pytest.raises(ValueError, match="card"):
            rank(rules(), [Entry("A")], cards)


MARKS = st.sampled_from([None, *map(Decimal, ("0", "1", "2.5", "4", "5"))])


@given(
    st.dictionaries(st.tuples(st.sampled_from("ABCDE"), st.sampled_from("jkl")), st.tuples(MARKS, MARKS)),
    st.sampled_from(Aggregate),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_input_changes_nothing(
    given_cards: dict[tuple[str, str], tuple[Decimal | None, Decimal | None]], aggregate: Aggregate, random: Random
) -> None:
    cards = [Card(a, j, {"idea": idea, "plan": plan}) for (a, j), (idea, plan) in given_cards.items()]
    entries = [Entry(name, bonus=Decimal(at)) for at, name in enumerate("ABCDE")]
    by = rules(aggregate=aggregate, ties=("plan",), votes=(tuple("EDCBA"),))
    ranking = rank(by, entries, cards)

    other_entries, other_cards = random.sample(entries, len(entries)), random.sample(cards, len(cards))
    assert rank(by, other_entries, other_cards) == ranking
    assert record.input_hash(other_entries, other_cards) == record.input_hash(entries, cards)
    points = [row.points for row in ranking.ranked if row.points is not None]
    assert points == sorted(points, reverse=True)


def test_the_hash_of_the_rules_sees_the_method_and_not_the_votes() -> None:
    method = record.rules_hash(rules())

    assert record.rules_hash(rules(votes=(("A", "B"),))) == method
    changed = [
        rules(threshold=Decimal(1)),
        rules(divergence=DivergenceRules(margin=Decimal(20))),
        rules(ties=("plan",)),
    ]
    assert len({method, *map(record.rules_hash, changed)}) == 4
    assert record.rules_hash(rules(threshold=Decimal("0.0"))) == method


@pytest.mark.parametrize(
    ("number", "written"),
    [("0", "0"), ("70", "70"), ("1/2", "0.5"), ("-3/2", "-1.5"), ("1/3", "1/3"), ("1/400", "0.0025"), ("1000", "1000")],
)
def test_points_are_written_exactly(number: str, written: str) -> None:
    assert record.figure(Fraction(number)) == written
