"""Reading who else has an application open."""

from datetime import datetime, timedelta

from sqlalchemy import select

from strefa.contest.applications.models import Application, Presence
from strefa.contest.people.models import Person
from strefa.infra.database import db

LASTS = timedelta(seconds=75)  # a page tells every 30 seconds; two words may get lost


def present(application: Application, but: int, now: datetime) -> list[tuple[str, str]]:
    """Name the others who have the application open now, by name, each with the key of her section; one statement."""
    here = (
        select(Person.name, Presence.section)
        .join(Person, Person.id == Presence.person_id)
        .where(Presence.application_id == application.id, Presence.person_id != but, Presence.seen_at > now - LASTS)
        .order_by(Person.sort_key, Person.id)
    )
    return [(name, section) for name, section in db.session.execute(here)]


def of_person(application: Application, person_id: int) -> Presence | None:
    """Return where a person was seen last in an application."""
    mine = select(Presence).where(Presence.application_id == application.id, Presence.person_id == person_id)
    return db.session.scalar(mine)
