"""A copy of one's own data: asked for, made by the worker, fetched by her alone, swept after some days."""

from datetime import datetime, timedelta

from sqlalchemy import select

from strefa.contest.people.models import Person
from strefa.contest.privacy import own_queries
from strefa.contest.privacy.models import DataExport
from strefa.infra import files, jobs
from strefa.infra.chance import public_id
from strefa.infra.database import db
from strefa.infra.journal import record
from strefa.rules.refusal import Blocker, Reason, Refused

DAYS = timedelta(days=7)  # how long a copy can be fetched
MOST = 3  # copies of one person at a time: each holds all her files once more
JOB = "own_data"


def blockers_to_ask(person: Person, now: datetime) -> list[Blocker]:
    """List what keeps a person from asking for a copy: one that is being made, or as many as are kept at a time."""
    known = own_queries.exports_of(person, now)
    if any(export.made_at is None for export in known):
        return [Blocker(Reason.EXPORT_MADE_JUST_NOW)]
    return [Blocker(Reason.EXPORTS_ENOUGH)] if len(known) >= MOST else []


def ask_export(person: Person, *, actor: Person, now: datetime) -> DataExport:
    """Ask for a copy of a person's data; the worker makes it.

    Raises:
        Refused: as listed by `blockers_to_ask`.
    """
    if blockers := blockers_to_ask(person, now):
        raise Refused(*blockers)
    export = DataExport(public_id=public_id(), person_id=person.id, asked_at=now)
    db.session.add(export)
    jobs.ask(JOB, export.public_id, now=now)
    record("ask_export", f"person:{person.public_id}", actor=actor, now=now)
    return export


def store_export(export: DataExport, kept: files.Kept, *, actor: None = None, now: datetime) -> None:
    """Keep a copy that the worker has made; it can be fetched for some days from now on."""
    person = db.session.get_one(Person, export.person_id)
    if person.erased_at is not None:
        return  # forgotten while it was made: its content is swept like any that nobody refers to
    files.register(kept, now=now)
    export.sha256, export.size, export.made_at, export.expires_at = kept.sha256, kept.size, now, now + DAYS
    record("make_export", f"person:{person.public_id}", actor=actor, now=now, size=kept.size)


def note_fetching(export: DataExport, *, actor: Person, now: datetime) -> None:
    """Write down that somebody took her copy."""
    record("fetch_export", f"person:{actor.public_id}", actor=actor, now=now)


def sweep_exports(*, actor: None = None, now: datetime) -> int:
    """Forget copies whose days are over; the sweep of files takes their contents. Returns how many."""
    old = db.session.scalars(
        select(DataExport).where(DataExport.expires_at < now, DataExport.sha256.is_not(None))
    ).all()
    for export in old:
        person = db.session.get_one(Person, export.person_id)
        sha256, export.sha256 = export.sha256, None
        db.session.flush()
        files.forget([sha256] if sha256 else [])
        record("sweep_export", f"person:{person.public_id}", actor=actor, now=now)
    return len(old)
