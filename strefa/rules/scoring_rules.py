"""The scoring part of a round's template: rubric with its texts, and the rule set of jury, ranking and awards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from strefa.rules.divergence import DivergenceRules
from strefa.rules.fields import misshapen, repeated
from strefa.rules.ranking import Aggregate, ListRule
from strefa.rules.refusal import Blocker, Reason
from strefa.rules.timetable import end_of
from strefa.rules.words_of_round import Words


class TieStep(StrEnum):
    """Steps that settle equal points after the criteria."""

    VOTE = "vote"


class BonusKind(StrEnum):
    """What earns bonus points, computed from facts."""

    COMMUNE_NEVER_FUNDED = "commune_never_funded"
    POPULATION_AT_MOST = "population_at_most"


@dataclass(frozen=True)
class LevelText:
    """What a mark from `least` to `most` means, in words a juror reads beside the scale."""

    least: Decimal
    most: Decimal
    text: Words


@dataclass(frozen=True)
class ScoredCriterion:
    """One line of the score card: marks go from `least` to `most` by `step`, `weight` is the points at `most`."""

    key: str
    name: Words
    question: Words
    weight: Decimal
    levels: tuple[LevelText, ...]
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(5)
    step: Decimal = Decimal("0.5")
    justification: int = 100  # characters at least
    least_mean: Decimal | None = None  # knock-out: a mean below it is not funded

    def flaws(self) -> Iterator[Blocker]:
        """Yield a scale that does not rise, an odd step, and level texts outside the scale."""
        if self.weight <= 0:
            yield Blocker(Reason.TEMPLATE_OUT_OF_RANGE, "weight", {"value": self.weight, "least": 1, "most": 100})
        if self.most <= self.least:
            yield Blocker(Reason.TEMPLATE_SCALE, "most", {"most": self.most, "least": self.least})
        if self.step <= 0 or (self.most - self.least) % self.step:
            yield Blocker(Reason.TEMPLATE_OUT_OF_RANGE, "step", {"value": self.step, "least": 0, "most": self.most})
        for index, level in enumerate(self.levels):
            if not self.least <= level.least <= level.most <= self.most:
                values = {"value": f"{level.least}–{level.most}", "least": self.least, "most": self.most}
                yield Blocker(Reason.TEMPLATE_OUT_OF_RANGE, f"levels.{index}.least", values)


@dataclass(frozen=True)
class Bonus:
    """Points added by a computed fact; `population` is the largest that earns them."""

    key: str
    kind: BonusKind
    points: Decimal
    text: Words
    population: int | None = None

    def flaws(self) -> Iterator[Blocker]:
        """Yield the population that its kind needs and the template lacks."""
        if self.kind is BonusKind.POPULATION_AT_MOST and self.population is None:
            yield Blocker(Reason.TEMPLATE_MISSING_KEY, "population")


@dataclass(frozen=True)
class JuryRules:
    """How many cards an application needs and who may not read it."""

    cards: int = 2
    mixed_pair: bool = True  # a librarian and someone who is not
    own_voivodeship_excluded: bool = True


@dataclass(frozen=True)
class RankingRules:
    """How totals become an order and an order becomes awards.

    `ties` are criterion keys and finally "vote"; `partial_floor` is the part of the asked
    amount (of 1) below which no partial award is offered.
    """

    threshold: Decimal
    ties: tuple[str, ...]
    aggregate: Aggregate = Aggregate.MEAN
    list_rule: ListRule = ListRule.STOP
    partial_floor: Decimal | None = None
    reserve_until: date | None = None  # the last day on which the reserve list holds

    def reserve_is_over(self, now: datetime) -> bool:
        """Whether nobody moves up from the reserve list any more: its last day is over in Poland."""
        return self.reserve_until is not None and now >= end_of(self.reserve_until)

    def flaws(self) -> Iterator[Blocker]:
        """Yield a threshold that no card can reach, and a floor that is no part of the asked amount."""
        if not 0 <= self.threshold <= 100:  # the weights add up to 100
            values = {"value": self.threshold, "least": 0, "most": 100}
            yield Blocker(Reason.TEMPLATE_OUT_OF_RANGE, "threshold", values)
        if self.partial_floor is not None and not 0 < self.partial_floor <= 1:
            values = {"value": self.partial_floor, "least": 0, "most": 1}
            yield Blocker(Reason.TEMPLATE_OUT_OF_RANGE, "partial_floor", values)


NO_THIRD_JUROR = DivergenceRules()


@dataclass(frozen=True)
class Scoring:
    """The whole of scoring, frozen and hashed before the first mark is given."""

    criteria: tuple[ScoredCriterion, ...]
    ranking: RankingRules
    jury: JuryRules = JuryRules()
    divergence: DivergenceRules = NO_THIRD_JUROR
    bonus: tuple[Bonus, ...] = ()
    funded_communes: tuple[str, ...] = ()  # TERYT of communes funded in rounds that this system does not hold

    def flaws(self) -> Iterator[Blocker]:
        """Yield weights that do not add up to 100, repeated keys and ties on criteria that do not exist."""
        total = sum((criterion.weight for criterion in self.criteria), Decimal(0))
        if total != 100:
            yield Blocker(Reason.TEMPLATE_WEIGHTS, "criteria", {"sum": f"{total.normalize():f}"})
        keys = [criterion.key for criterion in self.criteria]
        yield from repeated("criteria", keys)
        for index, key in enumerate(keys):
            yield from misshapen(f"criteria.{index}.key", key)
        yield from repeated("bonus", (bonus.key for bonus in self.bonus))
        for index, tie in enumerate(self.ranking.ties):
            if tie not in keys and tie != TieStep.VOTE:
                yield Blocker(Reason.TEMPLATE_UNKNOWN_REFERENCE, f"ranking.ties.{index}", {"value": tie})
