"""When two jurors differ too much, and which cards then make the result. All of it is a setting of the round.

Differences are between card totals, without the bonus.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from strefa.rules.refusal import Blocker, Reason


class Trigger(StrEnum):
    """Why a third juror is called."""

    MARGIN = "margin"
    ACROSS_THRESHOLD = "across_threshold"
    ON_REQUEST = "on_request"


class Resolution(StrEnum):
    """Which cards make the result once a third juror has scored."""

    MEAN_OF_ALL = "mean_of_all"
    MEDIAN = "median"
    THIRD_AND_CLOSER = "third_and_closer"
    CLOSEST_PAIR = "closest_pair"
    CHAIR = "chair"


class Midway(StrEnum):
    """What "third and closer" or "closest pair" means when two pairs are equally close (60, 90, then 75)."""

    MEAN_OF_ALL = "mean_of_all"
    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True)
class DivergenceRules:
    """When a third juror is called, and how the result is then taken.

    `margin` is in points: a larger difference triggers, an equal one only when `margin_included`.
    With `MEDIAN` the round's aggregate must be the median too: with two cards it is their mean.
    With `CHAIR` the chair names the cards that count, so only those are handed to the ranking.
    """

    margin: Decimal | None = None
    across_threshold: bool = False
    resolution: Resolution = Resolution.MEAN_OF_ALL
    margin_included: bool = False
    on_request: bool = False
    midway: Midway = Midway.MEAN_OF_ALL

    def flaws(self) -> Iterator[Blocker]:
        """Yield a margin below 0."""
        if self.margin is not None and self.margin < 0:
            values = {"value": self.margin, "least": 0, "most": ""}
            yield Blocker(Reason.TEMPLATE_OUT_OF_RANGE, "margin", values)


def triggers(
    totals: Collection[Fraction], rules: DivergenceRules, threshold: Fraction, requested: bool = False
) -> tuple[Trigger, ...]:
    """List why these totals need a third juror; nothing when they agree well enough.

    Args:
        totals: points of the counted cards, without bonus; fewer than two never differ.
        threshold: points at which an application passes; a total equal to it passes.
        requested: a juror asked for a third one.
    """
    found: list[Trigger] = []
    if len(totals) > 1:
        lowest, highest = min(totals), max(totals)
        if rules.margin is not None and _beyond(highest - lowest, rules):
            found.append(Trigger.MARGIN)
        if rules.across_threshold and lowest < threshold <= highest:
            found.append(Trigger.ACROSS_THRESHOLD)
    if requested and rules.on_request:
        found.append(Trigger.ON_REQUEST)
    return tuple(found)


def _beyond(difference: Fraction, rules: DivergenceRules) -> bool:
    margin = Fraction(rules.margin or 0)
    return difference >= margin if rules.margin_included else difference > margin


def counting(totals: Mapping[str, Fraction], third: str | None, rules: DivergenceRules) -> frozenset[str]:
    """Name the jurors whose cards make the result.

    Args:
        totals: juror to points, without bonus.
        third: the juror called because of the divergence; None when there was none, so all count.

    Returns:
        All jurors, or the pair that the resolution chooses. The result is then the round's
        aggregate of their totals.
    """
    everyone = frozenset(totals)
    if third is None or third not in totals or len(totals) < 3:
        return everyone
    pairs = [frozenset(pair) for pair in combinations(sorted(totals), 2)]
    match rules.resolution:
        case Resolution.THIRD_AND_CLOSER:
            return _closest([pair for pair in pairs if third in pair], totals, rules.midway)
        case Resolution.CLOSEST_PAIR:
            return _closest(pairs, totals, rules.midway)
        case _:
            return everyone


def _closest(pairs: list[frozenset[str]], totals: Mapping[str, Fraction], midway: Midway) -> frozenset[str]:
    def apart(pair: frozenset[str]) -> Fraction:
        return max(totals[juror] for juror in pair) - min(totals[juror] for juror in pair)

    def together(pair: frozenset[str]) -> Fraction:
        return sum((totals[juror] for juror in pair), Fraction(0))

    smallest = min(apart(pair) for pair in pairs)
    near = sorted((pair for pair in pairs if apart(pair) == smallest), key=together)
    if together(near[0]) == together(near[-1]):  # one pair, or pairs with the same totals: any gives the same mean
        return min(near, key=sorted)
    if midway is Midway.MEAN_OF_ALL:
        return frozenset(totals)
    return near[-1] if midway is Midway.HIGHER else near[0]
