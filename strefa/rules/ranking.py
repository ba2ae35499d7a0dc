"""Ranking A, the official one: exact results, competition ranks, declared tie-breaks.

The one place where results are computed: page, spreadsheet, paper and command line print its rows.
Input order never matters. An announced ranking is stored, never computed again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from strefa.rules.divergence import DivergenceRules, Resolution, counting
from strefa.rules.quotas import Quotas
from strefa.rules.refusal import Blocker, Reason
from strefa.rules.rubric import Criterion, Marks, Rubric, exact_sum
from strefa.rules.tiebreaks import VOTE, Contender, places

if TYPE_CHECKING:
    from strefa.rules.scoring_rules import Scoring

NO_QUOTAS = Quotas()
NO_THIRD_JUROR = DivergenceRules()
TRIM_FROM = 5  # cards; with fewer the trimmed mean is the mean


class Aggregate(StrEnum):
    """How the totals of several cards become one result."""

    MEAN = "mean"
    MEDIAN = "median"
    TRIMMED = "trimmed"


class ListRule(StrEnum):
    """At the first application that does not fit: stop, or skip it and go on."""

    STOP = "stop"
    SKIP = "skip"


@dataclass(frozen=True)
class RuleSet:
    """The whole official method, frozen before the first mark; only `votes` come later.

    `threshold` in points; `ties` are criterion keys; `pool` in grosze; `cards` is how many an
    application needs; `partial_floor` is the part of the asked amount below which nothing is
    offered (None: no partial awards).
    """

    rubric: Rubric
    threshold: Decimal
    ties: tuple[str, ...]
    pool: int
    aggregate: Aggregate = Aggregate.MEAN
    list_rule: ListRule = ListRule.STOP
    cards: int = 1
    partial_floor: Decimal | None = None
    quotas: Quotas = NO_QUOTAS
    divergence: DivergenceRules = NO_THIRD_JUROR
    votes: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        if not set(self.ties) <= set(self.rubric.keys):
            raise ValueError("a tie is broken by a criterion that does not exist")
        if self.divergence.resolution is Resolution.MEDIAN and self.aggregate is not Aggregate.MEDIAN:
            raise ValueError("a divergence settled by the median needs the median as the aggregate")


@dataclass(frozen=True)
class Card:
    """One juror's submitted card; `third` when she was called because of a divergence."""

    application: str
    juror: str
    marks: Marks = field(hash=False)
    third: bool = False


@dataclass(frozen=True)
class Entry:
    """One application as the ranking sees it.

    `ask` and `accepts_from` (the least the applicant would do it for; None: no partial award) in
    grosze. `points`, when given, are the result: cards and bonus are not asked.
    """

    application: str
    ask: int | None = None
    bonus: Decimal = Decimal(0)
    voivodeship: str = ""
    category: str = ""
    accepts_from: int | None = None
    points: Decimal | None = None


@dataclass(frozen=True)
class Row:
    """One line of the ranking with all that stands beside the result.

    `points` hold the bonus, `before_bonus` is what the threshold is compared with; both are None
    while incomplete. `totals` are the counted cards' points by juror, `means` and `ranges` the
    marks by criterion. `fails` says what keeps a ranked application from an award.
    """

    entry: Entry
    rank: int | None
    points: Fraction | None
    before_bonus: Fraction | None
    tie_broken_by: str | None
    totals: Mapping[str, Fraction] = field(hash=False)
    means: Mapping[str, Fraction] = field(hash=False)
    ranges: Mapping[str, tuple[Decimal, Decimal]] = field(hash=False)
    fails: tuple[Blocker, ...] = ()

    @property
    def application(self) -> str:
        return self.entry.application

    @property
    def cards(self) -> int:
        """How many cards count."""
        return len(self.totals)

    @property
    def range(self) -> Fraction | None:
        """The highest total less the lowest."""
        return max(self.totals.values()) - min(self.totals.values()) if self.totals else None

    @property
    def median(self) -> Fraction | None:
        return aggregated(Aggregate.MEDIAN, list(self.totals.values())) if self.totals else None

    @property
    def standard_deviation(self) -> Decimal | None:
        """Of the totals as a sample (n − 1), in points, 2 decimals; None under two cards."""
        if self.cards < 2:
            return None
        mean = _mean(list(self.totals.values()))
        variance = sum(((total - mean) ** 2 for total in self.totals.values()), Fraction(0)) / (self.cards - 1)
        root = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
        return root.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Ranking:
    """Ranked rows from the best down, then the incomplete ones; `not_counted` holds (application, juror)."""

    rows: tuple[Row, ...]
    not_counted: tuple[tuple[str, str], ...]

    @cached_property
    def ranked(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.rank is not None)

    @cached_property
    def incomplete(self) -> tuple[str, ...]:
        return tuple(row.application for row in self.rows if row.rank is None)

    @cached_property
    def by_application(self) -> Mapping[str, Row]:
        return {row.application: row for row in self.rows}


def rules_of(scoring: "Scoring", pool: int, votes: Iterable[Sequence[str]] = ()) -> RuleSet:
    """Take the official method out of a round's frozen scoring; `pool` in grosze."""
    criteria = tuple(
        Criterion(c.key, c.weight, c.least, c.most, c.step, c.least_mean, c.justification) for c in scoring.criteria
    )
    return RuleSet(
        rubric=Rubric(criteria),
        threshold=scoring.ranking.threshold,
        ties=tuple(tie for tie in scoring.ranking.ties if tie != VOTE),
        pool=pool,
        aggregate=scoring.ranking.aggregate,
        list_rule=scoring.ranking.list_rule,
        cards=scoring.jury.cards,
        partial_floor=scoring.ranking.partial_floor,
        divergence=scoring.divergence,
        votes=tuple(tuple(vote) for vote in votes),
    )


