"""The budget of an application: rows as typed, totals that add up on paper, and the verdict of every rule.

A row's total is quantity times unit price, rounded half-up to the grosz; all sums are made of
rounded rows. Shares are compared as exact fractions. Half-typed rows count with what can be read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from strefa.rules import answers as reading
from strefa.rules import money
from strefa.rules.answers import Answers, Row
from strefa.rules.fields import Meaning
from strefa.rules.refusal import Refused

if TYPE_CHECKING:
    from strefa.rules.formspec import FormSpec

SOURCES = ("grant", "own_cash", "own_work", "own_in_kind")
OWN = SOURCES[1:]

T = TypeVar("T")


@dataclass(frozen=True)
class BudgetLine:
    """One cost, amounts in grosze; `place` counts from 0 among the rows typed, None is not typed or not readable."""

    place: int
    group: str
    cost: str
    activity: int | None
    quantity: Decimal | None
    unit: str
    unit_price: int | None
    sources: Mapping[str, int | None]
    unreadable_sources: bool = False

    @property
    def total(self) -> int | None:
        """Quantity times unit price, half-up to the grosz."""
        if self.quantity is None or self.unit_price is None:
            return None
        return money.rounded(self.quantity * self.unit_price / 100)

    @property
    def covered(self) -> int:
        """The sum of the sources."""
        return sum(amount or 0 for amount in self.sources.values())


@dataclass(frozen=True)
class Budget:
    """All lines that are not empty; every sum is in grosze."""

    lines: tuple[BudgetLine, ...] = ()

    @property
    def total(self) -> int:
        return sum(line.total or 0 for line in self.lines)

    @property
    def own(self) -> int:
        """Own cash, work and things together."""
        return sum(self.source(name) for name in OWN)

    @property
    def grant(self) -> int:
        """What is asked for."""
        return self.source("grant")

    def source(self, name: str, group: str | None = None) -> int:
        """Sum one source over all lines, or over those of one group."""
        lines = (line for line in self.lines if group is None or line.group == group)
        return sum(line.sources.get(name) or 0 for line in lines)

    def total_of(self, group: str) -> int:
        """Sum the totals of the lines of one group."""
        return sum(line.total or 0 for line in self.lines if line.group == group)

    @property
    def own_share(self) -> Fraction | None:
        """Own contribution as an exact part of the grant; None when nothing is asked for."""
        return money.share(self.own, self.grant)


def budget_of(spec: FormSpec, answers: Answers) -> Budget:
    """Read the budget of an application; a form without one gives an empty budget."""
    field = spec.meaning(Meaning.BUDGET)
    if field is None:
        return Budget()
    return Budget(tuple(_line(place, row) for place, row in reading.rows_of(answers, field.key)))


def accepts_from(spec: FormSpec, answers: Answers) -> int | None:
    """Return the smallest grant in grosze that the applicant consents to, None when there is no consent."""
    field = spec.meaning(Meaning.ACCEPTS_FROM)
    if field is None or not field.is_asked(answers):
        return None
    return _read(money.parse, reading.text_of(answers, field.key))


def _line(place: int, row: Row) -> BudgetLine:
    sources = {name: _read(money.parse, row.get(name, "")) for name in SOURCES}
    return BudgetLine(
        place=place,
        group=row.get("group", "").strip(),
        cost=row.get("cost", "").strip(),
        activity=_read(reading.whole_number, row.get("activity", "")),
        quantity=_read(reading.decimal_number, row.get("quantity", "")),
        unit=row.get("unit", "").strip(),
        unit_price=_read(money.parse, row.get("unit_price", "")),
        sources=sources,
        unreadable_sources=any(row.get(name) and amount is None for name, amount in sources.items()),
    )


def _read(reader: Callable[[str], T], raw: str) -> T | None:
    try:
        return reader(raw) if raw else None
    except Refused:
        return None


def figures(budget: Budget) -> dict[str, Any]:
    """Return the sums a page shows under the budget, in grosze, and the own share as an exact fraction."""
    sums = {name: budget.source(name) for name in SOURCES}
    return {"total": budget.total, **sums, "own": budget.own, "own_share": budget.own_share}
