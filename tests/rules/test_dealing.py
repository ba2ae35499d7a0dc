"""The flow behind assignment against published cases: totals, lowest suitability, and one that cannot be done."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from strefa.rules.dealing import Network, deal

CASES: dict[str, Any] = {
    case["id"]: case
    for case in json.loads((Path(__file__).parents[1] / "reference" / "assignment.json").read_text())["cases"]
}


def dealt(
    suitability: list[list[int]], conflicts: list[list[int]], each: int, least: int, most: int
) -> list[list[int]]:
    """The jurors of each application; backgrounds play no part."""
    pairs = [(a, j) for a, row in enumerate(suitability) for j in range(len(row)) if [a, j] not in conflicts]
    jurors = len(suitability[0])
    network = Network(
        pairs=pairs,
        kept=[False] * len(pairs),
        suitability=[suitability[a][j] for a, j in pairs],
        librarian=[False] * jurors,
        needed=[each] * len(suitability),
        of_background=[(each, each)] * len(suitability),
        most=[most] * jurors,
        least=least,
        balanced=False,
        chance=[0] * len(pairs),
    )
    chosen = [pairs[at] for at in deal(network)]
    return [[j for a, j in chosen if a == application] for application in range(len(suitability))]


def of_case(name: str) -> list[list[int]]:
    given = CASES[name]["input"]
    return dealt(
        given["suitability"],
        given["conflicts"],
        given["jurors_per_application"],
        given["load_min"],
        given["load_max"],
    )


def test_conflicts_and_loads_are_kept_at_the_published_optimum() -> None:
    expected, suitability = CASES["coi_load_6x4x2"]["expected"], CASES["coi_load_6x4x2"]["input"]["suitability"]

    jurors = of_case("coi_load_6x4x2")

    assert jurors in expected["optimal_assignments"]
    assert jurors in expected["max_min_assignments"]
    worth = [[suitability[a][j] for j in them] for a, them in enumerate(jurors)]
    assert sum(map(sum, worth)) == expected["max_total"]
    assert min(map(min, worth)) == expected["max_min_pair_score"]
    assert min(map(sum, worth)) == expected["max_min_application_sum"]
    assert set(Counter(j for them in jurors for j in them).values()) <= {2, 3, 4}


def test_the_textbook_case_has_its_published_cost() -> None:
    cost, expected = CASES["scipy_doc_3x3"]["input"]["cost"], CASES["scipy_doc_3x3"]["expected"]

    jurors = dealt([[10 - one for one in row] for row in cost], [], each=1, least=0, most=1)

    assert jurors == [[column] for column in expected["columns"]]
    assert sum(cost[a][j] for a, (j,) in enumerate(jurors)) == expected["min_cost"]


def test_what_cannot_be_done_is_done_as_far_as_it_can() -> None:
    assert CASES["infeasible_by_conflict"]["expected"]["feasible"] is False

    first, second = of_case("infeasible_by_conflict")

    assert (first, len(second)) == ([2], 2)
