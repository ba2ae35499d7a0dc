"""Reading applications, with what a page or a policy will ask of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import defer, joinedload, selectinload

from strefa.contest.applications.models import Application, Attachment, SectionAnswers, SectionHistory, Submission
from strefa.contest.people.models import Membership, Person
from strefa.contest.rounds.models import FormVersion, Round, RubricVersion, RuleSetVersion
from strefa.contest.rounds.queries import form_of, template_of
from strefa.infra.database import db
from strefa.rules.facts import AttachedFile, Facts
from strefa.rules.formspec import FormSpec
from strefa.rules.lifecycle import SENT, Status, Step, steps_from

# A round's template and its versions are tens of kilobytes of JSON, known by their hashes after the first time:
# they are read only by who asks for them.
ROUND = joinedload(Application.round).options(
    defer(Round.template),
    defer(Round.source),
    joinedload(Round.form_version).defer(FormVersion.data),
    joinedload(Round.rubric_version).defer(RubricVersion.data),
    joinedload(Round.rule_set_version).defer(RuleSetVersion.data),
)
FORM = joinedload(Application.form_version).defer(FormVersion.data)
PLAIN_ROUND = joinedload(Application.round).options(defer(Round.template), defer(Round.source))
WHOLE = (
    ROUND,
    FORM,
    joinedload(Application.organisation),
    selectinload(Application.sections).joinedload(SectionAnswers.saved_by),
    selectinload(Application.attachments),
    selectinload(Application.submissions).joinedload(Submission.sent_by),
)
LISTED = (PLAIN_ROUND, joinedload(Application.organisation))
WRITING = (PLAIN_ROUND, FORM, selectinload(Application.sections))


def by_public_id(public_id: str) -> Application | None:
    """Load one application with all that its pages and its actions ask of it."""
    return db.session.scalar(select(Application).options(*WHOLE).where(Application.public_id == public_id))


def to_write(public_id: str, *, files: bool) -> Application | None:
    """Load one application with what saving a section asks of it, and its files if a page will show them."""
    options = (*WRITING, selectinload(Application.attachments)) if files else WRITING
    return db.session.scalar(select(Application).options(*options).where(Application.public_id == public_id))


def by_number(number: str) -> Application | None:
    """Load one application by the number people quote."""
    return db.session.scalar(select(Application).options(*WHOLE).where(Application.number == number))


def own(actor: Person) -> Select[Application]:
    """Select what `May.READ_OWN_APPLICATION` grants: the same rule, said in SQL."""
    organisations = select(Membership.organisation_id).where(Membership.person_id == actor.id)
    return select(Application).where(Application.organisation_id.in_(organisations))


def listed_own(actor: Person) -> Sequence[Application]:
    """List a person's own applications, the newest first, with what their progress is told from."""
    told = (FORM, selectinload(Application.sections), selectinload(Application.attachments))
    newest = own(actor).options(*LISTED, *told).order_by(Application.created_at.desc(), Application.id.desc())
    return db.session.scalars(newest).all()


def untouched(round_: Round, organisation_id: int) -> Application | None:
    """Return an organisation's draft in which nobody has written yet: starting again means this one."""
    saved = select(SectionAnswers.id).where(
        SectionAnswers.application_id == Application.id, SectionAnswers.saved_at.is_not(None)
    )
    draft = select(Application).where(
        Application.round_id == round_.id,
        Application.organisation_id == organisation_id,
        Application.status == Status.DRAFT,
        ~saved.exists(),
        ~select(Attachment.id).where(Attachment.application_id == Application.id).exists(),
    )
    return db.session.scalar(draft.order_by(Application.id).limit(1))


def section_before(application: Application, section: str, revision: int) -> dict[str, Any] | None:
    """Return a section's answers as they were at an earlier revision; None when nobody kept them."""
    return db.session.scalar(
        select(SectionHistory.answers).where(
            SectionHistory.application_id == application.id,
            SectionHistory.section == section,
            SectionHistory.revision == revision,
        )
    )


def attachment_of(application: Application, public_id: str) -> Attachment | None:
    """Return a file of this application: one that stands, or one that a sent version keeps."""
    sent = {item["public_id"] for submission in application.submissions for item in submission.attachments}
    for attachment in application.attachments:
        if attachment.public_id == public_id and (attachment.removed_at is None or public_id in sent):
            return attachment
    return None


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


def facts(application: Application, files: Sequence[AttachedFile] | None = None, *, others: int | None = None) -> Facts:
    """Gather what stands beside the answers when they are judged.

    Args:
        files: the attachments to judge by; those that stand now when None.
        others: how many other applications of the organisation count; counted when None.
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
        other_applications=other_applications(application) if others is None else others,
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


def is_being_written(application: Application) -> bool:
    """Say whether its answers may change now: before the send, in a correction, after a withdrawal."""
    return Step.SAVE in steps_from(application.status)


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
