"""Opening what strangers sent: in a process of its own for each file, with limits, so that none takes us down.

One long-lived child has the slow libraries read and does nothing itself: for each file it makes a child of its
own, which ends with the file. See `docs/decisions/028-files-in-a-workshop.md`.
"""

import atexit
import json
import os
import threading
from pathlib import Path
from typing import Any

from strefa.infra.child import Child
from strefa.infra.files import content
from strefa.rules.refusal import Reason

LONGEST = 30  # seconds for one file, of the processor and of the clock
STARTING = 30  # seconds more, in which the process itself may start and answer
MOST_DRAWN = 16 * 1024 * 1024  # bytes of one picture that is drawn
MOST_MEMORY = 2 * 1024**3  # bytes of address space for one file


class TooHard(Exception):  # noqa: N818
    """A file took more time or memory than one may, or ended the process that opened it; the text says which."""


class Workshop:
    """The process that opens files, one at a time: a server's processors are for people first.

    Args:
        longest: seconds that one file may take.
        memory: bytes of address space that it may take.
    """

    def __init__(self, longest: int = LONGEST, memory: int = MOST_MEMORY) -> None:
        limits = [str(longest), str(memory)]
        self._child = Child("strefa.infra.files.workshop_child", *limits, patience=longest + STARTING)
        self._lock = threading.Lock()

    def done(self, deed: str, **values: Any) -> Any:
        """Have one of `workshop_child.DEEDS` done.

        Raises:
            TooHard: it took too much.
        """
        with self._lock:
            line = self._child.answer(json.dumps({"deed": deed, "values": values}))
        answer = json.loads(line) if line else {"failed": "the workshop ended"}
        if "failed" in answer:
            raise TooHard(answer["failed"])
        return answer["made"]

    def stop(self) -> None:
        """End the process; the next file starts another."""
        self._child.stop()


_of: dict[int, Workshop] = {}
_starting = threading.Lock()


def workshop() -> Workshop:
    """Return this process's workshop; one that came with a fork is another's."""
    with _starting:
        if os.getpid() not in _of:
            _of.clear()
            made = _of[os.getpid()] = Workshop()
            atexit.register(made.stop)
        return _of[os.getpid()]


def checked(path: Path, name: str, at: str, most: int) -> content.Found:
    """Do what `content.check` does, in the workshop.

    Raises:
        Refused: as there, or it took more than a file may.
    """
    try:
        found = workshop().done("judge", path=str(path), name=name, most=most)
    except TooHard:
        raise content.refused(Reason.FILE_TOO_HARD, name, at) from None
    if isinstance(found, str):
        raise content.refused(Reason(found), name, at)
    return content.Found(found["media_type"], found["name"], tuple(found["active"]))
