"""What people do with applications that are being written: start, save, attach. Sending is in `sending_actions`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from strefa.contest.applications import attachment_queries, columns, extension_queries, queries
from strefa.contest.applications.models import (
    Application,
    Attachment,
    Extension,
    SectionAnswers,
    SectionHistory,
)
from strefa.contest.people.models import Organisation, Person
from strefa.contest.rounds.models import Round
from strefa.infra import files, jobs
from strefa.infra.chance import public_id
from strefa.infra.database import add_at_once, db, write_at_once
from strefa.infra.files import content
from strefa.infra.journal import record
from strefa.rules.formspec import Meaning
from strefa.rules.lifecycle import Status, Step, after
from strefa.rules.policy import OrganisationRole, Role
from strefa.rules.refusal import Blocker, Reason, Refused

OWN_PART = {OrganisationRole.ACCOUNTANT: Meaning.BUDGET, OrganisationRole.SIGNATORY: Meaning.DECLARATIONS}
"""What somebody who is no editor may write: who sends makes the declarations."""


def blockers_to_start(round_: Round, organisation: Organisation, actor: Person, now: datetime) -> list[Blocker]:
    """List what keeps an organisation from starting an application."""
    let_in = queries.call_is_open(round_, now) or extension_queries.unused(round_, organisation.id, now) is not None
    blockers = [] if let_in else [_closed(round_, queries.accepted_from_all_until(round_))]
    if OrganisationRole.EDITOR not in actor.role_in_organisation(organisation.id):
        blockers.append(Blocker(Reason.NOT_AN_EDITOR))
    if Role.JUROR in actor.roles_in(round_.id):
        blockers.append(Blocker(Reason.JUROR_CANNOT_APPLY))
    return blockers


def start(round_: Round, organisation: Organisation, *, actor: Person, now: datetime) -> Application:
    """Begin a draft, its first section filled with what is known about the organisation.

    A draft that the organisation began and nobody wrote in is returned instead of a second one: a
    double click begins one application.

    Raises:
        Refused: the call is not open, or the person is a juror of the round or no editor of the organisation.
    """
    if blockers := blockers_to_start(round_, organisation, actor, now):
        raise Refused(*blockers)
    let_in = None if queries.call_is_open(round_, now) else extension_queries.unused(round_, organisation.id, now)
    if waiting := queries.untouched(round_, organisation.id):
        _let_in(waiting, let_in)
        return waiting
    application = Application(
        public_id=public_id(),
        round_id=round_.id,
        organisation_id=organisation.id,
        created_by_id=actor.id,
        form_version_id=round_.form_version_id,
        status=Status.DRAFT,
        created_at=now,
        applicant_name=organisation.name,
        voivodeship=organisation.voivodeship,
    )
    db.session.add(application)
    db.session.flush()
    _let_in(application, let_in)
    for key, known in columns.known_answers(round_, organisation, actor).items():
        db.session.add(SectionAnswers(application_id=application.id, section=key, answers=known))
    _recorded("start", application, actor, now, organisation=organisation.name)
    return application


def _let_in(application: Application, exception: Extension | None) -> None:
    """Give an exception to the application that is begun by it: it lets be begun one, and no other."""
    if exception is not None:
        exception.application_id, application.late_until = application.id, exception.until
        application.close_moved_at = exception.made_at


def save(
    application: Application, section: str, answers: Mapping[str, Any], *, revision: int, actor: Person, now: datetime
) -> SectionAnswers:
    """Keep a section's answers, finished or not; the content never refuses it.

    History rows keep what was there before; the journal is not written (this runs while people type).

    Args:
        section: the section's key.
        answers: field key to value as typed; keys that the section does not ask are dropped.
        revision: the one the writer saw. When somebody saved since, the later save is refused
            instead of burying the earlier one; saving the same text again changes nothing.

    Raises:
        Refused: the application is not being written now, the section is not this person's to write, or
            CHANGED_MEANWHILE with the section as place.
    """
    after(application.status, Step.SAVE)
    if blockers := blockers_to_write(application, section, actor):
        raise Refused(*blockers)
    spec = queries.form(application)
    asked, unlocked = {field.key for field in spec.section(section).fields}, queries.unlocked(application)
    asked = asked if unlocked is None else asked & unlocked
    row = section_row_of(application, section)
    if row not in application.sections:
        application.sections.append(row)
    kept = {**row.answers, **{key: value for key, value in answers.items() if key in asked}}
    if kept == row.answers:
        return row
    if revision != row.revision:
        raise Refused(Blocker(Reason.CHANGED_MEANWHILE, section))
    if row.saved_at:
        add_at_once(
            SectionHistory, application_id=application.id, section=section, revision=row.revision,
            answers=row.answers, saved_at=row.saved_at, saved_by_id=row.saved_by_id,
        )  # fmt: skip
    saved = {"answers": kept, "revision": row.revision + 1, "saved_at": now, "saved_by_id": actor.id}
    write_at_once((row, saved))
    if application.status is Status.DRAFT and any(field.means for field in spec.section(section).fields):
        columns.derive(application, spec, application.answers)
    return row


def blockers_to_write(application: Application, section: str, actor: Person) -> list[Blocker]:
    """List what keeps a person from writing in a section: besides editors, each writes her own part alone.

    While defects are mended on request, sections that hold none of them are closed to everybody.
    """
    keys, unlocked = (
        {field.key for field in queries.form(application).section(section).fields},
        queries.unlocked(application),
    )
    if unlocked is not None and not keys & unlocked:
        return [Blocker(Reason.NOT_TO_CORRECT, section)]
    roles = actor.role_in_organisation(application.organisation_id)
    if OrganisationRole.EDITOR in roles:
        return []
    asked = {field.means for field in queries.form(application).section(section).fields}
    own = {means for role, means in OWN_PART.items() if role in roles}
    return [] if asked & own else [Blocker(Reason.NOT_OWN_PART, section)]


def section_row_of(application: Application, section: str) -> SectionAnswers:
    """Return the row of a section's answers; an empty one, not stored, when nothing was saved yet."""
    for row in application.sections:
        if row.section == section:
            return row
    return SectionAnswers(section=section, answers={}, revision=0, saved_at=None)


