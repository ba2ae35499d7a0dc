"""Opening named fields of a sent application, and closing them again; screening says which and until when."""

from collections.abc import Sequence
from datetime import datetime

from strefa.contest.applications import queries
from strefa.contest.applications.models import Application, SectionAnswers, SectionHistory
from strefa.contest.people.models import Person
from strefa.infra.database import db
from strefa.rules.lifecycle import Step, after


def open_fields(
    application: Application, fields: Sequence[str], until: datetime, *, actor: Person, now: datetime
) -> None:
    """Let these fields alone change until a moment, exclusive; all else says again what was sent.

    Raises:
        Refused: it does not wait for the formal check.
    """
    status = after(application.status, Step.REQUEST)
    back_to_sent(application, actor=actor, now=now)
    application.status, application.unlocked, application.correct_by = status, list(fields), until


def move_term(application: Application, fields: Sequence[str], until: datetime) -> None:
    """Let the same fields change until another moment, even when the time was over already.

    Raises:
        Refused: there is nothing to extend.
    """
    application.status = after(application.status, Step.EXTEND)
    application.unlocked, application.correct_by = list(fields), until


def close_fields(application: Application, step: Step, *, actor: Person | None, now: datetime) -> None:
    """Close the fields without new answers: `Step.CANCEL`, `Step.CANCEL_ANOTHER` or `Step.LAPSE`. What was not sent stays in the history.

    Raises:
        Refused: it is not being corrected.
    """
    application.status = after(application.status, step)
    application.unlocked = application.correct_by = None
    back_to_sent(application, actor=actor, now=now)


def back_to_sent(application: Application, *, actor: Person | None, now: datetime) -> None:
    """Let the answers and files be those of the version sent last; what they said since stays in the history."""
    newest = application.submissions[-1]
    for section in queries.form(application).sections:
        sent = {field.key: newest.answers[field.key] for field in section.fields if field.key in newest.answers}
        row = next((row for row in application.sections if row.section == section.key), None)
        if row is not None and row.answers != sent:
            _say(application, row, sent, actor, now)
    kept = {item["public_id"] for item in newest.attachments}
    for attachment in application.attachments:
        if attachment.public_id in kept:
            attachment.removed_at = None
        elif attachment.removed_at is None:
            attachment.removed_at = now


def _say(
    application: Application, row: SectionAnswers, answers: dict[str, object], actor: Person | None, now: datetime
) -> None:
    """Put other answers into a section, the ones before into its history; a number is skipped, as for a restoring."""
    db.session.add(
        SectionHistory(
            application_id=application.id, section=row.section, revision=row.revision, answers=row.answers,
            saved_at=row.saved_at or now, saved_by_id=row.saved_by_id,
        )
    )  # fmt: skip
    row.answers, row.revision = dict(answers), row.revision + 2
    row.saved_at, row.saved_by_id = now, actor.id if actor else None
