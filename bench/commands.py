"""What is measured without a server: `strefa rank` and the dealing of a round's applications."""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from strefa.rules.assignment import assign
from strefa.rules.conflicts import ApplicationFacts, JurorFacts
from strefa.rules.scoring_rules import JuryRules

APPLICATIONS = 10_000
RULES = """{"criteria": [%s], "aggregate": "mean", "threshold": "60", "ties": ["k1"],
"pool": 6000000, "list_rule": "stop"}"""
VOIVODESHIPS = 16


def rank() -> Iterator[tuple[str, float]]:
    """`strefa rank` on 10 000 applications with three cards of seven criteria, in seconds."""
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keys = [f"k{number}" for number in range(1, 8)]
        criteria = ",".join(f'{{"key": "{key}", "weight": 10, "min": 0, "max": 5}}' for key in keys)
        (folder / "rules.json").write_text(RULES % criteria)
        rows = [
            f"A{application},J{juror},{key},{chance.randrange(11) / 2}"
            for application in range(APPLICATIONS)
            for juror in range(3)
            for key in keys
        ]
        (folder / "scores.csv").write_text("\n".join(["application,juror,criterion,score", *rows]) + "\n")
        command = ["-m", "bench.strefa", "rank", str(folder / "scores.csv")]
        command += ["--rules", str(folder / "rules.json"), "--json"]
        yield "rank_10000_s", median(_timed([sys.executable, *command]) for _run in range(3))


def _timed(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def assignment() -> Iterator[tuple[str, float]]:
    """Deal 200 applications to 10 jurors, three to each application, in seconds."""
    jurors = [JurorFacts(f"j{number:02}", number % 2 == 0, voivodeship=f"v{number}") for number in range(10)]
    applications = [
        ApplicationFacts(f"a{number:03}", organisation=f"o{number}", voivodeship=f"v{number % VOIVODESHIPS}")
        for number in range(200)
    ]
    rules, times = JuryRules(cards=3, own_voivodeship_excluded=True, mixed_pair=True), list[float]()
    for seed in range(5):
        started = time.perf_counter()
        plan = assign(jurors, applications, rules, seed=seed)
        times.append(time.perf_counter() - started)
        assert not plan.shortages, "a round that can be dealt whole was not"
    yield "assignment_200x10x3_s", median(times)
