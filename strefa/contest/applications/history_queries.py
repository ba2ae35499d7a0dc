"""Reading what a section has said over time, and what was written in vain."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, Text, cast, func, select

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

    A text that could not be saved is listed as long as it says anything that neither a version says nor the save
    by which its writer settled the matter. Two statements, however long the history.
    """
    rows = _rows(application, section)
    present = [row for row in application.sections if row.section == section and row.saved_at]
    saves = [*(row for row in rows if not row.lost), *map(_saved, present)]
    lost = [row for row in rows if row.lost]
    ends = sittings(saves)[-MOST - 1 :]
    settled = [save for row in lost if (save := _settling(row, saves))]
    known: dict[int | None, SectionHistory] = {
        row.id: row for row in db.session.scalars(_of({row.id for row in [*ends, *settled, *lost]}))
    }
    found = _in_line([*(known[row.id] for row in ends if row.id), *present])[-MOST:]
    said = [version.answers for version in found] + [known[row.id].answers for row in settled if row.id]
    for _revision, same in groupby(sorted((known[row.id] for row in lost), key=_by_revision), lambda row: row.revision):
        found += [version for place, row in enumerate(same) if (version := _in_vain(row, place, said)).lost]
    return sorted(reversed(found), key=lambda version: (version.saved_at, version.is_present), reverse=True)


@dataclass(frozen=True)
class _Row:
    """What is known of a save before its text is loaded; the present text is in no row of the history."""

    id: int | None
    revision: int
    saved_at: datetime
    saved_by_id: int | None
    lost: bool
    size: int  # characters of what is stored


def _rows(application: Application, section: str) -> list[_Row]:
    kept = SectionHistory
    told = select(
        kept.id, kept.revision, kept.saved_at, kept.saved_by_id, kept.lost, func.length(cast(kept.answers, Text))
    ).where(kept.application_id == application.id, kept.section == section)
    return [_Row(*row) for row in db.session.execute(told.order_by(kept.revision, kept.id))]


def _saved(present: SectionAnswers) -> _Row:
    assert present.saved_at is not None  # only what was saved is listed
    size = len(json.dumps(present.answers))
    return _Row(None, present.revision, present.saved_at, present.saved_by_id, lost=False, size=size)


def _of(ids: set[int | None]) -> Select[SectionHistory]:
    return select(SectionHistory).where(SectionHistory.id.in_(ids - {None}))


def _settling(lost: _Row, saves: Sequence[_Row]) -> _Row | None:
    """Return the save that followed a text that could not be saved: its writer had chosen what stays."""
    his = (save for save in saves if save.saved_by_id == lost.saved_by_id)
    return next((save for save in his if save.saved_at >= lost.saved_at), None)


def _by_revision(row: SectionHistory) -> tuple[int, int]:
    return row.revision, row.id


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


def _in_vain(row: SectionHistory, place: int, said: Sequence[Mapping[str, Any]]) -> Version:
    lost = frozenset(
        key
        for key, value in row.answers.items()
        if value and not any(_says(answers.get(key), value) for answers in said)
    )
    return Version(f"{row.revision}-{place}", row.answers, row.saved_at, row.saved_by_id, {}, lost)


def _says(answer: Any, value: Any) -> bool:
    """Say whether an answer holds another: a text that was saved by halves and went on says its first half too."""
    return answer == value or (isinstance(answer, str) and isinstance(value, str) and value in answer)


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
