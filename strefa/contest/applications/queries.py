"""Reading applications, with what a page or a policy will ask of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from strefa.contest.applications.models import Application, Attachment, SectionAnswers, Submission
from strefa.contest.people.models import Membership, Person
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import VERSIONS, form_of, template_of
from strefa.infra.database import db
from strefa.rules.facts import AttachedFile, Facts
from strefa.rules.formspec import FormSpec
from strefa.rules.lifecycle import SENT, Status

WHOLE = (
    joinedload(Application.round).options(*VERSIONS),
    joinedload(Application.organisation),
    joinedload(Application.form_version),
    selectinload(Application.sections).joinedload(SectionAnswers.saved_by),
    selectinload(Application.attachments),
    selectinload(Application.submissions).joinedload(Submission.sent_by),
)
LISTED = (joinedload(Application.round), joinedload(Application.organisation))


def by_public_id(public_id: str) -> Application | None:
    """Load one application with all that its pages and its actions ask of it."""
    return db.session.scalar(select(Application).options(*WHOLE).where(Application.public_id == public_id))


def by_number(number: str) -> Application | None:
    """Load one application by the number people quote."""
    return db.session.scalar(select(Application).options(*WHOLE).where(Application.number == number))


def own(actor: Person) -> Select[Application]:
    """Select what `May.READ_OWN_APPLICATION` grants: the same rule, said in SQL."""
    organisations = select(Membership.organisation_id).where(Membership.person_id == actor.id)
    return select(Application).where(Application.organisation_id.in_(organisations))


def listed_own(actor: Person) -> Sequence[Application]:
    """List a person's own applications, the newest first."""
    return db.session.scalars(own(actor).options(*LISTED).order_by(Application.created_at.desc())).all()


def sent_in(round_: Round) -> Select[Application]:
    """Select the applications of a round that were sent, whatever became of them."""
    return select(Application).where(Application.round_id == round_.id, Application.number.is_not(None))


def form(application: Application) -> FormSpec:
    """Return the form that an application answers."""
    return form_of(application.form_version)


def attached(application: Application) -> list[Attachment]:
    """List the attachments that stand, in the order they were given."""
    return sorted((a for a in application.attachments if a.removed_at is None), key=lambda a: a.id)


def other_applications(application: Application) -> int:
    """Count the organisation's other applications that were sent in this round and count."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Application)
            .where(
                Application.round_id == application.round_id,
                Application.organisation_id == application.organisation_id,
                Application.id != application.id,
                Application.status.in_(SENT),
            )
        )
        or 0
    )


def facts(application: Application, files: Sequence[AttachedFile] | None = None) -> Facts:
    """Gather what stands beside the answers when they are judged.

    Args:
        files: the attachments to judge by; those that stand now when None.
    """
    frame = template_of(application.round).frame
    if files is None:
        files = [AttachedFile(a.field, a.name, a.size) for a in attached(application)]
    return Facts(
        work_from=frame.work_from,
        work_to=frame.work_to,
        least_grant=frame.least_grant,
        most_grant=frame.most_grant,
        applications_per_organisation=frame.applications_per_organisation,
        attachments=tuple(files),
        other_applications=other_applications(application),
    )


def latest_submission(application: Application) -> Submission | None:
    """Return the sent version that counts; None when there is none or it was withdrawn."""
    if application.status is Status.WITHDRAWN or not application.submissions:
        return None
    return application.submissions[-1]


def sent_facts(application: Application, submission: Submission) -> Facts:
    """Gather what stood beside the answers of a sent version."""
    files = [AttachedFile(item["field"], item["name"], item["size"]) for item in submission.attachments]
    return facts(application, files)


def call_is_open(round_: Round, now: datetime) -> bool:
    """Say whether an application arriving at `now` is in time; the close is exclusive."""
    return template_of(round_).timetable.in_utc().call_is_open(now)


def as_sent(attachment: Attachment) -> dict[str, Any]:
    """Return what a submission keeps of an attachment."""
    return {
        "public_id": attachment.public_id,
        "field": attachment.field,
        "name": attachment.name,
        "size": attachment.size,
        "media_type": attachment.media_type,
        "sha256": attachment.sha256,
    }
