"""Reminding people of a draft before the call closes."""

from datetime import datetime

from strefa.contest.applications import queries, reminder_queries
from strefa.contest.applications.models import Application
from strefa.infra import messages, security
from strefa.infra.journal import record
from strefa.rules.form_problems import problems
from strefa.rules.lifecycle import Status
from strefa.rules.reminders import due_reminder

STOP_HOURS = 24 * 90  # a letter may be read late


def remind(application: Application, hours: int, *, actor: None = None, now: datetime) -> None:
    """Write to everybody who works on a draft, with what is missing yet; each reminder goes out once.

    Args:
        hours: which reminder: as many hours before the close.
    """
    closes = queries.last_close(application)
    begun = max(application.created_at, application.close_moved_at or application.created_at)
    is_due = due_reminder(closes, begun, application.reminded_hours, now) == hours
    if application.status is not Status.DRAFT or application.erased_at or not is_due:
        return  # sent, thrown away or reminded by another worker, since it was found
    application.reminded_hours = hours
    missing = len(problems(queries.form(application), application.answers, queries.facts(application, others=0)))
    people = reminder_queries.readers(application.organisation_id)
    for person in people:
        messages.queue(
            "reminder", person, now=now, round_id=application.round_id, application=application.public_id,
            title=application.title, closes=closes.isoformat(), missing=missing,
            stop=security.signed("reminders", person.id),
        )  # fmt: skip
    record(
        "remind", f"application:{application.public_id}", actor=actor, now=now, round_id=application.round_id,
        count=len(people), hours=hours,
    )  # fmt: skip
