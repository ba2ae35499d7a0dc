"""The score card's arithmetic: criteria, scales, weights, and one juror's total. Exact, never float."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import lcm

from strefa.rules import text
from strefa.rules.refusal import Blocker, Reason, Refused

Marks = Mapping[str, Decimal | None]
"""Criterion key to mark on the criterion's own scale; None or no key while it is blank."""

_NUMBER = re.compile(r"-?[0-9]{1,12}([.,][0-9]{1,12})?")


def exact_sum(numbers: Sequence[Fraction]) -> Fraction:
    """Add fractions over one common denominator: many times faster than one by one, and the same."""
    common = lcm(*(number.denominator for number in numbers))
    return Fraction(sum(number.numerator * (common // number.denominator) for number in numbers), common)


@dataclass(frozen=True)
class Criterion:
    """Marks go from `least` to `most`, by `step` when there is one; `weight` is the points at `most`.

    `least_mean` knocks out an application whose mean mark is below it; `justification` is the
    least number of characters a juror writes.

    Raises:
        ValueError: a weight or step that is not positive, or a scale that does not rise.
    """

    key: str
    weight: Decimal
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(5)
    step: Decimal | None = None
    least_mean: Decimal | None = None
    justification: int = 0

    def __post_init__(self) -> None:
        if self.weight <= 0 or self.most <= self.least or (self.step is not None and self.step <= 0):
            raise ValueError(f"criterion {self.key}: weight and step must be positive and the scale must rise")

    def points(self, mark: Decimal) -> Fraction:
        """Weigh one mark: weight · (mark − least) / (most − least).

        >>> Criterion("idea", Decimal(25)).points(Decimal("3.5"))
        Fraction(35, 2)
        """
        return (
            Fraction(self.weight)
            * (Fraction(mark) - Fraction(self.least))
            / (Fraction(self.most) - Fraction(self.least))
        )

    def flaw(self, mark: Decimal) -> Blocker | None:
        """Say what is wrong with a mark: outside the scale, or between its steps."""
        scale = {"typed": f"{mark:f}", "least": f"{self.least:f}", "most": f"{self.most:f}"}
        if not self.least <= mark <= self.most:
            return Blocker(Reason.MARK_OUTSIDE_SCALE, self.key, scale)
        if self.step is not None and (Fraction(mark) - Fraction(self.least)) % Fraction(self.step):
            return Blocker(Reason.MARK_BETWEEN_STEPS, self.key, scale | {"step": f"{self.step:f}"})
        return None

    def read(self, typed: str) -> Decimal | None:
        """Read a mark as a juror types it (`3,5` or `3.5`); blank is None, never 0.

        Raises:
            Refused: not a number, outside the scale, or between its steps.
        """
        typed = typed.strip()
        if not typed:
            return None
        if not _NUMBER.fullmatch(typed):
            raise Refused(Blocker(Reason.MARK_NOT_A_NUMBER, self.key, {"typed": typed}))
        mark = Decimal(typed.replace(",", "."))
        if flaw := self.flaw(mark):
            raise Refused(flaw)
        return mark


@dataclass(frozen=True)
class Rubric:
    """The criteria of one score card, in the order of the card; weights are any positive numbers."""

    criteria: tuple[Criterion, ...]
    # What each mark met so far is worth: a jury uses a dozen different marks thousands of times.
    _worth: dict[str, dict[Decimal, Fraction]] = field(
        default_factory=dict[str, dict[Decimal, Fraction]], init=False, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        if len({criterion.key for criterion in self.criteria}) != len(self.criteria):
            raise ValueError("two criteria have the same key")
        self._worth.update({criterion.key: {} for criterion in self.criteria})

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(criterion.key for criterion in self.criteria)

    @property
    def most(self) -> Decimal:
        """The points of a card with every mark at the top of its scale."""
        return sum((criterion.weight for criterion in self.criteria), Decimal(0))

    def is_complete(self, marks: Marks) -> bool:
        """Say whether every criterion has a mark; only such a card can count."""
        return all(marks.get(key) is not None for key in self._worth)

    def points(self, marks: Marks) -> Fraction:
        """Weigh one juror's marks into points, exactly: rounding here would break or invent ties.

        Returns:
            Points from 0 to the sum of the weights, never rounded.

        Raises:
            ValueError: a mark is missing, of an unknown criterion, outside its scale or off its step.

        >>> rubric = Rubric((Criterion("idea", Decimal(60)), Criterion("plan", Decimal(40))))
        >>> rubric.points({"idea": Decimal(4), "plan": Decimal("2.5")})
        Fraction(68, 1)
        """
        if not marks.keys() <= self._worth.keys():
            raise ValueError("a mark of an unknown criterion")
        return exact_sum([self._weighed(criterion, marks.get(criterion.key)) for criterion in self.criteria])

    def _weighed(self, criterion: Criterion, mark: Decimal | None) -> Fraction:
        if mark is None:
            raise ValueError(f"criterion {criterion.key} has no mark")
        worth = self._worth[criterion.key]
        if mark not in worth:
            if criterion.flaw(mark):
                raise ValueError(f"criterion {criterion.key}: {mark} is not on the scale")
            worth[mark] = criterion.points(mark)
        return worth[mark]

    def blockers(self, marks: Marks, justifications: Mapping[str, str]) -> list[Blocker]:
        """List all that stands between a card and being submitted, in the order of the card."""
        found: list[Blocker] = []
        for criterion in self.criteria:
            mark = marks.get(criterion.key)
            flaw = Blocker(Reason.MARK_MISSING, criterion.key) if mark is None else criterion.flaw(mark)
            found += [flaw] if flaw else []
            written = text.length(text.normalised(justifications.get(criterion.key, "")).strip())
            if written < criterion.justification:
                values = {"written": written, "least": criterion.justification}
                found.append(Blocker(Reason.JUSTIFICATION_TOO_SHORT, criterion.key, values))
        return found
