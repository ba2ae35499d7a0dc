"""Assignment against brute force, its wishes one by one, and one juror more."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from strefa.rules.assignment import ASKED_ABOUT, SUITED, Pair, Plan, assign, one_more
from strefa.rules.conflicts import ApplicationFacts, Ground, JurorFacts, proposed
from strefa.rules.scoring_rules import JuryRules

MIXED = JuryRules(cards=2, mixed_pair=True, own_voivodeship_excluded=True)


def juror(key: str, librarian: bool, voivodeship: str = "", **more: object) -> JurorFacts:
    return JurorFacts(key, librarian, voivodeship=voivodeship, **more)  # type: ignore[arg-type]


def application(key: str, voivodeship: str = "", **more: object) -> ApplicationFacts:
    return ApplicationFacts(key, voivodeship=voivodeship, **more)  # type: ignore[arg-type]


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[JurorFacts], list[ApplicationFacts], JuryRules, set[Pair]]:
    regions = st.sampled_from(["a", "b", "c", "d"])
    domains = st.sampled_from(["m.example", "n.example", "o.example"])
    jurors = [
        juror(f"j{n}", draw(st.booleans()), draw(regions), limit=draw(st.sampled_from([None, None, 1, 2])),
              mail=f"x@{draw(domains)}")
        for n in range(draw(st.integers(2, 4)))
    ]  # fmt: skip
    asked = [application(f"a{n}", draw(regions), mails=(f"y@{draw(domains)}",)) for n in range(draw(st.integers(1, 4)))]
    declared = {(a.key, j.key) for a in asked for j in jurors if draw(st.integers(0, 5)) == 0}
    return jurors, asked, JuryRules(draw(st.integers(1, 2)), draw(st.booleans()), True), declared


def every(
    jurors: list[JurorFacts], asked: list[ApplicationFacts], rules: JuryRules, declared: set[Pair]
) -> Iterator[list[Pair]]:
    """Enumerate every assignment that the rules allow, shortages included."""

    def choices(a: ApplicationFacts) -> list[list[str]]:
        may = [j for j in jurors if j.voivodeship != a.voivodeship and (a.key, j.key) not in declared]
        most = max(1, rules.cards - 1) if rules.mixed_pair else rules.cards
        found = []
        for size in range(rules.cards + 1):
            for them in combinations(may, size):
                if all(count <= most for count in Counter(j.librarian for j in them).values()):
                    found.append([j.key for j in them])
        return found

    limits = {j.key: len(asked) if j.limit is None else j.limit for j in jurors}
    for each in product(*(choices(a) for a in asked)):
        pairs = [(a.key, j) for a, them in zip(asked, each, strict=True) for j in them]
        if all(count <= limits[j] for j, count in Counter(j for _a, j in pairs).items()):
            yield pairs


def worth(pairs: list[Pair], jurors: list[JurorFacts], asked: list[ApplicationFacts]) -> tuple[int, int, int, int]:
    """Return the wishes as numbers, the larger the better: places filled, evenness, lowest and total suitability."""
    of_juror, of_application = {j.key: j for j in jurors}, {a.key: a for a in asked}
    loads = Counter(j for _a, j in pairs)
    suits = [ASKED_ABOUT if proposed(of_juror[j], of_application[a]) else SUITED for a, j in pairs]
    return len(pairs), -sum(load * load for load in loads.values()), min(suits, default=SUITED), sum(suits)


@settings(max_examples=200)
@given(problems())
def test_a_plan_is_as_good_as_the_best_of_all_plans(
    problem: tuple[list[JurorFacts], list[ApplicationFacts], JuryRules, set[Pair]],
) -> None:
    jurors, asked, rules, declared = problem
    plan = assign(jurors, asked, rules, seed=1, declared=declared)
    assert set(plan.pairs) in [set(pairs) for pairs in every(jurors, asked, rules, declared)]
    best = max(worth(pairs, jurors, asked) for pairs in every(jurors, asked, rules, declared))
    assert worth(list(plan.pairs), jurors, asked) == best


PANEL = [juror("l1", True, "a"), juror("l2", True, "b"), juror("o1", False, "c"), juror("o2", False, "d")]
ASKED = [application(f"{n:02}", "abcdef"[n % 6]) for n in range(12)]


def test_the_same_seed_gives_the_same_plan_in_any_order_and_another_seed_another() -> None:
    plan = assign(PANEL, ASKED, MIXED, seed=7)
    assert plan == assign(PANEL[::-1], ASKED[::-1], MIXED, seed=7)
    assert plan != assign(PANEL, ASKED, MIXED, seed=8)


def test_pairs_are_mixed_and_loads_even() -> None:
    plan = assign(PANEL, ASKED, MIXED, seed=7)
    assert all({j[0] for a, j in plan.pairs if a == each.key} == {"l", "o"} for each in ASKED)
    assert set(plan.loads.values()) == {6}
    assert plan.shortages == ()
    assert sum(plan.overlap.values()) == 12


def test_what_somebody_has_begun_stays_even_against_the_wishes() -> None:
    kept = [(a.key, "l1") for a in ASKED]
    plan = assign(PANEL, ASKED, MIXED, seed=7, kept=kept)
    assert set(kept) <= set(plan.pairs)
    assert plan.loads["l2"] == 0


def test_a_shortage_is_named_with_its_grounds() -> None:
    panel = [juror("l1", True), juror("o1", False, "x"), juror("o2", False, "y", limit=0)]
    (short,) = assign(panel, [application("1", "x")], MIXED, seed=1).shortages
    assert (short.application, short.missing, short.background) == ("1", 1, "other")
    assert (short.excluded, short.full) == ({Ground.VOIVODESHIP: 1}, 1)


def test_nobody_on_the_panel_leaves_everything_short() -> None:
    assert assign([], ASKED[:1], MIXED, seed=1) == Plan((), assign([], ASKED[:1], MIXED, seed=1).shortages)
    assert assign([], ASKED[:1], MIXED, seed=1).shortages[0].missing == 2


def test_one_more_is_of_the_wanted_background_with_the_lowest_load() -> None:
    chosen = one_more(ASKED[5], PANEL, MIXED, loads={"l1": 3, "l2": 2, "o1": 0}, librarian=True)
    assert chosen == "l2"


def test_one_more_takes_another_background_only_when_nobody_of_the_wanted_may() -> None:
    gone = {("05", "l1"), ("05", "l2")}
    assert one_more(ASKED[5], PANEL, MIXED, loads={"o1": 1}, librarian=True, declared=gone) == "o2"
    assert one_more(ASKED[5], PANEL, MIXED, loads={}, passed_over=[j.key for j in PANEL]) is None
