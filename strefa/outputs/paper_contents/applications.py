"""The papers of one application: the receipt, and the whole of it as it was sent."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from strefa.contest.applications import queries as applications
from strefa.contest.applications.models import Submission
from strefa.infra.database import db
from strefa.infra.i18n import language
from strefa.outputs.paper_contents.paper import Paper
from strefa.rules import answers as typed
from strefa.rules import money
from strefa.rules.budget import budget_of
from strefa.rules.fields import Meaning
from strefa.rules.reading import read


def receipt(submission_id: int) -> Paper | None:
    """The receipt of one sent version."""
    return _of_submission(submission_id, "receipt", "potwierdzenie")


def application(submission_id: int) -> Paper | None:
    """The whole application as it was sent, with its hash on each page."""
    return _of_submission(submission_id, "application", "wniosek")


def content_hash(application_id: int) -> str:
    """Return the SHA-256 of the sent version that papers about an application speak of."""
    newest = select(Submission.content_hash).where(Submission.application_id == application_id)
    return db.session.scalar(newest.order_by(Submission.version.desc()).limit(1)) or ""


def _of_submission(submission_id: int, template: str, word: str) -> Paper | None:
    submission = db.session.scalar(
        select(Submission).options(joinedload(Submission.sent_by)).where(Submission.id == submission_id)
    )
    if submission is None:
        return None
    sent = applications.by_id(submission.application_id)
    assert sent is not None  # a submission has its application
    spec, facts = applications.form(sent), applications.sent_facts(sent, submission)
    title, ask = spec.meaning(Meaning.TITLE), budget_of(spec, submission.answers).grant
    values = {
        "round": sent.round,
        "application": sent,
        "submission": submission,
        "submission_title": typed.text_of(submission.answers, title.key) if title else "",
        "ask": ask,
        "ask_in_words": money.in_words(ask, language()),
        "sections": read(spec, submission.answers, facts, language()),
    }
    return Paper(template, values, submission.sent_at, f"{word}-{sent.number}-{submission.version}.pdf")
