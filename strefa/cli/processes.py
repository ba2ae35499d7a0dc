"""Programs that live together: when one ends, or somebody stops us, all end cleanly.

A service of the system (systemd, a container) then starts the whole again; nothing restarts by halves.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>
GLANCE = 0.2  # seconds between two looks at the programs


@dataclass(frozen=True)
class Program:
    """One program: the name people read and the command that starts it."""

    name: str
    command: Sequence[str]


def live_together(
    programs: Sequence[Program], environment: Mapping[str, str], patience: float, announce: Callable[[], bool]
) -> int:
    """Run programs until one ends by itself or a signal comes, then end the others.

    Args:
        programs: started in this order.
        environment: what each of them gets as its environment.
        patience: seconds that a program has to end after SIGTERM before it is killed.
        announce: called again and again until it says that the programs are ready and people were told.

    Returns:
        0 after SIGINT or SIGTERM; otherwise the exit code of the program that ended, never 0, and as a shell
        says it when a signal ended it. Which one it was is told on the error output.
    """
    stopped: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopped.append(number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    running: list[subprocess.Popen[bytes]] = []
    try:
        running.extend(_started(program, environment) for program in programs)
        announced = False
        while not stopped and all(process.poll() is None for process in running):
            announced = announced or announce()
            time.sleep(GLANCE)
        return 0 if stopped else _told_of_end(programs, running)
    finally:
        _end(running, patience)
        for number, handler in before.items():
            signal.signal(number, handler)


def _told_of_end(programs: Sequence[Program], running: Sequence[subprocess.Popen[bytes]]) -> int:
    """Say which program ended by itself and return the code to end with."""
    name, code = next(
        (program.name, process.returncode)
        for program, process in zip(programs, running, strict=True)
        if process.returncode is not None
    )
    how = f"sygnał {-code}" if code < 0 else f"kod {code}"
    print(f"Niespodziewanie skończyła się {name} ({how}), więc zatrzymano wszystko.", file=sys.stderr)
    return 128 - code if code < 0 else code or 1


def _started(program: Program, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches us alone, and we end the programs in one way only.
    return subprocess.Popen(
        program.command, env=dict(environment), start_new_session=True, preexec_fn=_end_with(os.getpid())
    )


def _end_with(parent: int) -> Callable[[], None] | None:
    """Have Linux end a program when we are killed, so that nothing keeps the port."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)

    def ask() -> None:
        library.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def _end(running: Sequence[subprocess.Popen[bytes]], patience: float) -> None:
    for process in running:
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + patience
    for process in running:
        try:
            process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
