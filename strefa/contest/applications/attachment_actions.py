"""What becomes of attachments after they came: the scanner's word."""

from datetime import datetime

from strefa.contest.applications.letters import write_to_applicant
from strefa.contest.applications.models import Application, Attachment
from strefa.contest.people.models import Person
from strefa.infra.files import Scan
from strefa.infra.journal import record


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
