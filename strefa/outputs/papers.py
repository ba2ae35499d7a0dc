"""Papers: which kinds there are, what each is made of, and how the worker stores it by hash.

A paper's subject reads "kind:id". Everything inside comes from stored data, dates included, so
equal data give equal bytes.
"""

import io
from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask import current_app, render_template
from sqlalchemy import select

from strefa.contest.rounds.models import Round
from strefa.infra.database import db, reading_only, saving
from strefa.infra.files import Document, keep, register
from strefa.infra.i18n import force_locale
from strefa.infra.jobs import Job
from strefa.outputs import paper_contents
from strefa.outputs.drawable import known_signs, with_codes
from strefa.outputs.pdf import printed

LARGEST = 64 * 1024 * 1024  # bytes of one paper


def make(subject: str, now: datetime, values: dict[str, Any]) -> None:
    """Make one paper and store it; one whose data are gone is left out.

    Raises:
        PaperFailed: it could not be made, or is not valid PDF/UA-1.
    """
    kind, _, number = subject.partition(":")
    known_signs()  # asks the system once a process, and not with a transaction open
    with reading_only(), current_app.test_request_context(), force_locale("pl"):
        paper = paper_contents.MAKERS[kind](int(number))
        if paper is None:
            return
        html = rendered(paper)
    pdf = printed(html, paper.dated)
    kept = keep(io.BytesIO(pdf), LARGEST)
    with saving():
        register(kept, now=now)
        document = find(kind, number) or Document(kind=kind, subject=number)
        document.name, document.sha256, document.made_at = paper.name, kept.sha256, now
        db.session.add(document)


def rendered(paper: paper_contents.Paper) -> str:
    """Return a paper's HTML, with nothing in it that its letters cannot draw."""
    settings = current_app.config["SETTINGS"]
    html = render_template(
        f"documents/{paper.template}.html",
        contact_email=settings.contact_email,
        contact_phone=settings.contact_phone,
        dated=paper.dated,
        **paper.values,
    )
    return with_codes(html)


def find(kind: str, subject: str | int) -> Document | None:
    """Return a paper that is ready; None while the worker prepares it."""
    return db.session.scalar(select(Document).where(Document.kind == kind, Document.subject == str(subject)))


def forms_to_ask() -> dict[int, str]:
    """Return the rounds whose empty form nobody asked for since their template or their close changed: id to what."""
    stated = select(Round.id, Round.template_sha256, Round.closes_at)
    rounds = {id_: _edition(sha256, closes) for id_, sha256, closes in db.session.execute(stated)}
    known = select(Job.subject, Job.values).where(Job.kind == "document", Job.subject.startswith("empty_form:"))
    asked = {subject.partition(":")[2]: values.get("template") for subject, values in db.session.execute(known)}
    return {id_: edition for id_, edition in rounds.items() if asked.get(str(id_)) != edition}


def _edition(sha256: str, closes: datetime) -> str:
    """Name what an empty form is printed from: the round's template, and its close, which an extension moves."""
    return f"{sha256}:{closes.isoformat()}"


def ready(kind: str, subjects: Collection[int]) -> frozenset[int]:
    """Say which of these subjects have their paper of a kind by now: one statement."""
    asked = Document.kind == kind, Document.subject.in_([str(subject) for subject in subjects])
    return frozenset(int(subject) for subject in db.session.scalars(select(Document.subject).where(*asked)))
