"""The papers: each sent version has its receipt, and a paper about an application is about no other."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import String, cast, select

from strefa.contest.applications.models import Application, Submission
from strefa.contest.decisions.models import Decision
from strefa.contest.jury.models import Assignment, ScoreCard
from strefa.infra.database import db
from strefa.infra.files import Document, path_of
from strefa.infra.jobs import Job, JobState


class About(NamedTuple):
    """What a paper must say: the number, and the moment in it where there is one that never moves."""

    number: str
    moment: datetime | None = None


OF_SUBMISSIONS = ("receipt", "application")
TITLED = frozenset({*OF_SUBMISSIONS, "formal_card", "score_card", "consolidated_card"})
"""Kinds of papers whose title holds the number."""


def receipts() -> Iterator[str]:
    """Potwierdzenia: każda złożona wersja ma swoje albo czeka na nie w kolejce."""
    made = set(db.session.scalars(select(Document.subject).where(Document.kind == "receipt")))
    asked = select(Job.subject).where(Job.subject.like("receipt:%"), Job.state == JobState.WAITING)
    made |= {subject.removeprefix("receipt:") for subject in db.session.scalars(asked)}
    statement = select(Submission.id, Submission.version, Application.number).join(
        Application, Application.id == Submission.application_id
    )
    kept = statement.where(Application.erased_at.is_(None))  # the papers of an erased one went with its answers
    for submission_id, version, number in db.session.execute(kept.order_by(Submission.id)):
        if str(submission_id) not in made:
            yield f"wniosek {number}, wersja {version}: nie ma potwierdzenia i nic go nie zrobi"


def papers_of_their_own() -> Iterator[str]:
    """Papiery: potwierdzenie, wniosek, karty i pisma są o tym wniosku, przy którym leżą."""
    for document, about in _about_applications():
        if about.number not in document.name or not _says(document, about):
            yield f"wniosek {about.number}: {document.name} to papier o czymś innym"


def _about_applications() -> Iterator[tuple[Document, About]]:
    """Yield each paper about one application with what it must say: a statement for each sort of subject."""
    numbered = select(Document, Application.number)
    of_sent = select(Document, Application.number, Submission.sent_at)
    for statement in (
        of_sent.join(Submission, cast(Submission.id, String) == Document.subject)
        .join(Application, Application.id == Submission.application_id)
        .where(Document.kind.in_(OF_SUBMISSIONS)),
        numbered.join(Application, cast(Application.id, String) == Document.subject).where(
            Document.kind.in_(("formal_card", "consolidated_card", "formal_letter"))
        ),
        numbered.join(Decision, cast(Decision.id, String) == Document.subject)
        .join(Application, Application.id == Decision.application_id)
        .where(Document.kind == "letter"),
        numbered.join(ScoreCard, cast(ScoreCard.id, String) == Document.subject)
        .join(Assignment, Assignment.id == ScoreCard.assignment_id)
        .join(Application, Application.id == Assignment.application_id)
        .where(Document.kind == "score_card"),
    ):
        for document, *about in db.session.execute(statement.order_by(Document.id)):
            yield document, About(*about)


def _says(document: Document, about: About) -> bool:
    """Look into a paper at its title and its date; one that cannot be opened is told of by `files`."""
    from pikepdf import Pdf, PdfError  # native, only where files are looked into

    if document.kind not in TITLED:
        return True
    with suppress(FileNotFoundError, PdfError), Pdf.open(path_of(document.sha256)) as pdf:
        if about.number not in str(pdf.docinfo.get("/Title", "")):
            return False
        return about.moment is None or _dated(about.moment) in str(pdf.docinfo.get("/CreationDate", ""))
    return True


def _dated(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")
