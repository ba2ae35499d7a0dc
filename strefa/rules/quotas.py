"""Caps and minimums of a list: so many a category, so many a voivodeship.

Caps are counted. Minimums look ahead: the cheapest way to reach them with applications still
waiting is found exactly (HiGHS), re-added in whole grosze, and kept back from the pool.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from strefa.rules.cheapest import Option, Wanted, cheapest
from strefa.rules.refusal import Blocker, Reason


@dataclass(frozen=True)
class Quotas:
    """None means no cap (0 lets nobody through); `least_per_category` holds pairs of category and number."""

    most_per_category: int | None = None
    most_per_voivodeship: int | None = None
    least_voivodeships: int = 0
    least_per_category: tuple[tuple[str, int], ...] = ()

    @property
    def by_category(self) -> bool:
        return self.most_per_category is not None or bool(self.least_per_category)

    @property
    def by_voivodeship(self) -> bool:
        return self.most_per_voivodeship is not None or self.least_voivodeships > 0


@dataclass(frozen=True)
class Bid:
    """What quotas and the pool ask about one application; `ask` in grosze."""

    application: str
    ask: int
    category: str = ""
    voivodeship: str = ""


class Standing:
    """What is taken so far against the quotas, and what still waits."""

    def __init__(self, quotas: Quotas, taken: Iterable[Bid], waiting: Iterable[Bid]) -> None:
        self._quotas = quotas
        self._categories: Counter[str] = Counter()
        self._voivodeships: Counter[str] = Counter()
        self._waiting: dict[tuple[str, str], list[Bid]] = {}
        self._known: dict[Wanted, int | None] = {}
        self._is_lost = False
        for bid in sorted(waiting, key=_by_ask):
            self._waiting.setdefault((bid.category, bid.voivodeship), []).append(bid)
        for bid in taken:
            self.take(bid)
        # Taking more never makes a minimum easier, so what is out of reach now stays so.
        self._is_lost = self.kept_back(()) is None

    def take(self, bid: Bid) -> None:
        """Count a bid as funded."""
        self._categories[bid.category] += 1
        self._voivodeships[bid.voivodeship] += 1
        self.leave(bid)

    def leave(self, bid: Bid) -> None:
        """Stop waiting for a bid."""
        alike = self._waiting.get((bid.category, bid.voivodeship), [])
        at = bisect_left(alike, _by_ask(bid), key=_by_ask)
        if at < len(alike) and alike[at].application == bid.application:
            del alike[at]

    def cap(self, bids: Sequence[Bid]) -> Blocker | None:
        """Name the cap that these bids together would exceed."""
        by_category = Counter(bid.category for bid in bids)
        by_voivodeship = Counter(bid.voivodeship for bid in bids)
        if name := _full(self._quotas.most_per_category, self._categories, by_category):
            values = {"category": name, "most": self._quotas.most_per_category}
            return Blocker(Reason.AWARD_BEYOND_CATEGORY_CAP, "category", values)
        if name := _full(self._quotas.most_per_voivodeship, self._voivodeships, by_voivodeship):
            values = {"voivodeship": name, "most": self._quotas.most_per_voivodeship}
            return Blocker(Reason.AWARD_BEYOND_VOIVODESHIP_CAP, "voivodeship", values)
        return None

    def kept_back(self, bids: Sequence[Bid]) -> int | None:
        """Return the fewest grosze that reach every minimum once these bids are taken too; None: nothing can."""
        if self._is_lost:
            return None
        categories = self._categories + Counter(b.category for b in bids)
        voivodeships = self._voivodeships + Counter(b.voivodeship for b in bids)
        needed = {c: n - categories[c] for c, n in self._quotas.least_per_category if n > categories[c]}
        missing = max(0, self._quotas.least_voivodeships - len(voivodeships))
        if not needed and not missing:
            return 0
        wanted = self._wanted(needed, missing, categories, voivodeships, {b.application for b in bids})
        if wanted not in self._known:
            self._known[wanted] = cheapest(wanted)
        return self._known[wanted]

    def _wanted(
        self,
        needed: Mapping[str, int],
        missing: int,
        categories: Mapping[str, int],
        voivodeships: Mapping[str, int],
        excluded: set[str],
    ) -> Wanted:
        """State the search. Of bids alike in category and voivodeship only the cheapest few can ever be of use."""
        options: list[Option] = []
        rooms: dict[tuple[str, str], int] = {}
        enough = sum(needed.values()) + missing
        for (category, voivodeship), alike in sorted(self._waiting.items()):
            by_category = _room(self._quotas.most_per_category, categories, category, enough)
            by_voivodeship = _room(self._quotas.most_per_voivodeship, voivodeships, voivodeship, enough)
            rooms |= {("category", category): by_category, ("voivodeship", voivodeship): by_voivodeship}
            is_new = missing > 0 and voivodeship not in voivodeships
            of_use = min(needed.get(category, 0) + is_new, by_category, by_voivodeship)
            free = islice((bid.ask for bid in alike if bid.application not in excluded), of_use)
            options += [Option(category, voivodeship, ask, is_new) for ask in free]
        return Wanted(tuple(options), tuple(sorted(needed.items())), missing, tuple(sorted(rooms.items())))


def _by_ask(bid: Bid) -> tuple[int, str]:
    return bid.ask, bid.application


def _full(most: int | None, counted: Mapping[str, int], added: Mapping[str, int]) -> str | None:
    """Name the first group that would go over its cap."""
    if most is None:
        return None
    return next((name for name, more in added.items() if counted.get(name, 0) + more > most), None)


def _room(most: int | None, counted: Mapping[str, int], name: str, enough: int) -> int:
    return enough if most is None else max(0, min(enough, most - counted.get(name, 0)))
