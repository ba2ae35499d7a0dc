"""The lines at the top of every page: read once in a few seconds by each web process, whatever pages it makes.

So they cost a page nothing, and go on standing while the database answers nobody: that is when they are wanted most.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from strefa.contest.rounds import notice_queries
from strefa.infra.clock import now
from strefa.infra.database import db
from strefa.infra.i18n import language

OFTEN = 5.0  # seconds


@dataclass(frozen=True)
class Line:
    """One line in both languages, and the time in which it stands."""

    texts: dict[str, str]
    starts: datetime
    ends: datetime | None


@dataclass
class Known:
    """What this process knows of the lines, and when it asks again."""

    lines: list[Line] = field(default_factory=list[Line])
    due: float = 0.0


def init_app(app: Flask) -> None:
    """Let a process of the web know of no line yet, and ask at the first page."""
    app.extensions["status_lines"] = Known()


def forget(app: Flask) -> None:
    """Ask again at the next page: somebody of this process has just set a line or taken one down."""
    app.extensions["status_lines"].due = 0.0


def lines(*, ask: bool = True) -> list[str]:
    """Return the lines that stand now, in the language of the page.

    Args:
        ask: whether the database may be asked; a page about its trouble shows what is known.
    """
    known: Known = current_app.extensions["status_lines"]
    if ask and time.monotonic() >= known.due:
        _renew(known)
    moment = now()
    return [
        line.texts[language()] for line in known.lines
        if line.starts <= moment and (line.ends is None or moment < line.ends)
    ]  # fmt: skip


def _renew(known: Known) -> None:
    try:
        found = notice_queries.not_over(now())
    except SQLAlchemyError:  # what was known stands
        db.session.rollback()
        return
    known.lines = [Line({"pl": one.text, "en": one.text_en}, one.starts_at, one.ends_at) for one in found]
    known.due = time.monotonic() + OFTEN
