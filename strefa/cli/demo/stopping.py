"""Ctrl-C during a play: heard once, and not forgotten.

Python raises the interrupt wherever the main thread happens to be. In a finaliser it is noted, told and lost: so the
play asks before each request, too, and nothing is told of it.
"""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_stopped = threading.Event()


@contextmanager
def heard() -> Iterator[None]:
    """Remember a Ctrl-C that comes during the block."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        _stopped.set()
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield  # signals go to the main thread alone
        return

    def told(lost: Any) -> None:
        if not isinstance(lost.exc_value, KeyboardInterrupt):
            others(lost)

    before, others = signal.signal(signal.SIGINT, stop), sys.unraisablehook
    sys.unraisablehook = told
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        sys.unraisablehook = others
        _stopped.clear()


def unless_stopped() -> None:
    """Go on, unless somebody has pressed Ctrl-C.

    Raises:
        KeyboardInterrupt: somebody has.
    """
    if _stopped.is_set():
        raise KeyboardInterrupt
