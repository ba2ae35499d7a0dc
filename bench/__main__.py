"""Run every measurement and print its figures."""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

RUNS = 5
APPLICATIONS = 10_000
RULES = """{"criteria": [%s], "aggregate": "mean", "threshold": "60", "ties": ["k1"],
"pool": 6000000, "list_rule": "stop"}"""


def web_start() -> Iterator[tuple[str, float]]:
    """From exec to the first answer of the application, in seconds."""
    program = (
        "from strefa import create_app; import tempfile;"
        "app = create_app(instance_dir=tempfile.mkdtemp());"
        "assert app.test_client().get('/zdrowie').status_code == 200"
    )
    yield "web_start_s", median(_timed([sys.executable, "-c", program]) for _run in range(RUNS))


def ranking() -> Iterator[tuple[str, float]]:
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


if __name__ == "__main__":
    for measure in (web_start, ranking):
        for name, value in measure():
            print(f"{name}: {value:.3f}")
