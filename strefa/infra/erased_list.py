"""The list of whoever was erased, beside the database: a backup that is older brings nobody back for good.

A line for each person and each application: its public id, which says nothing to anybody, and when. The database
knows the same; the file is what outlives a database that is replaced by an older one.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from flask import current_app

from strefa.infra import private
from strefa.infra.database import after_commit

NAME = "erased.jsonl"


class Erased(NamedTuple):
    """One line: "person" or "application", the public id, and when, in ISO."""

    kind: str
    public_id: str
    at: str


def path() -> Path:
    """Return where this instance's list lies."""
    return Path(current_app.config["INSTANCE_DIR"]) / NAME


def read(file: Path) -> list[Erased]:
    """Read a list; none there is an empty one, and a line broken off by a crash is left out."""
    found = []
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else []:
        try:
            data = json.loads(line)
            found.append(Erased(str(data["kind"]), str(data["id"]), str(data["at"])))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def merge(file: Path, more: Iterable[Erased]) -> None:
    """Add to a list what it does not hold yet."""
    known = {(one.kind, one.public_id) for one in read(file)}
    new = [one for one in dict.fromkeys(more) if (one.kind, one.public_id) not in known]
    if new:
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(file, "a", encoding="utf-8", opener=private.opener) as written:
            written.writelines(json.dumps({"kind": one.kind, "id": one.public_id, "at": one.at}) + "\n" for one in new)


def note_after_commit(people: Iterable[str], applications: Iterable[str], now: datetime) -> None:
    """Add people and applications to the list once the running transaction is stored; the worker adds what a crash left out."""
    lines = [Erased("person", one, now.isoformat()) for one in people]
    lines += [Erased("application", one, now.isoformat()) for one in applications]
    calls = after_commit.get()
    if calls is not None:
        calls.append(partial(merge, path(), lines))
