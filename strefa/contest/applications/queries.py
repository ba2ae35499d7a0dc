"""Reading applications, with what a page or a policy will ask of them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, inspect, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from strefa.contest.applications.models import Application, Attachment, SectionAnswers, SectionHistory, Submission
from strefa.contest.people.models import Membership, Organisation, Person
from strefa.contest.rounds.models import FormVersion, Round
from strefa.contest.rounds.queries import PLAIN, VERSIONS, form_of, template_of, timetable_of
from strefa.infra.database import db
from strefa.rules.facts import AttachedFile, Facts
from strefa.rules.form_problems import problems
from strefa.rules.formspec import FormSpec
from strefa.rules.lifecycle import SENT, Status, Step, steps_from
from strefa.rules.policy import Role
from strefa.rules.refusal import Blocker

ROUND = joinedload(Application.round)
FORM = joinedload(Application.form_version).defer(FormVersion.data)
STANDS = or_(Application.erased_at.is_(None), Application.number.is_not(None))
"""What leaves out drafts whose content is gone, thrown away or after its time: the policy's `stands`, said in SQL."""

LISTED = (ROUND.options(*PLAIN), joinedload(Application.organisation))

# Built once, and lists of an application's own rows by a statement of their own: a third of the cost of loaders
# that make their statements anew each time, and these run every few seconds while people type.
_ONE = select(Application).options(ROUND.options(*VERSIONS), FORM, joinedload(Application.organisation))
_BY_PUBLIC_ID = _ONE.where(Application.public_id == bindparam("public_id"))
_BY_NUMBER = _ONE.where(Application.number == bindparam("number"))
_BY_ID = _ONE.where(Application.id == bindparam("application_id"))
_TO_WRITE = (
    select(Application).options(ROUND.options(*PLAIN), FORM).where(Application.public_id == bindparam("public_id"))
)
_OWN = bindparam("application_id")
_SECTIONS = select(SectionAnswers).where(SectionAnswers.application_id == _OWN).order_by(SectionAnswers.id)
_SIGNED_SECTIONS = _SECTIONS.options(joinedload(SectionAnswers.saved_by))
_ATTACHMENTS = select(Attachment).where(Attachment.application_id == _OWN).order_by(Attachment.id)
_SUBMISSIONS = select(Submission).where(Submission.application_id == _OWN).order_by(Submission.version)
_SIGNED_SUBMISSIONS = _SUBMISSIONS.options(joinedload(Submission.sent_by))
_OF_ORGANISATION = Application.organisation_id == bindparam("organisation_id")
_OF_NUMBER = Application.applicant_nip == bindparam("applicant_nip")
_OTHERS = select(func.count(Application.id)).where(
    Application.round_id == bindparam("round_id"), Application.id != _OWN, Application.status.in_(SENT)
)


def by_public_id(public_id: str) -> Application | None:
    """Load one application with all that its pages and its actions ask of it."""
    return _whole(_BY_PUBLIC_ID, {"public_id": public_id})


def by_number(number: str) -> Application | None:
    """Load one application by the number people quote."""
    return _whole(_BY_NUMBER, {"number": number})


def by_id(application_id: int) -> Application | None:
    """Load one application by its id, as whole as by its address."""
    return _whole(_BY_ID, {"application_id": application_id})


def _whole(statement: Select[Application], which: dict[str, Any]) -> Application | None:
    application = db.session.scalar(statement, which)
    if application is not None:
        _load(application, sections=_SIGNED_SECTIONS, attachments=_ATTACHMENTS, submissions=_SIGNED_SUBMISSIONS)
    return application


def to_write(public_id: str) -> Application | None:
    """Load one application with what saving a section asks of it; its files only by `load_files`."""
    application = db.session.scalar(_TO_WRITE, {"public_id": public_id})
    if application is not None:
        _load(application, sections=_SECTIONS)
    return application


def load_files(application: Application) -> None:
    """Load the attachments of an application that came without them."""
    _load(application, attachments=_ATTACHMENTS)


def load_rest(application: Application) -> None:
    """Load what was sent and attached, as far as an application came without it."""
    unloaded = inspect(application).unloaded
    rest = {"attachments": _ATTACHMENTS, "submissions": _SIGNED_SUBMISSIONS}
    _load(application, **{name: statement for name, statement in rest.items() if name in unloaded})


def to_attach(public_id: str) -> Application | None:
    """Load one application with what attaching a file asks of it."""
    application = db.session.scalar(_TO_WRITE, {"public_id": public_id})
    if application is not None:
        _load(application, attachments=_ATTACHMENTS)
    return application


def to_send(public_id: str) -> Application | None:
    """Load one application with what sending it asks, and the page of what is missing."""
    application = db.session.scalar(_TO_WRITE, {"public_id": public_id})
    if application is not None:
        _load(application, sections=_SECTIONS, attachments=_ATTACHMENTS, submissions=_SUBMISSIONS)
    return application


