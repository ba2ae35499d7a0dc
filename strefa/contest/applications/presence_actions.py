"""Noting who has which section open, so that two people know of each other before their texts meet."""

from datetime import datetime

from strefa.contest.applications import presence_queries
from strefa.contest.applications.models import Application, Presence
from strefa.contest.people.models import Person
from strefa.infra.database import db


def note_presence(application: Application, section: str, *, actor: Person, now: datetime) -> None:
    """Note that somebody has a section open now; not journalled, her page says it twice a minute."""
    row = presence_queries.of_person(application, actor.id) or Presence(
        application_id=application.id, person_id=actor.id
    )
    row.section, row.seen_at = section, now
    db.session.add(row)