def blockers_to_attach(application: Application, field: str, name: str, size: int) -> list[Blocker]:
    """List what keeps a file from being attached: its kind, its size, the number of files."""
    after(application.status, Step.SAVE)
    spec = queries.form(application)
    if field not in {f.key for f in spec.fields if f.files}:
        return [Blocker(Reason.ANSWER_NOT_OFFERED, field)]
    if locked := _blockers_of_lock(application, field):
        return locked
    blockers = columns.file_blockers(spec.field(field), queries.facts(application, others=0), name, size)
    return blockers + _over_quota(application, field, size)


def _over_quota(application: Application, field: str, size: int) -> list[Blocker]:
    most = queries.template_of(application.round).frame.files_per_organisation
    together = attachment_queries.size_of_all(application) + size
    if together <= most:
        return []
    values = {"size_bytes": together, "most_bytes": most}
    return [Blocker(Reason.FILES_OVER_QUOTA, field, values)]


def _blockers_of_lock(application: Application, field: str) -> list[Blocker]:
    unlocked = queries.unlocked(application)
    return [] if unlocked is None or field in unlocked else [Blocker(Reason.NOT_TO_CORRECT, field)]


def attach(
    application: Application, field: str, kept: files.Kept, found: content.Found, *, actor: Person, now: datetime
) -> Attachment:
    """Attach a file whose content is on disk already and was checked; the worker looks at it next.

    Args:
        found: what the check found, with the name under which the file is kept.

    Raises:
        Refused: too many files, too large, not a kind the form takes, or nothing can be changed now.
    """
    name = found.name
    for standing in queries.attached(application):
        if (standing.field, standing.sha256, standing.name) == (field, kept.sha256, name):
            return standing  # the same file sent twice
    if blockers := blockers_to_attach(application, field, name, kept.size):
        raise Refused(*blockers)
    blockers = blockers_to_write(application, queries.form(application).section_of(field).key, actor)
    if blockers:
        raise Refused(*blockers)
    files.register(kept, now=now)
    attachment = Attachment(
        public_id=public_id(), application_id=application.id, field=field, sha256=kept.sha256, name=name,
        media_type=found.media_type, size=kept.size, added_at=now, added_by_id=actor.id, active=list(found.active),
        scan=files.Scan.WAITING, virus="",
    )  # fmt: skip
    application.attachments.append(attachment)
    jobs.ask("file", kept.sha256, now=now)
    _recorded("attach", application, actor, now, name=name, size=kept.size, sha256=kept.sha256)
    return attachment


def detach(application: Application, attachment: Attachment, *, actor: Person, now: datetime) -> None:
    """Take a file away from the draft; sent versions keep theirs."""
    after(application.status, Step.SAVE)
    section = queries.form(application).section_of(attachment.field).key
    if blockers := _blockers_of_lock(application, attachment.field) or blockers_to_write(application, section, actor):
        raise Refused(*blockers)
    if attachment.removed_at is not None:
        return
    attachment.removed_at = now
    _recorded("detach", application, actor, now, name=attachment.name)


def closed(application: Application) -> Blocker:
    """Say that this application comes too late or too early, and by when it had to come."""
    if application.status is Status.CORRECTING:
        return Blocker(Reason.CORRECTIONS_OVER, "", {"closes": application.correct_by})
    return _closed(application.round, queries.accepted_until(application))


def _closed(round_: Round, closes: datetime) -> Blocker:
    return Blocker(Reason.CALL_CLOSED, "", {"opens": round_.opens_at, "closes": closes})


def _recorded(verb: str, application: Application, actor: Person, now: datetime, **details: Any) -> None:
    subject = f"application:{application.public_id}"
    record(verb, subject, actor=actor, now=now, round_id=application.round_id, **details)
