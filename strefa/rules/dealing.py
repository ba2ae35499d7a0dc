"""The arithmetic of assignment: a flow from applications through pairs to jurors, in HiGHS.

Every stage is a linear programme over a network, so its corners are whole numbers. Wishes are
lexicographic: after each one the model is closed to its best solutions (whatever has a nonzero
price in an optimum cannot move in any other optimum), and what remains open serves the next.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Network:
    """Everything by number: applications and jurors are positions, pairs are aligned sequences."""

    pairs: Sequence[tuple[int, int]]  # application, juror
    kept: Sequence[bool]  # a pair that stays whatever the wishes say
    suitability: Sequence[int]
    librarian: Sequence[bool]  # of each juror
    needed: Sequence[int]  # jurors of each application
    of_background: Sequence[tuple[int, int]]  # at most so many (others, librarians) for each application
    most: Sequence[int]  # pairs of each juror
    least: int  # pairs every juror should have, if that costs no missing one
    balanced: bool  # even loads come before suitability
    chance: Sequence[int]  # settles what the wishes leave open


def deal(network: Network) -> list[int]:
    """Choose pairs: fewest missing, even loads, largest lowest suitability, largest total, then chance.

    With `balanced` off even loads come after the total, and only `least` before it.

    Returns:
        Positions of the chosen pairs, ascending.
    """
    if not network.pairs:
        return []
    model = (_even_model(network) or _evened_model(network)) if network.balanced else _filled_model(network)
    model.minimise(model.of_pairs([-value for value in network.suitability]))
    if not network.balanced:
        model.minimise(model.filling(None))
    model.minimise(model.of_pairs(network.chance))
    return [at for at, taken in enumerate(model.taken()) if taken]


def _even_model(network: Network) -> "_Model | None":
    """Try the ordinary case at once: everybody who can be placed is, loads differ by at most 1."""
    placed = possible(network)
    low, over = divmod(sum(placed), len(network.most))
    high = low + (over > 0)
    if min(network.most) < high or all(network.kept):
        return None
    model = _Model(network, [_Load(juror, low, high, 0) for juror in range(len(network.most))], placed)
    return model if _raise_lowest(model, network, known=False) else None


def _evened_model(network: Network) -> "_Model":
    """Minimise missing and then the sum of squared loads.

    Few jurors get far above the mean, so the model starts with room for twice the mean and grows
    until nobody stands at that invented ceiling: for such problems no worse optimum hides behind it.
    """
    kept = Counter(juror for (_application, juror), stays in zip(network.pairs, network.kept, strict=True) if stays)
    room = max(2 * -(-sum(network.needed) // len(network.most)) + 2, *kept.values(), 0)
    while True:
        model = _Model(network, _units([min(limit, room) for limit in network.most]))
        model.minimise(model.filling(None))
        if all(load < room or limit <= room for load, limit in zip(model.loads(), network.most, strict=True)):
            _raise_lowest(model, network, known=True)
            return model
        room *= 4


def _filled_model(network: Network) -> "_Model":
    """Minimise missing and then what jurors lack to `least`."""
    model = _Model(network, _units(network.most))
    model.minimise(model.filling(network.least))
    _raise_lowest(model, network, known=True)
    return model


def possible(network: Network) -> list[int]:
    """How many of its jurors each application could have if no juror were ever full."""
    eligible = [[0, 0] for _ in network.needed]
    for application, juror in network.pairs:
        eligible[application][network.librarian[juror]] += 1
    return [
        min(needed, sum(map(min, limits, found)))
        for needed, limits, found in zip(network.needed, network.of_background, eligible, strict=True)
    ]


def _raise_lowest(model: "_Model", network: Network, *, known: bool) -> bool:
    """Forbid the unsuitable pairs, as many as the wishes so far can do without.

    Args:
        known: the model has been solved; otherwise nobody knows whether it has a solution.

    Returns:
        Whether there is a solution at all.
    """
    free = [(at, value) for at, value in enumerate(network.suitability) if not network.kept[at]]
    taken = model.taken() if known else []
    lowest = min((value for at, value in free if not known or taken[at]), default=None)
    if lowest is None:
        return True
    steps = sorted({value for _at, value in free if value >= lowest})
    reached, refused, stride = (0 if known else -1), len(steps), 1
    climbing = True  # from the top with growing strides, then by halves: high demands leave few pairs, judged at once
    while reached + 1 < refused:
        probe = max(reached + 1, refused - stride) if climbing else (reached + refused) // 2
        if model.can_do_without([at for at, value in free if value < steps[probe]]):
            reached, climbing = probe, False
        else:
            refused, stride = probe, 2 * stride
    model.forbid([at for at, value in free if value < steps[max(reached, 0)]])
    return reached >= 0


@dataclass(frozen=True)
class _Load:
    """A column of a juror's load: between `lower` and `upper` pairs, `unit` being its place in the load."""

    juror: int
    lower: int
    upper: int
    unit: int


def _units(most: Sequence[int]) -> list[_Load]:
    return [_Load(juror, 0, 1, unit) for juror, room in enumerate(most) for unit in range(room)]


