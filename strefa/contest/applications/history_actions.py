"""Keeping what could not be saved, and letting a section say again what it said."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from strefa.contest.applications import actions, history_queries, queries
from strefa.contest.applications.history_queries import Version
from strefa.contest.applications.models import Application, SectionAnswers, SectionHistory
from strefa.contest.people.models import Person
from strefa.infra.database import db
from strefa.infra.journal import record


def keep_lost(
    application: Application, section: str, answers: Mapping[str, Any], *, revision: int, actor: Person, now: datetime
) -> None:
    """Keep what somebody wrote and could not save, since another text was saved over the same revision.

    One row for a person and a revision, brought up to date while she goes on typing; the journal is not written, as
    for a save.
    """
    asked = {field.key for field in queries.form(application).section(section).fields}
    row = history_queries.in_vain(application, section, revision, actor.id) or SectionHistory(
        application_id=application.id, section=section, revision=revision, saved_by_id=actor.id, lost=True
    )
    row.answers, row.saved_at = {key: value for key, value in answers.items() if key in asked}, now
    db.session.add(row)


def restore(
    application: Application, section: str, version: Version, *, revision: int, actor: Person, now: datetime
) -> SectionAnswers:
    """Let a section say again what it said; of a text that was never saved only what no version says comes back.

    What it says now stays in the history.

    Args:
        revision: of the section, as whoever restores saw it.

    Raises:
        Refused: as for saving.
    """
    answers = {key: value for key, value in version.answers.items() if not version.lost or key in version.lost}
    row = actions.save(application, section, answers, revision=revision, actor=actor, now=now)
    record(
        "restore_section", f"application:{application.public_id}", actor=actor, now=now,
        round_id=application.round_id, section=section, saved_at=version.saved_at.isoformat(),
    )  # fmt: skip
    return row
