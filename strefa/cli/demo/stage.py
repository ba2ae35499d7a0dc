"""The stage of a played round: the application, its clock, its post, and a word to whoever watches."""

import email
import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import policy
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask

from strefa import worker
from strefa.cli.demo.attachments import Copier
from strefa.infra import clock
from strefa.infra.security import CODE_FIGURES
from strefa.outputs import pdf

WARSAW = ZoneInfo("Europe/Warsaw")


class StepFailed(Exception):  # noqa: N818
    """A step of the played round failed; the text says which."""


class Stage:
    """Where the round is played.

    Args:
        app: the application of an instance whose round this is.
        seed: the number that everything left to chance follows from.
        days: by how many days the calendar of the default round is moved.
        tell: called with the name of each step as it begins.
    """

    def __init__(self, app: Flask, seed: int, days: int = 0, tell: Callable[[str], None] = lambda step: None) -> None:
        self.app, self.seed, self.days = app, seed, days
        self.copier = Copier()
        self._threshold = gc.get_threshold()
        gc.set_threshold(50_000, 20, 100)  # thousands of pages, and next to nothing of them is kept in cycles
        self._tell = tell
        self._moment: datetime | None = None
        self._mail = Path(app.config["INSTANCE_DIR"]) / "mail"
        self._letters: dict[Path, tuple[str, float, str]] = {}
        self._others = frozenset(self._mail.glob("*.eml"))  # of another round that was played beside this folder

    def at(self, day: str, hour: str) -> None:
        """Move the clock on to an hour of a day in the default round's calendar, such as "2027-02-11" "14:52:07".

        Raises:
            RuntimeError: the clock would go back.
        """
        moment = datetime.fromisoformat(f"{day}T{hour}") + timedelta(days=self.days)
        self._show(moment.replace(tzinfo=WARSAW).astimezone(UTC))

    def later(self, **much: float) -> None:
        """Let time pass, such as `minutes=4`."""
        self._show(self.now + timedelta(**much))

    def _show(self, moment: datetime) -> None:
        if self._moment is not None and moment < self._moment:
            raise RuntimeError(f"the clock of the played round would go back from {self._moment} to {moment}")
        self._moment = moment
        clock.play(moment)

    def close(self) -> None:
        """Let the clocks run again, and the helpers go."""
        clock.play(None)
        gc.set_threshold(*self._threshold)
        self.copier.close()
        pdf.printer().stop()

    @property
    def now(self) -> datetime:
        """The moment that the clocks show."""
        if self._moment is None:
            raise RuntimeError("the clock of the played round has not been set")
        return self._moment

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Play one step; what goes wrong in it is told with its name."""
        self._tell(name)
        try:
            yield
        except StepFailed:
            raise
        except Exception as problem:
            raise StepFailed(f"{name}: {type(problem).__name__}: {problem}") from problem

    def link(self, address: str, part: str) -> str:
        """Return the link with `part` in it from the newest letter to an address.

        Raises:
            LookupError: nobody wrote such a letter.
        """
        return self._newest(address, rf"https?://\S*{re.escape(part)}\S*")

    def code(self, address: str) -> str:
        """Return the code for a new device from the newest letter to an address.

        Raises:
            LookupError: nobody wrote such a letter.
        """
        return self._newest(address, rf"(?m)^\d{{{CODE_FIGURES}}}$")

    def _newest(self, address: str, pattern: str) -> str:
        self._collect()
        found = [
            (when, piece)
            for to, when, text in self._letters.values()
            if to == address
            for piece in re.findall(pattern, text)
        ]
        if not found:
            raise LookupError(f"no letter to {address} with {pattern}")
        return max(found)[1]

    def _collect(self) -> None:
        """Have the worker write down what was posted, and open the new letters."""
        worker.work_off(self.app)
        for path in self._mail.glob("*.eml"):
            if path not in self._letters and path not in self._others:
                letter = email.message_from_bytes(path.read_bytes(), policy=policy.default)
                body = letter.get_body()
                text = body.get_content() if body else ""
                self._letters[path] = (letter["To"], letter["Date"].datetime.timestamp(), text)
