"""Who is written to about an application: its people, and the contact person whose address it gives."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from strefa.contest.applications.models import Application
from strefa.contest.people.models import Person
from strefa.contest.people.queries import members_of
from strefa.infra import messages


def recipients_of(application: Application) -> Sequence[Person | str]:
    """List the people of the organisation, and the contact's address when it is nobody's of theirs."""
    members = members_of(application.organisation_id)
    contact = application.contact_email
    known = {person.email.casefold() for person in members}
    return members if not contact or contact.casefold() in known else [*members, contact]


def write_to_applicant(template: str, application: Application, *, now: datetime, **values: Any) -> None:
    """Put a letter about an application into the outbox for everybody who is to read it."""
    for reader in recipients_of(application):
        messages.queue(
            template, reader, now=now, round_id=application.round_id, application=application.public_id,
            number=application.number, title=application.title, **values,
        )  # fmt: skip