def _load(application: Application, **lists: Select[Any]) -> None:
    """Fill lists of an application, each by its statement."""
    for name, statement in lists.items():
        rows = db.session.scalars(statement, {"application_id": application.id}).all()
        set_committed_value(application, name, list(rows))


def own(actor: Person) -> Select[Application]:
    """Select what `May.READ_OWN_APPLICATION` grants: the same rule, said in SQL."""
    organisations = select(Membership.organisation_id).where(Membership.person_id == actor.id)
    return select(Application).where(Application.organisation_id.in_(organisations), STANDS)


def listed_own(actor: Person) -> Sequence[Application]:
    """List a person's own applications, the newest first, with what their progress is told from."""
    told = (FORM, selectinload(Application.sections), selectinload(Application.attachments))
    newest = own(actor).options(*LISTED, *told).order_by(Application.created_at.desc(), Application.id.desc())
    return db.session.scalars(newest).all()


def newest_of(actor: Person, organisation: Organisation, most: int = 10) -> Sequence[Application]:
    """List the newest applications of an organisation that this person may read."""
    newest = own(actor).where(Application.organisation_id == organisation.id).options(joinedload(Application.round))
    return db.session.scalars(newest.order_by(Application.created_at.desc(), Application.id.desc()).limit(most)).all()


def own_in(round_: Round, actor: Person) -> Sequence[Application]:
    """List what this person may read of her organisations' applications in a round, the newest first."""
    return db.session.scalars(own(actor).where(Application.round_id == round_.id).order_by(Application.id.desc())).all()


def statuses_by_round(organisation_ids: Iterable[int]) -> dict[tuple[int, int], list[Status]]:
    """Return where the applications of organisations stand, by round and organisation; one statement."""
    told = select(Application.round_id, Application.organisation_id, Application.status)
    mine = told.where(Application.organisation_id.in_(set(organisation_ids)), STANDS).order_by(Application.id)
    found: dict[tuple[int, int], list[Status]] = {}
    for round_id, organisation_id, status in db.session.execute(mine):
        found.setdefault((round_id, organisation_id), []).append(status)
    return found


def newest_answers(applications: Iterable[Application]) -> dict[int, dict[str, Any]]:
    """Return the answers of the newest of these applications of each organisation, by its id; one statement."""
    newest: dict[int, int] = {}
    for one in applications:
        newest[one.organisation_id] = max(one.id, newest.get(one.organisation_id, 0))
    rows = db.session.scalars(select(SectionAnswers).where(SectionAnswers.application_id.in_(newest.values())))
    said: dict[int, dict[str, Any]] = {}
    for row in rows:
        said.setdefault(row.application_id, {}).update(row.answers)
    return {owner: said.get(application, {}) for owner, application in newest.items()}


def sent_by(round_: Round, organisation_ids: Iterable[int]) -> dict[int, int]:
    """Count the applications that each of these organisations has sent in a round and that count; one statement."""
    counted = (
        select(Application.organisation_id, func.count())
        .where(
            Application.round_id == round_.id,
            Application.organisation_id.in_(set(organisation_ids)),
            Application.status.in_(SENT),
        )
        .group_by(Application.organisation_id)
    )
    return {organisation_id: count for organisation_id, count in db.session.execute(counted)}


def untouched(round_: Round, organisation_id: int) -> Application | None:
    """Return an organisation's draft in which nobody has written yet: starting again means this one."""
    saved = select(SectionAnswers.id).where(
        SectionAnswers.application_id == Application.id, SectionAnswers.saved_at.is_not(None)
    )
    draft = select(Application).where(
        Application.round_id == round_.id,
        Application.organisation_id == organisation_id,
        Application.status == Status.DRAFT,
        STANDS,
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
            SectionHistory.lost.is_(False),
        )
    )


def attachment_of(application: Application, public_id: str) -> Attachment | None:
    """Return a file of this application: one that stands, or one that a sent version keeps."""
    sent = {item["public_id"] for submission in application.submissions for item in submission.attachments}
    for attachment in application.attachments:
        if attachment.public_id == public_id and (attachment.removed_at is None or public_id in sent):
            return attachment
    return None


def sent_to(actor: Person) -> Select[Application]:
    """Select what `May.READ_SENT_APPLICATION` grants: the same rule, said in SQL."""
    rounds = actor.rounds_as(Role.COORDINATOR, Role.CHAIR, Role.APPROVER, Role.AUDITOR)
    return select(Application).where(Application.round_id.in_(rounds), Application.status != Status.DRAFT)


def sent_in(round_: Round) -> Select[Application]:
    """Select the applications of a round that were sent, whatever became of them."""
    return select(Application).where(Application.round_id == round_.id, Application.number.is_not(None))


