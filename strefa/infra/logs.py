"""Logs: one JSON object a line, moments in UTC; neither secrets nor what people typed.

An exception is told by its kind and by where in the program it happened: its message may hold what somebody
typed, its address a link that opens a door.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]


class Lines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "logger": record.name, "said": record.getMessage()}
        if record.exc_info and record.exc_info[0]:
            line |= {"problem": record.exc_info[0].__name__, "where": _where(record.exc_info[2])}
        return json.dumps(line, ensure_ascii=False)


def _where(trace: TracebackType | None) -> list[str]:
    """Return the steps that led to an exception; of libraries the file's name alone."""
    steps = traceback.extract_tb(trace)
    return [f"{_short(Path(step.filename))}:{step.lineno} {step.name}" for step in steps]


def _short(path: Path) -> str:
    inside = path.is_relative_to(ROOT) and "site-packages" not in path.parts
    return str(path.relative_to(ROOT)) if inside else path.name


def begin(level: str) -> None:
    """Write the logs of this process to its standard error; web and worker call it when they start."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("huey").setLevel(logging.WARNING)
