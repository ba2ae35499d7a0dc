"""Keeping what could not be saved, and letting a section say again what it said."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from strefa.contest.applications import actions, history_queries, queries
from strefa.contest.applications.history_queries import Version
from strefa.contest.applications.models import Application, SectionAnswers, SectionHistory
from strefa.contest.people.models import Person
from strefa.infra.database import db, write_at_once
from strefa.infra.journal import record


def keep_lost(
    application: Application, section: str, answers: Mapping[str, Any], *, revision: int, actor: Person, now: datetime
) -> None:
    """Keep what somebody wrote and could not save, since another text was saved over the same revision.

    Only her own words are kept: what the section said at that revision is in its history anyway, and brought back
    with them it would bury what others wrote. One row for a person and a revision, brought up to date while she
    goes on typing; the journal is not written, as for a save.
    """
    asked = {field.key for field in queries.form(application).section(section).fields}
    base = queries.section_before(application, section, revision) or {}
    own = {key: value for key, value in answers.items() if key in asked and value != base.get(key)}
    row = history_queries.in_vain(application, section, revision, actor.id) or SectionHistory(
        application_id=application.id, section=section, revision=revision, saved_by_id=actor.id, lost=True, answers={}
    )
    row.answers, row.saved_at = {**row.answers, **own}, now
    db.session.add(row)


def restore(
    application: Application, section: str, version: Version, *, revision: int, actor: Person, now: datetime
) -> SectionAnswers:
    """Let a section say again what it said; of a text that was never saved only what no version says comes back.

    What it says now stays in the history, and as a version of its own: a number is skipped, by which the history
    knows that a sitting ended here.

    Args:
        revision: of the section, as whoever restores saw it.

    Raises:
        Refused: as for saving.
    """
    now_said = actions.section_row_of(application, section).answers
    emptied = {} if version.lost else {key: type(value)() for key, value in now_said.items()}  # "", [] or {}
    answers = emptied | {
        key: value for key, value in version.answers.items() if not version.lost or key in version.lost
    }
    row = actions.save(application, section, answers, revision=revision, actor=actor, now=now)
    if row.answers == now_said:
        return row  # it says so already: a second click
    write_at_once((row, {"revision": row.revision + 1}))
    record(
        "restore_section", f"application:{application.public_id}", actor=actor, now=now,
        round_id=application.round_id, section=section, saved_at=version.saved_at.isoformat(),
    )  # fmt: skip
    return row
