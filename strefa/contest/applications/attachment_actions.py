"""Attachments on their way and after: files in pieces, and the scanner's word."""

from datetime import datetime

from strefa.contest.applications import attachment_queries, queries
from strefa.contest.applications.actions import blockers_to_attach, blockers_to_write
from strefa.contest.applications.letters import write_to_applicant
from strefa.contest.applications.models import Application, Attachment, PartialUpload
from strefa.contest.people.models import Person
from strefa.infra.chance import public_id
from strefa.infra.database import db
from strefa.infra.files import Scan
from strefa.infra.journal import record
from strefa.rules.refusal import Refused


def note_scan(
    application: Application, attachment: Attachment, virus: str, *, actor: Person | None, now: datetime
) -> None:
    """Write down what the scanner said; of a virus the applicant is told, and nobody gets the file any more.

    Args:
        virus: as the scanner calls it; empty for a clean file.
        actor: None, as the system itself asked.
    """
    if attachment.scan is not Scan.WAITING:
        return
    attachment.scan = Scan.INFECTED if virus else Scan.CLEAN
    if not virus:
        return
    attachment.virus = virus
    subject = f"application:{application.public_id}"
    record("infected", subject, actor=actor, now=now, round_id=application.round_id, name=attachment.name, virus=virus)
    write_to_applicant("infected", application, now=now, file=attachment.name, virus=virus)


def begin_upload(
    application: Application, field: str, name: str, size: int, *, actor: Person, now: datetime
) -> PartialUpload:
    """Make ready for a file that comes in pieces; one that the same person began before goes on.

    Args:
        size: bytes of the whole file, as its sender says.

    Raises:
        Refused: what `actions.attach` would refuse by the name and the size alone.
    """
    if begun := attachment_queries.begun_upload(application, field, name, size, actor):
        return begun
    blockers = blockers_to_attach(application, field, name, size)
    blockers += blockers_to_write(application, queries.form(application).section_of(field).key, actor)
    if blockers:
        raise Refused(*blockers)
    begun = PartialUpload(
        public_id=public_id(), application_id=application.id, person_id=actor.id, field=field, name=name,
        size=size, begun_at=now,
    )  # fmt: skip
    db.session.add(begun)
    db.session.flush()
    return begun


def drop_upload(upload: PartialUpload, *, actor: Person | None, now: datetime) -> None:
    """Forget a file in pieces: it is attached, refused, given up, or left by `actor` before `now`."""
    db.session.delete(upload)
