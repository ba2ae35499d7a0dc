"""Who assesses what: a plan for a whole round, and one juror for one application.

A plan serves these wishes in their order: no application without its jurors, even loads, nobody
where something should be asked about, and then chance from a seed, so that the same seed gives
the same plan and the order of the input gives nothing.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from strefa.rules.conflicts import ApplicationFacts, Ground, JurorFacts, grounds, proposed
from strefa.rules.dealing import Network, deal
from strefa.rules.scoring_rules import JuryRules

Pair = tuple[str, str]
"""Key of an application and key of a juror."""

SUITED, ASKED_ABOUT = 10, 5  # how well a juror suits an application: fully; with a question to ask first
LOADED = 1_000_000  # more than anybody assesses


@dataclass(frozen=True)
class Shortage:
    """An application that lacks jurors, and why nobody else may take it.

    `background` is "librarian" or "other" when only such a juror would do; `excluded` counts the
    jurors that each ground keeps away, `full` those who reached their limit.
    """

    application: str
    missing: int
    background: str = ""
    excluded: Mapping[Ground, int] = field(default_factory=dict[Ground, int], hash=False)
    full: int = 0


@dataclass(frozen=True)
class Plan:
    """Pairs by application and juror, those kept among them, and what could not be done."""

    pairs: tuple[Pair, ...]
    shortages: tuple[Shortage, ...]

    @property
    def loads(self) -> Mapping[str, int]:
        """How many applications each juror has."""
        return Counter(juror for _application, juror in self.pairs)

    @property
    def overlap(self) -> Mapping[Pair, int]:
        """How many applications two jurors share, for each two in order of their keys."""
        readers: dict[str, list[str]] = {}
        for application, juror in self.pairs:
            readers.setdefault(application, []).append(juror)
        return Counter((one, other) for them in readers.values() for one in them for other in them if one < other)


def excluding(
    juror: JurorFacts, application: ApplicationFacts, rules: JuryRules, declared: Collection[Pair] = ()
) -> tuple[Ground, ...]:
    """List why a juror must not assess an application; nothing means that she may."""
    pair = (application.key, juror.key)
    return grounds(juror, application, declared=pair in declared, own_voivodeship=rules.own_voivodeship_excluded)


def assign(
    jurors: Sequence[JurorFacts],
    applications: Sequence[ApplicationFacts],
    rules: JuryRules,
    *,
    seed: int,
    kept: Collection[Pair] = (),
    declared: Collection[Pair] = (),
) -> Plan:
    """Give every application its jurors.

    Args:
        seed: settles what the wishes leave open.
        kept: pairs that stay whatever the wishes say: somebody has begun.
        declared: pairs that must not be: she excluded herself.
    """
    panel = sorted(jurors, key=lambda juror: juror.key)
    asked = sorted(applications, key=lambda application: application.key)
    rooms = {juror.key: juror for juror in panel}
    fixed = {(a, j) for a, j in kept if j in rooms}
    pairs = [
        (place, at)
        for place, application in enumerate(asked)
        for at, juror in enumerate(panel)
        if (application.key, juror.key) in fixed or not excluding(juror, application, rules, declared)
    ]
    chosen = deal(_network(pairs, panel, asked, rules, seed, fixed))
    dealt = tuple(sorted((asked[pairs[at][0]].key, panel[pairs[at][1]].key) for at in chosen))
    return Plan(dealt, tuple(_shortages(dealt, panel, asked, rules, declared)))


def _network(
    pairs: Sequence[tuple[int, int]],
    panel: Sequence[JurorFacts],
    asked: Sequence[ApplicationFacts],
    rules: JuryRules,
    seed: int,
    fixed: Collection[Pair],
) -> Network:
    of_application = {application.key: [0, 0] for application in asked}
    librarian = {juror.key: juror.librarian for juror in panel}
    for application, juror in fixed:
        if application in of_application:
            of_application[application][librarian[juror]] += 1
    loads = Counter(juror for _application, juror in fixed)
    most = max(1, rules.cards - 1) if rules.mixed_pair else rules.cards
    keys = [(asked[place].key, panel[at].key) for place, at in pairs]
    return Network(
        pairs=pairs,
        kept=[pair in fixed for pair in keys],
        suitability=[
            ASKED_ABOUT if proposed(panel[at], asked[place]) and pair not in fixed else SUITED
            for (place, at), pair in zip(pairs, keys, strict=True)
        ],
        librarian=[juror.librarian for juror in panel],
        needed=[max(rules.cards, sum(of_application[application.key])) for application in asked],
        of_background=[
            (max(most, of_application[application.key][0]), max(most, of_application[application.key][1]))
            for application in asked
        ],
        most=[max(_limit(juror, len(asked)), loads[juror.key]) for juror in panel],
        least=0,
        balanced=True,
        chance=[_drawn(seed, pair) for pair in keys],
    )


def _limit(juror: JurorFacts, applications: int) -> int:
    return applications if juror.limit is None else juror.limit


def _drawn(seed: int, pair: Pair) -> int:
    """Draw 0 to 999 for a pair: the same whatever else there is."""
    digest = hashlib.sha256(f"{seed}:{pair[0]}:{pair[1]}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % 1000


def _shortages(
    dealt: Iterable[Pair],
    panel: Sequence[JurorFacts],
    asked: Sequence[ApplicationFacts],
    rules: JuryRules,
    declared: Collection[Pair],
) -> Iterable[Shortage]:
    readers: dict[str, list[str]] = {}
    loads: Counter[str] = Counter()
    for application, juror in dealt:
        readers.setdefault(application, []).append(juror)
        loads[juror] += 1
    librarian = {juror.key: juror.librarian for juror in panel}
    for application in asked:
        have = readers.get(application.key, [])
        missing = rules.cards - len(have)
        if missing <= 0:
            continue
        only = {librarian[juror] for juror in have} if rules.mixed_pair and missing == 1 else set[bool]()
        wanted = ("other" if True in only else "librarian") if len(only) == 1 else ""
        yield _shortage(application, missing, wanted, [j for j in panel if j.key not in have], loads, rules, declared)


def _shortage(
    application: ApplicationFacts,
    missing: int,
    wanted: str,
    others: Iterable[JurorFacts],
    loads: Mapping[str, int],
    rules: JuryRules,
    declared: Collection[Pair],
) -> Shortage:
    excluded: Counter[Ground] = Counter()
    full = 0
    for juror in others:
        if wanted and juror.librarian != (wanted == "librarian"):
            continue
        found = excluding(juror, application, rules, declared)
        excluded.update(found[:1])
        full += not found and juror.limit is not None and loads.get(juror.key, 0) >= juror.limit
    return Shortage(application.key, missing, wanted, dict(excluded), full)


def one_more(
    application: ApplicationFacts,
    jurors: Sequence[JurorFacts],
    rules: JuryRules,
    *,
    loads: Mapping[str, int],
    passed_over: Collection[str] = (),
    librarian: bool | None = None,
    declared: Collection[Pair] = (),
) -> str | None:
    """Choose one juror more for an application: a replacement, or a third one.

    Args:
        loads: applications that each juror has now.
        passed_over: keys of jurors who have, or had, this application.
        librarian: the background that is wanted; somebody else is taken only when there is none.

    Returns:
        The key of the juror of the wanted background with nothing to ask about and the lowest
        load, the key deciding last; None when nobody may.
    """
    free = [
        juror
        for juror in jurors
        if juror.key not in passed_over
        and not excluding(juror, application, rules, declared)
        and loads.get(juror.key, 0) < (LOADED if juror.limit is None else juror.limit)
    ]

    def order(juror: JurorFacts) -> tuple[bool, bool, int, str]:
        other = librarian is not None and juror.librarian != librarian
        return other, bool(proposed(juror, application)), loads.get(juror.key, 0), juror.key

    return min(free, key=order).key if free else None
