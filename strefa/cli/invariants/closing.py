"""The close of the call: where it was moved, by whose words, and that what counts came before it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from strefa.cli.invariants.told import told
from strefa.contest.applications.models import Application, Extension, Submission
from strefa.contest.people.models import Organisation
from strefa.contest.rounds.models import Outage, Round
from strefa.contest.rounds.queries import timetable_of
from strefa.infra.database import db

UNTOLD = {"closes": None}  # of what the journal knows nothing; an entry without details was erased, and says nothing


def extensions() -> Iterator[str]:
    """Przedłużenia: każde jest w dzienniku z tym samym końcem i powodem, a edycja i wnioski trzymają się ich."""
    recorded = {(entry.key, entry.at): entry.details for entry in told("extend_call", "let_in_late")}
    rows = db.session.execute(
        select(Extension, Round.slug, Organisation.public_id, Application.public_id)
        .join(Round, Round.id == Extension.round_id)
        .outerjoin(Organisation, Organisation.id == Extension.organisation_id)
        .outerjoin(Application, Application.id == Extension.application_id)
        .order_by(Extension.id)
    )
    moved: dict[str, list[str]] = {}
    for extension, slug, owner, application in rows:
        keys = (application, owner) if owner else (slug,)
        entry: dict[str, Any] = next(
            (recorded[key, extension.made_at] for key in keys if (key, extension.made_at) in recorded), UNTOLD
        )
        said = {"closes": extension.until.isoformat(), "reason": extension.reason}
        if entry and {name: entry.get(name) for name in said} != said:
            yield f"edycja {slug}: dziennik mówi co innego o przedłużeniu z {extension.made_at:%Y-%m-%d %H:%M}Z"
        if not owner:
            moved.setdefault(slug, []).append(extension.until.isoformat())
    for slug, extended_to in db.session.execute(select(Round.slug, Round.extended_to)):
        if extended_to != moved.get(slug, []):
            yield f"edycja {slug}: koniec naboru nie jest ten z przedłużeń"
    yield from _exceptions_kept()


def _exceptions_kept() -> Iterator[str]:
    latest = (
        select(Extension.application_id.label("id"), func.max(Extension.until).label("until"))
        .where(Extension.application_id.is_not(None))
        .group_by(Extension.application_id)
        .subquery()
    )
    rows = select(Application.public_id, Application.late_until, latest.c.until)
    for public_id, given, until in db.session.execute(rows.outerjoin(latest, latest.c.id == Application.id)):
        if given != until:
            yield f"wniosek {public_id}: termin z wyjątku nie jest ten, który zapisano"


def outages() -> Iterator[str]:
    """Awarie: każdy wpis jest w dzienniku z tym samym czasem i opisem."""
    recorded = {(entry.key, entry.at, entry.details["begins"], entry.details["reason"]) for entry in told("log_outage")}
    rows = db.session.execute(select(Outage, Round.slug).join(Round, Round.id == Outage.round_id))
    for outage, slug in rows:
        if (slug, outage.logged_at, outage.starts_at.isoformat(), outage.what) not in recorded:
            yield f"edycja {slug}: dziennik mówi co innego o awarii z {outage.starts_at:%Y-%m-%d %H:%M}Z"


def sent_in_time() -> Iterator[str]:
    """Termin: każda złożona wersja przyszła w czasie naboru, z czasem po nim i przedłużeniami, albo z wyjątku."""
    times = {round_.id: timetable_of(round_) for round_ in db.session.scalars(select(Round))}
    rows = db.session.execute(
        select(Submission.sent_at, Submission.version, Application.number, Application.round_id, Application.late_until)
        .join(Application, Application.id == Submission.application_id)
        .where(Submission.corrects.is_(False))  # these have terms of their own
        .execution_options(yield_per=1000)
    )
    for sent_at, version, number, round_id, late_until in rows:
        by_exception = late_until is not None and sent_at < late_until
        if not (times[round_id].call_is_open(sent_at) or by_exception):
            yield f"wniosek {number}, wersja {version}: przyszła poza czasem naboru"
