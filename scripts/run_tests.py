"""Run every test on SQLite and on PostgreSQL, and show that the same tests passed on both.

`PYTEST_WORKERS` says how many work at once; with `BROWSER_ON_BOTH=no` the browser stories run once, on SQLite,
and are counted apart. Whatever is given on the command line is handed to pytest.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "test-output"
BROWSER = "tests/browser"


@dataclass
class Outcome:
    """What one run of pytest said: the ids that passed, and whether it was content."""

    name: str
    content: bool
    seconds: float
    passed: set[str] = field(default_factory=set)

    def line(self) -> str:
        return f"{self.name}: {len(self.passed)} passed ({self.seconds:.0f} s)"


def run(name: str, database: str, *arguments: str) -> Outcome:
    """Run pytest once on a database, "sqlite" or "postgresql"."""
    print(f"== {name}", flush=True)
    report = OUTPUT / f"{name.lower().replace(' ', '-')}.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-n", os.environ.get("PYTEST_WORKERS", "3"), "--dist", "worksteal"]
    command += ["--durations=8", f"--junitxml={report}", *arguments, *sys.argv[1:]]
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"STREFA_TEST_DATABASE": database}, check=False)
    outcome = Outcome(name, done.returncode == 0, time.monotonic() - started)
    if report.exists():
        outcome.passed = passed_in(report)
    return outcome


def passed_in(report: Path) -> set[str]:
    """Return the ids of the tests that passed, from a JUnit report."""
    cases = ElementTree.parse(report).getroot().iter("testcase")
    return {f"{case.get('classname')}::{case.get('name')}" for case in cases if len(case.findall("*")) == 0}


def main() -> int:
    OUTPUT.mkdir(exist_ok=True)
    apart = os.environ.get("BROWSER_ON_BOTH", "yes") == "no"
    without_browser = [f"--ignore={BROWSER}"] if apart else []
    outcomes = [run("SQLite", "sqlite", *without_browser), run("PostgreSQL", "postgresql", *without_browser)]
    if apart:
        outcomes.append(run("Browser", "sqlite", BROWSER))
    print()
    for outcome in outcomes:
        print(outcome.line())
    uneven = sorted(outcomes[0].passed ^ outcomes[1].passed)
    if uneven:
        print("These passed on one database only:", *uneven, sep="\n  ")
    return int(bool(uneven) or not all(outcome.content and outcome.passed for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
