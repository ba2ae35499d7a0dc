"""Reading what a section has said over time, and what was written in vain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from strefa.contest.applications.models import Application, SectionAnswers, SectionHistory
from strefa.infra.database import db
from strefa.rules.changes import sittings

MOST = 200  # sittings that are listed, the newest; older rows stay in the database


@dataclass(frozen=True)
class Version:
    """What a section said after a sitting, or what somebody wrote in vain."""

    key: str  # stands for it in addresses
    answers: Mapping[str, Any]
    saved_at: datetime
    saved_by_id: int | None
    before: Mapping[str, Any]  # what it said before that sitting
    lost: frozenset[str]  # the fields whose text is in no version: only a text that could not be saved has any
    is_present: bool = False


def versions(application: Application, section: str) -> list[Version]:
    """List what a section has said, the newest first; saves of one sitting are one version.

    A text that could not be saved is listed as long as it says anything that no version says. Two statements,
    however long the history.
    """
    rows: Sequence[Any] = db.session.execute(
        select(SectionHistory.id, SectionHistory.saved_at, SectionHistory.saved_by_id, SectionHistory.lost)
        .where(SectionHistory.application_id == application.id, SectionHistory.section == section)
        .order_by(SectionHistory.saved_at, SectionHistory.id)
    ).all()
    present = next((row for row in application.sections if row.section == section), None)
    last_of_sittings = sittings([*(row for row in rows if not row.lost), *_as_saved(present)])[-MOST:]
    listed = [row.id for row in [*last_of_sittings, *(row for row in rows if row.lost)] if row is not present]
    known = db.session.scalars(select(SectionHistory).where(SectionHistory.id.in_(listed))).all()
    kept = sorted((row for row in known if not row.lost), key=lambda row: row.revision)
    found = _in_line([*kept, *_as_saved(present)])
    vain = sorted((row for row in known if row.lost), key=lambda row: (row.revision, row.id))
    found += [version for place, row in enumerate(vain) if (version := _in_vain(row, place, found)).lost]
    return sorted(found, key=lambda version: (version.saved_at, version.is_present), reverse=True)


def _as_saved(present: SectionAnswers | None) -> list[Any]:
    return [present] if present and present.saved_at else []


def _in_line(rows: list[SectionHistory | SectionAnswers]) -> list[Version]:
    before: Mapping[str, Any] = {}
    found = []
    for row in rows:
        assert row.saved_at is not None  # only what was saved is listed
        present = isinstance(row, SectionAnswers)
        found.append(
            Version(str(row.revision), row.answers, row.saved_at, row.saved_by_id, before, frozenset(), present)
        )
        before = row.answers
    return found


def _in_vain(row: SectionHistory, place: int, found: list[Version]) -> Version:
    lost = frozenset(
        key for key, value in row.answers.items() if value and all(v.answers.get(key) != value for v in found)
    )
    return Version(f"{row.revision}-{place}", row.answers, row.saved_at, row.saved_by_id, {}, lost)


def in_vain(application: Application, section: str, revision: int, person_id: int) -> SectionHistory | None:
    """Return what somebody could not save over a revision; None when nothing is kept."""
    return db.session.scalar(
        select(SectionHistory).where(
            SectionHistory.application_id == application.id,
            SectionHistory.section == section,
            SectionHistory.revision == revision,
            SectionHistory.saved_by_id == person_id,
            SectionHistory.lost,
        )
    )
