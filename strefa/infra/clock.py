"""The clock, read only at the edges (web, worker, commands); everything below is told `now`.

A demo instance may move its clock: the shift stands in a file that web and worker both read.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask, current_app

SHIFT_FILE = "demo_clock"

_played: datetime | None = None


def play(moment: datetime | None) -> None:
    """Show one moment on every clock of this process, or let them all run again (None).

    Only the played round asks for this: its commands build applications of their own, and nothing in its
    papers and its journal may come from the machine's clock.
    """
    global _played
    _played = moment


class Clock:
    """Tells the time of an instance: the machine's, shifted in a demo, or set by a test."""

    def __init__(self, shift_file: Path | None) -> None:
        self._shift_file = shift_file
        self._fixed: datetime | None = None

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        return self._fixed or _played or datetime.now(UTC) + self.shift()

    def shift(self) -> timedelta:
        """Return how far a demo's clock stands from the machine's."""
        if self._shift_file is None:
            return timedelta()
        try:
            return timedelta(seconds=float(self._shift_file.read_text()))
        except FileNotFoundError:
            return timedelta()

    def set(self, moment: datetime | None) -> None:
        """Stop the clock at a moment (tests), or let it run again."""
        self._fixed = moment

    def move_to(self, moment: datetime) -> None:
        """Move a demo's clock so that it now shows `moment` and goes on from there.

        Raises:
            RuntimeError: this is no demo instance.
        """
        if self._shift_file is None:
            raise RuntimeError("only a demo's clock can be moved")
        shift = (moment - datetime.now(UTC)).total_seconds()
        temporary = self._shift_file.with_suffix(".new")
        temporary.write_text(repr(shift))
        temporary.replace(self._shift_file)


def init_app(app: Flask) -> None:
    """Give the application its clock; only a demo's can be moved."""
    folder = Path(app.config["INSTANCE_DIR"])
    app.extensions["clock"] = Clock(folder / SHIFT_FILE if app.config["DEMO"] else None)


def clock() -> Clock:
    """Return the clock of the running application."""
    return current_app.extensions["clock"]


def now() -> datetime:
    """Return the present moment, in UTC."""
    return clock().now()
