"""Order and ranks: by exact points, then by the declared steps, and no further.

What no step sets apart shares its rank. Never time of sending, number or alphabet: the alphabet
only decides in which order equals are written down.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

VOTE = "vote"


@dataclass(frozen=True)
class Contender:
    """One result to be placed; `means` holds each criterion's mean mark, nothing when points were given."""

    application: str
    points: Fraction
    means: Mapping[str, Fraction]


@dataclass(frozen=True)
class Place:
    """A competition rank (1, 2, 2, 4).

    `tie_broken_by` is the step after which nobody with the same points was left beside it: a
    criterion key or "vote". None when it was alone from the start or still shares its rank.
    """

    application: str
    rank: int
    tie_broken_by: str | None


Step = tuple[str, Callable[[Sequence[Contender]], list[list[Contender]]]]


def places(contenders: Iterable[Contender], ties: Sequence[str], votes: Sequence[Sequence[str]]) -> list[Place]:
    """Place everybody, from the best down.

    Args:
        ties: criterion keys in their declared order; the higher mean mark goes first.
        votes: the jury's orders. A vote settles a tie when it names everybody still tied.
    """
    steps: list[Step] = [(key, _by_mean(key)) for key in ties]
    steps.append((VOTE, _by_vote(votes)))
    found: list[Place] = []
    for equal in _levels(contenders, lambda contender: contender.points):
        for group, broken_by in _split(equal, steps, None):
            rank = len(found) + 1
            found += [Place(contender.application, rank, broken_by) for contender in group]
    return found


def _split(
    group: list[Contender], steps: Sequence[Step], broken_by: str | None
) -> Iterator[tuple[list[Contender], str | None]]:
    if len(group) == 1:
        yield group, broken_by
    elif not steps:
        yield group, None
    else:
        (name, divided), *rest = steps
        for part in divided(group):
            yield from _split(part, rest, name)


def _levels(contenders: Iterable[Contender], value: Callable[[Contender], Fraction]) -> list[list[Contender]]:
    """Group by equal value, the highest first."""
    levels: dict[Fraction, list[Contender]] = {}
    for contender in sorted(contenders, key=lambda c: c.application):
        levels.setdefault(value(contender), []).append(contender)
    return [levels[key] for key in sorted(levels, reverse=True)]


def _by_mean(key: str) -> Callable[[Sequence[Contender]], list[list[Contender]]]:
    def divided(group: Sequence[Contender]) -> list[list[Contender]]:
        if any(key not in contender.means for contender in group):
            return [list(group)]
        return _levels(group, lambda contender: contender.means[key])

    return divided


def _by_vote(votes: Sequence[Sequence[str]]) -> Callable[[Sequence[Contender]], list[list[Contender]]]:
    orders = [{application: at for at, application in enumerate(vote)} for vote in votes]

    def divided(group: Sequence[Contender]) -> list[list[Contender]]:
        for order in orders:
            if all(contender.application in order for contender in group):
                return [[contender] for contender in sorted(group, key=lambda c: order[c.application])]
        return [list(group)]

    return divided
