"""Programs that live together end together."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = """
import os, sys
from strefa.cli.processes import Program, live_together
programs = [Program(f"część {n}", ["/bin/sh", "-c", command]) for n, command in enumerate(sys.argv[1:])]
sys.exit(live_together(programs, os.environ, patience=3, announce=lambda: not print("ready", flush=True)))
"""


def together(*commands: str) -> subprocess.Popen[str]:
    started = subprocess.Popen([sys.executable, "-c", SCRIPT, *commands], stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return started


def written(path: Path) -> str:
    until = time.monotonic() + 10
    while time.monotonic() < until and not (path.exists() and path.read_text()):
        time.sleep(0.05)
    return path.read_text().strip()


def alive(pid: int) -> bool:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        state = Path(f"/proc/{pid}/stat")
        if state.exists() and ") Z " in state.read_text():
            return False  # ended; a container's first process may never take its leave of it
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_every_program_in_its_own_clean_way(tmp_path: Path, number: signal.Signals) -> None:
    polite = f"trap 'echo bye > {tmp_path}/bye; exit 0' TERM; echo up > {tmp_path}/up; while :; do sleep 0.1; done"
    process = together(polite, "exec sleep 60")
    written(tmp_path / "up")
    process.send_signal(number)
    assert process.wait(10) == 0
    assert written(tmp_path / "bye") == "bye"


def test_when_one_program_ends_the_others_are_ended_and_its_code_is_told(tmp_path: Path) -> None:
    process = together(f"echo $$ > {tmp_path}/pid; exec sleep 60", "sleep 0.5; exit 3")
    assert process.wait(10) == 3
    assert not alive(int(written(tmp_path / "pid")))


def test_a_program_that_ends_content_still_ends_the_whole_with_a_failure() -> None:
    assert together("sleep 0.5; exit 0", "exec sleep 60").wait(10) == 1


@pytest.mark.parametrize(
    ("ending", "code", "how"), [("exit 3", 3, "kod 3"), ("exit 0", 1, "kod 0"), ("kill -9 $$", 137, "sygnał 9")]
)
def test_what_ended_by_itself_is_named_in_one_sentence(ending: str, code: int, how: str) -> None:
    commands = ["exec sleep 60", f"sleep 0.5; {ending}"]
    ended = subprocess.run([sys.executable, "-c", SCRIPT, *commands], capture_output=True, text=True, check=False)
    assert ended.returncode == code
    assert ended.stderr == f"Niespodziewanie skończyła się część 1 ({how}), więc zatrzymano wszystko.\n"


def test_a_program_that_ignores_its_end_is_killed_when_patience_is_over(tmp_path: Path) -> None:
    process = together(f"trap '' TERM; echo $$ > {tmp_path}/pid; while :; do sleep 0.1; done")
    pid = int(written(tmp_path / "pid"))
    process.terminate()
    assert process.wait(10) == 0
    assert not alive(pid)


if sys.platform == "linux":  # the kernel of other systems has no such promise

    def test_nothing_outlives_a_manager_that_was_killed(tmp_path: Path) -> None:
        process = together(f"echo $$ > {tmp_path}/pid; exec sleep 60")
        pid = int(written(tmp_path / "pid"))
        process.kill()
        process.wait(10)
        assert not alive(pid)
