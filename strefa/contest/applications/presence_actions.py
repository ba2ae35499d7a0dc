"""Noting who has which section open, so that two people know of each other before their texts meet."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from strefa.contest.applications import presence_queries
from strefa.contest.applications.models import Application, Presence
from strefa.contest.people.models import Person
from strefa.infra.database import db

GONE = timedelta(hours=1)  # after which somebody who was seen is not there any more


def note_presence(application: Application, section: str, *, actor: Person, now: datetime) -> None:
    """Note that somebody has a section open now; not journalled, her page says it twice a minute."""
    row = presence_queries.of_person(application, actor.id) or Presence(
        application_id=application.id, person_id=actor.id
    )
    row.section, row.seen_at = section, now
    db.session.add(row)


def sweep_presences(*, actor: None = None, now: datetime) -> None:
    """Forget who had which section open when it is long past; the page forgets her after a minute or so."""
    db.session.execute(delete(Presence).where(Presence.seen_at < now - GONE))
