"""How people throw away a draft that they began by accident: all of it goes at once, and it is nobody's any more."""

from datetime import datetime

from sqlalchemy import update

from strefa.contest.applications.models import Application, Extension
from strefa.contest.people.models import Person
from strefa.contest.people.queries import members_of
from strefa.contest.privacy import retention_queries
from strefa.contest.privacy.content import erase_answers
from strefa.infra import erased_list, messages
from strefa.infra.database import db
from strefa.infra.journal import record
from strefa.rules.lifecycle import Step, after
from strefa.rules.refusal import Blocker, Reason, Refused


def discard(application: Application, *, actor: Person, now: datetime) -> None:
    """Throw away a draft that was never sent: its texts and files go for good, and the others in it are told.

    An exception that let it be begun after the close waits for another draft again.

    Raises:
        Refused: it was sent, or staff hold its content back.
    """
    after(application.status, Step.DISCARD)
    if application.erased_at is not None:
        return  # pressed twice, or another member was faster
    held = retention_queries.of_application(application.id)
    if held is not None and held.held_at is not None:
        raise Refused(Blocker(Reason.CONTENT_HELD))
    _tell(application, actor, now)
    _give_back(application)
    gone = erase_answers(application, now)
    erased_list.note_after_commit([], [application.public_id], now)
    subject = f"application:{application.public_id}"
    record("discard", subject, actor=actor, now=now, round_id=application.round_id, files=gone)


def _tell(application: Application, actor: Person, now: datetime) -> None:
    for member in members_of(application.organisation_id):
        if member.id != actor.id:
            messages.queue(
                "discarded", member, now=now, round_id=application.round_id, application=application.public_id,
                title=application.title, organisation=application.applicant_name, name=actor.name,
            )  # fmt: skip


def _give_back(application: Application) -> None:
    mine = Extension.application_id == application.id
    db.session.execute(update(Extension).where(mine).values(application_id=None))
    application.late_until = None
