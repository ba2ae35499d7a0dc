"""The cheapest set of applications that reaches the minimums within the caps: a small integer programme."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

TOLERANCE = 1e-10  # with HiGHS's defaults sets that break a constraint by one grosz passed as feasible


@dataclass(frozen=True)
class Option:
    """One application that may be added; `is_new` when its voivodeship has nothing funded yet."""

    category: str
    voivodeship: str
    ask: int
    is_new: bool


@dataclass(frozen=True)
class Wanted:
    """What must be reached, and from what.

    `needed` holds pairs of category and number still missing; `missing` is the number of new
    voivodeships; `rooms` holds, for each ("category" or "voivodeship", name), how many more its cap allows.
    """

    options: tuple[Option, ...]
    needed: tuple[tuple[str, int], ...]
    missing: int
    rooms: tuple[tuple[tuple[str, str], int], ...]


def cheapest(wanted: Wanted) -> int | None:
    """Return the smallest sum of asks in grosze, or None when no set reaches the minimums.

    The solver only chooses; the choice is checked and added up here in whole numbers.
    """
    if _out_of_reach(wanted):
        return None
    chosen = _solved(wanted)
    if chosen is None:
        return None
    if not _reaches(wanted, chosen):
        raise RuntimeError("the solver's choice does not keep the quotas")
    return sum(option.ask for option in chosen)


def _out_of_reach(wanted: Wanted) -> bool:
    new = {option.voivodeship for option in wanted.options if option.is_new}
    there = Counter(option.category for option in wanted.options)
    rooms = dict(wanted.rooms)
    return len(new) < wanted.missing or any(
        min(there[category], rooms.get(("category", category), 0)) < number for category, number in wanted.needed
    )


def _reaches(wanted: Wanted, chosen: list[Option]) -> bool:
    rooms = dict(wanted.rooms)
    categories = Counter(option.category for option in chosen)
    voivodeships = Counter(option.voivodeship for option in chosen)
    new = {option.voivodeship for option in chosen if option.is_new}
    return (
        all(categories[category] >= number for category, number in wanted.needed)
        and len(new) >= wanted.missing
        and all(number <= rooms["category", category] for category, number in categories.items())
        and all(number <= rooms["voivodeship", name] for name, number in voivodeships.items())
    )


def _solved(wanted: Wanted) -> list[Option] | None:
    # Imported here: highspy and numpy take half a second, and few rounds have minimum quotas.
    import highspy

    solver: Any = highspy.Highs()
    for name, value in _SETTINGS.items():
        solver.setOptionValue(name, value)
    new = sorted({option.voivodeship for option in wanted.options if option.is_new})
    size = len(wanted.options)
    for column in range(size + len(new)):
        solver.addVar(0, 1)
        solver.changeColIntegrality(column, highspy.HighsVarType.kInteger)
        solver.changeColCost(column, wanted.options[column].ask if column < size else 0)
    for least, most, columns, factors in _rows(wanted, new):
        solver.addRow(least, most, len(columns), columns, factors)
    solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return None
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"the solver ended with {solver.getModelStatus()}")
    values = solver.getSolution().col_value
    return [option for option, value in zip(wanted.options, values[:size], strict=True) if value > 0.5]


_SETTINGS: dict[str, bool | int | float] = {
    "output_flag": False,
    "threads": 1,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.0,
    "mip_feasibility_tolerance": TOLERANCE,
    "primal_feasibility_tolerance": TOLERANCE,
}

_Row = tuple[float, float, list[int], list[float]]


def _rows(wanted: Wanted, new: list[str]) -> list[_Row]:
    """Columns are the options, then one switch for each new voivodeship: on only if something of it is chosen."""
    rows: list[_Row] = []
    size = len(wanted.options)
    needed = dict(wanted.needed)
    for (kind, name), room in wanted.rooms:
        columns = [at for at, option in enumerate(wanted.options) if getattr(option, kind) == name]
        if columns:
            least = needed.get(name, 0) if kind == "category" else 0
            rows.append((least, room, columns, [1.0] * len(columns)))
    for switch, name in enumerate(new):
        columns = [at for at, option in enumerate(wanted.options) if option.voivodeship == name]
        rows.append((0, float("inf"), [*columns, size + switch], [1.0] * len(columns) + [-1.0]))
    if wanted.missing:
        switches = list(range(size, size + len(new)))
        rows.append((wanted.missing, float("inf"), switches, [1.0] * len(switches)))
    return rows
