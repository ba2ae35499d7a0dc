"""A whole round played twice by the command: on SQLite, and on PostgreSQL by a process that hashes texts differently.

`python -m tests.stories.played sqlite FOLDER` plays it once. The folders are kept for the next run of the tests, as
long as nothing changes of what a round is played by.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from strefa.cli import main, playing
from strefa.settings import ROOT

SEED = "7"
KEPT = ROOT / "test-output" / "rounds"
PROGRAM = ("strefa", "templates", "static", "translations", "requirements.txt")
DATABASES = {"sqlite": "1", "postgresql": "2"}
"""Where it is played, and how that process hashes texts."""


def folders() -> dict[str, Path]:
    """Return the folder of each play, played now unless it was played before.

    Raises:
        AssertionError: a play failed; it says what the command said.
    """
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        place = KEPT / program()
        for other in KEPT.glob("*/"):
            if other != place:
                shutil.rmtree(other)
        wanted = {database: place / database for database in DATABASES}
        begun = [_begun(*one) for one in wanted.items() if not (one[1] / "summary.json").exists()]
        said = [process.communicate()[0] for process in begun]  # both at once: each needs both cores for a part only
        assert not any(process.returncode for process in begun), "\n".join(said)
    return wanted


def _begun(database: str, folder: Path) -> subprocess.Popen[str]:
    shutil.rmtree(folder, ignore_errors=True)
    number = DATABASES[database]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.stories.played", database, str(folder)],
        env=os.environ | {"PYTHONHASHSEED": number, "CONTACT_EMAIL": f"biuro{number}@example.org", "DEMO": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
    )


def program() -> str:
    """Return the SHA-256 of everything that a round is played by."""
    whole = hashlib.sha256(sys.version.encode())
    for part in PROGRAM:
        for path in sorted([ROOT / part, *(ROOT / part).rglob("*")]):
            if path.is_file() and path.suffix not in {".pyc", ".mo"}:
                whole.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return whole.hexdigest()


def play(database: str, folder: str) -> None:
    """Play the round on a throw-away database of this kind."""
    if database == "postgresql":
        from tests.databases import database_url

        playing.SETTINGS["DATABASE_URL"] = database_url("strefa_demo")
    main(["demo", "--out", folder, "--seed", SEED])


if __name__ == "__main__":
    play(*sys.argv[1:])
