"""What people do with a whole application: send it, come too late, open it for correction, withdraw it."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update

from strefa.contest.applications import columns, queries, shown
from strefa.contest.applications.actions import closed
from strefa.contest.applications.letters import write_to_applicant
from strefa.contest.applications.models import Application, Submission
from strefa.contest.people.models import Person
from strefa.contest.rounds.models import Round
from strefa.infra import jobs
from strefa.infra.database import db
from strefa.infra.journal import record
from strefa.rules.corrections import standing_in_the_way
from strefa.rules.form_problems import problems
from strefa.rules.formspec import FormSpec
from strefa.rules.lifecycle import Status, Step, after, steps_from
from strefa.rules.numbering import application_number
from strefa.rules.own_words import blockers_of_words
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.text import normalised

SENT_FOR_GOOD = frozenset({Status.SUBMITTED, Status.CORRECTED, Status.ELIGIBLE, Status.INELIGIBLE})
"""The statuses in which sending again changes nothing: not even by what it answers may it tell what is decided."""

LEAST_REASON = 5  # characters of why something is withdrawn
_ROUNDS: Any = Round.__table__  # the table and not the class: no loaded round is looked for and brought up to date
_TAKE_NUMBER = (
    update(_ROUNDS)
    .where(_ROUNDS.c.id == bindparam("round_id"))
    .values(last_number=_ROUNDS.c.last_number + 1)
    .returning(_ROUNDS.c.number_prefix, _ROUNDS.c.last_number)
)


def blockers_to_submit(application: Application, now: datetime) -> list[Blocker]:
    """List all that stands between this application and being sent, in form order.

    The page prints this list beside the button and `submit` refuses on it, so what the applicant
    is told and what the system enforces are one thing.
    """
    blockers = [] if Step.SUBMIT in steps_from(application.status) else [Blocker(Reason.WRONG_STATUS, Step.SUBMIT)]
    found = problems(queries.form(application), application.answers, queries.facts(application))
    if (unlocked := queries.unlocked(application)) is not None:
        found = standing_in_the_way(found, queries.problems_as_sent(application), unlocked)
    return blockers + ([] if queries.is_open(application, now) else [closed(application)]) + found


def submit(
    application: Application, *, read: str, actor: Person, now: datetime, stored: datetime | None = None
) -> Submission:  # fmt: skip
    """Send an application: number, frozen version with its hash, receipt to everybody in it.

    What was mended on request is sent in the same way, within its own time. Sending again what is
    already sent (a double click, a second tab, a repeated POST) returns the same submission and changes nothing.

    Args:
        read: the state of the application that stood before the sender, as `shown.state` wrote it.
        now: when the server accepted the connection: an upload under way at the close counts.
        stored: the moment of this attempt, when an earlier one that was told to wait keeps its place.

    Raises:
        Refused: somebody changed it since it was read, the step is not allowed, the call is over, or the form is
            incomplete; all reasons.
    """
    unread = _unread(application, read, actor)
    if application.status in SENT_FOR_GOOD and application.submissions:
        if unread and _put_back(application):
            raise Refused(*unread)
        return application.submissions[-1]
    if blockers := unread + blockers_to_submit(application, now):
        raise Refused(*blockers)
    application.number = application.number or _next_number(application.round_id)
    submission = _frozen(application, actor, now)
    submission.corrects = mends = application.status is Status.CORRECTING
    application.unlocked = application.correct_by = None
    application.status, application.submitted_at = after(application.status, Step.SUBMIT), now
    application.late_attempt_at = None
    columns.derive(application, queries.form(application), submission.answers)
    db.session.flush()
    _recorded(
        "send_corrections" if mends else "submit", application, actor, now, number=application.number,
        version=submission.version, content_hash=submission.content_hash,
        **({"stored": stored.isoformat()} if stored else {}),
    )  # fmt: skip
    with db.session.no_autoflush:  # all that follows is written at once, at the commit
        _announce(application, submission, now)
    return submission


def _unread(application: Application, read: str, actor: Person) -> list[Blocker]:
    """Whoever sends has read what she sends."""
    codes = [section.code for section in shown.changed(application, read, actor)]
    return [Blocker(Reason.CHANGED_SINCE_READ, "", {"sections": ", ".join(codes)})] if codes else []


def _put_back(application: Application) -> bool:
    """Say whether an application that is sent says again what was sent, after something else was written in it."""
    sent_at = application.submissions[-1].sent_at
    changed = (row.saved_at for row in application.sections), (file.removed_at for file in application.attachments)
    return any(moment is not None and moment > sent_at for moments in changed for moment in moments)


def _announce(application: Application, submission: Submission, now: datetime) -> None:
    """Ask for the papers of a sending and write to everybody in the application."""
    jobs.ask("document", f"receipt:{submission.id}", now=now)
    jobs.ask("document", f"application:{submission.id}", now=now)
    write_to_applicant(
        "receipt", application, now=now, submission=submission.id, version=submission.version,
        sent_at=now.isoformat(), content_hash=submission.content_hash, corrects=submission.corrects,
    )  # fmt: skip


def _frozen(application: Application, actor: Person, now: datetime) -> Submission:
    spec: FormSpec = queries.form(application)
    given = application.answers
    answers = {field.key: given[field.key] for field in spec.fields if field.key in given}
    attachments = [queries.as_sent(attachment) for attachment in queries.attached(application)]
    submission = Submission(
        application_id=application.id,
        version=len(application.submissions) + 1,
        form_version_id=application.form_version_id,
        answers=answers,
        attachments=attachments,
        content_hash=columns.content_hash(application.form_version.sha256, answers, attachments),
        sent_at=now,
        sent_by=actor,
    )
    application.submissions.append(submission)
    return submission


def _next_number(round_id: int) -> str:
    told: Any = db.session.execute(_TAKE_NUMBER, {"round_id": round_id}).one()
    return application_number(told[0], told[1])


def note_late_attempt(application: Application, *, actor: Person, now: datetime) -> None:
    """Write down that somebody tried to send after the close: staff are asked about it by phone."""
    application.late_attempt_at = now
    _recorded("late_attempt", application, actor, now, closes=queries.accepted_until(application).isoformat())


def reopen(application: Application, *, actor: Person, now: datetime) -> None:
    """Open a sent application for correction until the close; the last sent version still counts.

    Raises:
        Refused: it was not sent, or the call is over.
    """
    if not queries.is_open(application, now):
        raise Refused(closed(application))
    status = after(application.status, Step.REOPEN)
    application.status = status
    _recorded("reopen", application, actor, now)


def withdraw(application: Application, *, reason: str, actor: Person, now: datetime) -> None:
    """Withdraw a sent application; its number stays its own.

    Raises:
        Refused: there is nothing to withdraw, no reason is given, or the results are published: whoever
            has a grant then resigns from it.
    """
    status = after(application.status, Step.WITHDRAW)
    reason = normalised(reason).strip()
    blockers = [Blocker(Reason.WITHDRAWN_TOO_LATE)] if application.round.results_published_at else []
    blockers += blockers_of_words(reason, least=LEAST_REASON)
    if blockers:
        raise Refused(*blockers)
    application.status = status
    application.submitted_at = application.unlocked = application.correct_by = None
    if application.submissions:
        application.submissions[-1].withdrawn_at = now
    _recorded("withdraw", application, actor, now, reason=reason)
    until = queries.accepted_until(application)
    closes = {"closes": until.isoformat()} if now < until else {}
    write_to_applicant("withdrawn", application, now=now, name=actor.name, reason=reason, **closes)


def _recorded(verb: str, application: Application, actor: Person, now: datetime, **details: Any) -> None:
    subject = f"application:{application.public_id}"
    record(verb, subject, actor=actor, now=now, round_id=application.round_id, **details)