def rank(rules: RuleSet, entries: Iterable[Entry], cards: Iterable[Card] = ()) -> Ranking:
    """Rank applications by their cards (or by the points their entries give).

    Args:
        entries: each application once, in any order.
        cards: submitted cards in any order; one with a blank mark is not counted, and named.

    Raises:
        ValueError: an application or card given twice, a card of an unknown application, or a
            mark that its scale does not have.
    """
    known = {entry.application: entry for entry in entries}
    counted, not_counted = _sorted_out(rules, known, cards)
    rows = {name: _unplaced(rules, entry, counted[name]) for name, entry in known.items()}
    contenders = [Contender(name, row.points, row.means) for name, row in rows.items() if row.points is not None]
    ranked = [
        _placed(rows.pop(p.application), p.rank, p.tie_broken_by) for p in places(contenders, rules.ties, rules.votes)
    ]
    incomplete = sorted(rows.values(), key=lambda row: row.application)
    return Ranking((*ranked, *incomplete), tuple(sorted(not_counted)))


def _sorted_out(
    rules: RuleSet, known: Mapping[str, Entry], cards: Iterable[Card]
) -> tuple[dict[str, list[Card]], list[tuple[str, str]]]:
    counted: dict[str, list[Card]] = {name: [] for name in known}
    not_counted: list[tuple[str, str]] = []
    seen: set[tuple[str, str]] = set()
    for card in sorted(cards, key=lambda c: (c.application, c.juror)):
        key = card.application, card.juror
        if key in seen or card.application not in known:
            raise ValueError(f"card {key} is given twice or belongs to no application")
        seen.add(key)
        if rules.rubric.is_complete(card.marks):
            counted[card.application].append(card)
        else:
            not_counted.append(key)
    return counted, not_counted


def _unplaced(rules: RuleSet, entry: Entry, cards: list[Card]) -> Row:
    """Compute everything about one application but its rank."""
    if entry.points is not None:
        points = Fraction(entry.points)
        return Row(entry, None, points, points, None, {}, {}, {}, _below_threshold(rules, points))
    totals = {card.juror: rules.rubric.points(card.marks) for card in cards}
    third = next((card.juror for card in cards if card.third), None)
    jurors = counting(totals, third, rules.divergence)
    cards = [card for card in cards if card.juror in jurors]
    totals = {card.juror: totals[card.juror] for card in cards}
    means, ranges = _of_criteria(rules.rubric, cards)
    if not cards or len(cards) < rules.cards:
        return Row(entry, None, None, None, None, totals, means, ranges)
    result = aggregated(rules.aggregate, list(totals.values()))
    fails = (*_below_threshold(rules, result), *_knocked_out(rules.rubric, means))
    return Row(entry, None, result + Fraction(entry.bonus), result, None, totals, means, ranges, fails)


def _placed(row: Row, rank: int, tie_broken_by: str | None) -> Row:
    # Not dataclasses.replace: ten thousand rows pass here.
    return Row(
        row.entry, rank, row.points, row.before_bonus, tie_broken_by, row.totals, row.means, row.ranges, row.fails
    )  # fmt: skip


def _of_criteria(
    rubric: Rubric, cards: Sequence[Card]
) -> tuple[dict[str, Fraction], dict[str, tuple[Decimal, Decimal]]]:
    means: dict[str, Fraction] = {}
    ranges: dict[str, tuple[Decimal, Decimal]] = {}
    for key in rubric.keys if cards else ():
        marks = [mark for card in cards if (mark := card.marks[key]) is not None]
        means[key] = exact_sum([Fraction(mark) for mark in marks]) / len(marks)  # Decimal would round at 28 digits
        ranges[key] = min(marks), max(marks)
    return means, ranges


def aggregated(aggregate: Aggregate, totals: Sequence[Fraction]) -> Fraction:
    """Make one result of at least one card total: mean, median, or mean without one highest and one lowest."""
    ordered = sorted(totals)
    if aggregate is Aggregate.MEDIAN:
        middle = (len(ordered) - 1) // 2
        return _mean(ordered[middle : len(ordered) - middle])
    if aggregate is Aggregate.TRIMMED and len(ordered) >= TRIM_FROM:
        return _mean(ordered[1:-1])
    return _mean(ordered)


def _mean(totals: Sequence[Fraction]) -> Fraction:
    return exact_sum(totals) / len(totals)


def _below_threshold(rules: RuleSet, result: Fraction) -> tuple[Blocker, ...]:
    if result >= rules.threshold:
        return ()
    return (Blocker(Reason.BELOW_THRESHOLD, "", {"points": rounded(result), "threshold": rules.threshold}),)


def _knocked_out(rubric: Rubric, means: Mapping[str, Fraction]) -> tuple[Blocker, ...]:
    return tuple(
        Blocker(Reason.BELOW_LEAST_MEAN, c.key, {"mean": rounded(means[c.key]), "least": c.least_mean})
        for c in rubric.criteria
        if c.least_mean is not None and means[c.key] < c.least_mean
    )


def rounded(points: Fraction) -> Decimal:
    """Round points to 2 decimals, half-up: for reading only, never for comparing.

    >>> rounded(Fraction(167, 2)), rounded(Fraction(1, 200))
    (Decimal('83.50'), Decimal('0.01'))
    """
    bottom = points.denominator
    cents = (points.numerator * 200 + bottom) // (2 * bottom)
    return Decimal((cents < 0, tuple(map(int, str(abs(cents)))), -2))