def numbers_of(ids: Iterable[str]) -> dict[str, str]:
    """Return the numbers of those applications that have one, by public id; one statement."""
    wanted = Application.public_id.in_(set(ids)), Application.number.is_not(None)
    rows = db.session.execute(select(Application.public_id, Application.number).where(*wanted)).all()
    return {public_id: str(number) for public_id, number in rows}


def form(application: Application) -> FormSpec:
    """Return the form that an application answers."""
    return form_of(application.form_version)


def attached(application: Application) -> list[Attachment]:
    """List the attachments that stand, in the order they were given."""
    return sorted((a for a in application.attachments if a.removed_at is None), key=lambda a: a.id)


def other_applications(application: Application, *, by_number: bool = False) -> int:
    """Count the organisation's other applications that were sent in this round and count.

    Args:
        by_number: whether those with the same tax number are its own, whatever name they go by.
    """
    known = ("round_id", "organisation_id", "applicant_nip") if by_number else ("round_id", "organisation_id")
    theirs = or_(_OF_ORGANISATION, _OF_NUMBER) if by_number else _OF_ORGANISATION
    values = {name: getattr(application, name) for name in known} | {"application_id": application.id}
    return db.session.scalar(_OTHERS.where(theirs), values) or 0


def facts(application: Application, files: Sequence[AttachedFile] | None = None, *, others: int | None = None) -> Facts:
    """Gather what stands beside the answers when they are judged.

    Args:
        files: the attachments to judge by; those that stand now when None.
        others: how many other applications of the organisation count; counted when None.
    """
    frame = template_of(application.round).frame
    if files is None:
        files = [AttachedFile(a.field, a.name, a.size, a.virus) for a in attached(application)]
    return replace(
        frame.facts(tuple(files)),
        other_applications=other_applications(application) if others is None else others,
    )


def latest_submission(application: Application) -> Submission | None:
    """Return the sent version that counts; None when there is none or it was withdrawn."""
    if application.status is Status.WITHDRAWN or not application.submissions:
        return None
    return application.submissions[-1]


def sent_facts(application: Application, submission: Submission) -> Facts:
    """Gather what stood beside the answers of a sent version; one tax number under two names is one applicant."""
    files = [AttachedFile(item["field"], item["name"], item["size"]) for item in submission.attachments]
    return facts(application, files, others=other_applications(application, by_number=True))


def problems_as_sent(application: Application) -> list[Blocker]:
    """List what the form's rules find in the version that was sent last; needs `submissions` loaded."""
    newest = application.submissions[-1]
    files = [AttachedFile(item["field"], item["name"], item["size"]) for item in newest.attachments]
    return problems(form(application), newest.answers, facts(application, files))


def call_is_open(round_: Round, now: datetime) -> bool:
    """Say whether an application arriving at `now` is in time for all; the close is exclusive."""
    return timetable_of(round_).call_is_open(now)


def is_open(application: Application, now: datetime) -> bool:
    """Say whether this application, arriving at `now`, is in time: for all, by its own exception, or for its mending."""
    if application.status is Status.CORRECTING:
        return application.correct_by is not None and now < application.correct_by
    late = application.late_until
    return call_is_open(application.round, now) or (late is not None and now < late)


def close_of(application: Application, now: datetime) -> datetime | None:
    """Return by when this application has to arrive: the announced close, and after it the end of the grace.

    None when it is too late or too early. An exception has no grace: it ends when its letter says.
    """
    if not is_open(application, now):
        return None
    if application.status is Status.CORRECTING:
        return application.correct_by
    times, late = timetable_of(application.round), application.late_until
    common = times.call_closes(now) if times.call_is_open(now) else None
    return max(moment for moment in (common, late) if moment is not None)


def last_close(application: Application) -> datetime:
    """Return the close announced for this application, whether it is past or to come."""
    if application.correct_by is not None:
        return application.correct_by
    closes, late = application.round.closes_at, application.late_until
    return max(closes, late) if late else closes


def accepted_until(application: Application) -> datetime:
    """Return up to when this application is or was accepted: the announced close with its grace, or its exception's.

    While it is mended on request, up to the end of that term.
    """
    if application.correct_by is not None:
        return application.correct_by
    common, late = accepted_from_all_until(application.round), application.late_until
    return max(common, late) if late else common


def accepted_from_all_until(round_: Round) -> datetime:
    """Return up to when a round accepts or accepted applications from everybody, the grace included."""
    return round_.closes_at + timedelta(seconds=round_.grace_seconds)


def grace_minutes(application: Application, now: datetime) -> int:
    """Return how many minutes after its announced close this application is accepted yet; 0 when none, or an exception."""
    late = application.late_until
    if late is not None and late > max(now, application.round.closes_at):
        return 0
    return 0 if application.status is Status.CORRECTING else application.round.grace_seconds // 60


def unlocked(application: Application) -> frozenset[str] | None:
    """Return the keys of the fields that alone may change now; None when all of them may."""
    return frozenset(application.unlocked or ()) if application.status is Status.CORRECTING else None


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
