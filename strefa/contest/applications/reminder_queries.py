"""Reading which drafts people are to be reminded of."""

from datetime import datetime, timedelta

from sqlalchemy import case, func, select

from strefa.contest.applications.models import Application
from strefa.contest.applications.queries import STANDS
from strefa.contest.people.models import Membership, Person
from strefa.contest.rounds.models import Round
from strefa.infra.database import db
from strefa.rules.lifecycle import Status
from strefa.rules.policy import OrganisationRole
from strefa.rules.reminders import STEPS, due_reminder

WRITERS = (OrganisationRole.EDITOR, OrganisationRole.ACCOUNTANT, OrganisationRole.SIGNATORY)


def due(now: datetime) -> list[tuple[str, int]]:
    """List the drafts of which somebody is to be reminded now: public id, and which reminder in hours; one statement."""
    soon = now + timedelta(hours=max(STEPS))
    late = Application.late_until
    closes = case((late > Round.closes_at, late), else_=Round.closes_at)
    begun = func.coalesce(Application.close_moved_at, Application.created_at)  # a moved close begins anew
    drafts = (
        select(Application.public_id, closes, begun, Application.reminded_hours)
        .join(Round, Round.id == Application.round_id)
        .where(Application.status == Status.DRAFT, STANDS, closes > now, closes <= soon)
        .order_by(Application.id)
    )
    rows = [(row[0], due_reminder(row[1], row[2], row[3], now)) for row in db.session.execute(drafts)]
    return [(public_id, hours) for public_id, hours in rows if hours is not None]


def readers(organisation_id: int) -> list[Person]:
    """List who is reminded: whoever may write or sign, has not declined, and whose account is open."""
    writers = select(Membership.person_id).where(
        Membership.organisation_id == organisation_id, Membership.role.in_(WRITERS)
    )
    willing = select(Person).where(
        Person.id.in_(writers), Person.disabled_at.is_(None), Person.reminders_off_at.is_(None)
    )
    return list(db.session.scalars(willing.order_by(Person.id)))