class _Model:
    """Columns: pairs, then loads. Rows: jurors of each application, the same by background, each juror's load."""

    def __init__(self, network: Network, loads: Sequence[_Load], placed: Sequence[int] | None = None) -> None:
        # Imported here: highspy and numpy take half a second that the start of the web must not pay.
        import highspy
        import numpy

        self.numpy, self.highspy = numpy, highspy
        self.network, self.units = network, loads
        self.pairs = len(network.pairs)
        self.columns = self.pairs + len(loads)
        self.lower = numpy.array([*network.kept, *(load.lower for load in loads)], dtype=float)
        self.upper = numpy.array([1] * self.pairs + [load.upper for load in loads], dtype=float)
        self.values = self.lower
        self.solver = self._solver(placed or [0] * len(network.needed))

    def _solver(self, placed: Sequence[int]) -> Any:
        network = self.network
        numpy, highspy = self.numpy, self.highspy
        applications, jurors = len(network.needed), len(network.most)
        application = numpy.array([a for a, _j in network.pairs])
        juror = numpy.array([j for _a, j in network.pairs])
        of = numpy.array([load.juror for load in self.units], dtype=int)
        background = numpy.array(network.librarian, dtype=int)[juror]
        first_juror_row = 3 * applications
        rows = numpy.stack([application, applications + 2 * application + background, first_juror_row + juror], axis=1)
        problem = highspy.HighsLp()
        problem.num_col_, problem.num_row_ = self.columns, first_juror_row + jurors
        problem.col_cost_ = self.of_pairs([-value for value in network.suitability])
        problem.col_lower_, problem.col_upper_ = self.lower, self.upper
        limits = numpy.concatenate([network.needed, numpy.array(network.of_background).ravel(), numpy.zeros(jurors)])
        problem.row_upper_ = limits
        problem.row_lower_ = numpy.concatenate([placed, numpy.zeros(2 * applications + jurors)])
        problem.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        problem.a_matrix_.start_ = numpy.concatenate(
            [numpy.arange(self.pairs) * 3, 3 * self.pairs + numpy.arange(len(self.units) + 1)]
        )
        problem.a_matrix_.index_ = numpy.concatenate([rows.ravel(), first_juror_row + of])
        problem.a_matrix_.value_ = numpy.concatenate([numpy.ones(rows.size), -numpy.ones(len(self.units))])
        solver = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("simplex_strategy", 1)):
            solver.setOptionValue(option, value)
        solver.passModel(problem)
        return solver

    def of_pairs(self, costs: Sequence[int]) -> Any:
        """Costs of pairs alone; units of load cost nothing."""
        return self.numpy.concatenate([costs, self.numpy.zeros(len(self.units))])

    def filling(self, least: int | None) -> Any:
        """Costs that fill every place possible and, among those, even loads (or reach `least` each).

        The unit m of a load costs 2m − 1, so a load costs its square. A pair is worth more than any unit.
        """
        if least is None:
            units = [2 * load.unit + 1 for load in self.units]
        else:
            units = [int(load.unit >= least) for load in self.units]
        return self.numpy.concatenate([self.numpy.full(self.pairs, -(max(units, default=0) + 1)), units])

    def minimise(self, costs: Any) -> None:
        """Solve for these costs and close the model to their optima."""
        everything = self.numpy.arange(self.columns, dtype=self.numpy.int32)
        self.solver.changeColsCost(self.columns, everything, self.numpy.asarray(costs, dtype=float))
        self.solver.clearSolver()
        self.solver.run()
        if self.solver.getModelStatus() != self.highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"the assignment was not solved: {self.solver.getModelStatus()}")
        solution = self.solver.getSolution()
        self.values = self.numpy.rint(solution.col_value)
        # Costs are whole and the matrix is a network: prices are whole too, so 0.5 parts nothing from something.
        priced = self.numpy.abs(self.numpy.array(solution.col_dual)) > 0.5
        self.lower = self.numpy.where(priced, self.values, self.lower)
        self.upper = self.numpy.where(priced, self.values, self.upper)
        self._bounds(self.upper)
        self._close_rows(solution)

    def _close_rows(self, solution: Any) -> None:
        numpy = self.numpy
        rows = numpy.flatnonzero(numpy.abs(numpy.array(solution.row_dual)) > 0.5).astype(numpy.int32)
        at = numpy.rint(numpy.array(solution.row_value))[rows]
        if rows.size:
            self.solver.changeRowsBounds(int(rows.size), rows, at, at)

    def _bounds(self, upper: Any) -> None:
        everything = self.numpy.arange(self.columns, dtype=self.numpy.int32)
        self.solver.changeColsBounds(self.columns, everything, self.lower, upper)

    def can_do_without(self, pairs: list[int]) -> bool:
        """Say whether the optima so far include one with none of these pairs."""
        upper = self._without(pairs)
        if (upper < self.lower).any():
            return False
        self._bounds(upper)
        self.solver.clearSolver()
        self.solver.run()
        possible = self.solver.getModelStatus() == self.highspy.HighsModelStatus.kOptimal
        self._bounds(self.upper)
        return possible

    def forbid(self, pairs: list[int]) -> None:
        """Close the model to solutions without these pairs."""
        self.upper = self._without(pairs)
        self._bounds(self.upper)

    def _without(self, pairs: list[int]) -> Any:
        upper = self.upper.copy()
        upper[pairs] = 0
        return upper

    def taken(self) -> list[bool]:
        """Which pairs the last optimum takes."""
        return [bool(value) for value in self.values[: self.pairs]]

    def loads(self) -> list[int]:
        """Pairs of each juror in the last optimum."""
        loads = [0] * len(self.network.most)
        for (_application, juror), taken in zip(self.network.pairs, self.taken(), strict=True):
            loads[juror] += taken
        return loads
