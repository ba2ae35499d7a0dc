"""Reading attachments: what the scanner said, what the viewer can show, how much an organisation has sent."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select

from strefa.contest.applications.models import Application, Attachment, PartialUpload
from strefa.contest.people.models import Person
from strefa.infra.database import db
from strefa.infra.files import Preview, Scan
from strefa.infra.jobs import Job, JobState

DRAWN = ("application/pdf", "image/jpeg", "image/png")
"""Kinds of files that the viewer shows."""


def by_public_id(public_id: str) -> Attachment | None:
    """Load one attachment, whoever's it is: the caller has asked whose."""
    return db.session.scalar(select(Attachment).where(Attachment.public_id == public_id))


def by_public_ids(public_ids: Collection[str]) -> dict[str, Attachment]:
    """Load attachments by their public ids; one statement."""
    found = db.session.scalars(select(Attachment).where(Attachment.public_id.in_(public_ids)))
    return {attachment.public_id: attachment for attachment in found}


def to_scan(sha256: str) -> Sequence[tuple[str, str]]:
    """List what waits for the scanner's word about a content: public ids of applications and of attachments."""
    waiting = (
        select(Application.public_id, Attachment.public_id)
        .join(Attachment, Attachment.application_id == Application.id)
        .where(Attachment.sha256 == sha256, Attachment.scan == Scan.WAITING)
        .order_by(Attachment.id)
    )
    return [(application, attachment) for application, attachment in db.session.execute(waiting)]


def is_drawn(sha256: str) -> bool:
    """Say whether a content has its pictures."""
    return bool(pages_of(sha256))


def to_draw(sha256: str) -> bool:
    """Say whether a content is of a kind that the viewer shows, and nobody found a virus in it."""
    wanted = Attachment.sha256 == sha256, Attachment.media_type.in_(DRAWN), Attachment.scan != Scan.INFECTED
    return db.session.scalar(select(Attachment.id).where(*wanted).limit(1)) is not None


def pages_of(sha256: str) -> dict[int, Preview]:
    """Return the pictures of a content by page; 0 is the thumbnail."""
    found = db.session.scalars(select(Preview).where(Preview.of_sha256 == sha256).order_by(Preview.page))
    return {preview.page: preview for preview in found}


def picture(sha256: str, page: int) -> Preview | None:
    """Return the picture of one page; None when it is not drawn."""
    return db.session.scalar(select(Preview).where(Preview.of_sha256 == sha256, Preview.page == page))


def with_thumbnail(hashes: Collection[str]) -> frozenset[str]:
    """Say which of these contents have a thumbnail by now; one statement."""
    drawn = select(Preview.of_sha256).where(Preview.of_sha256.in_(hashes), Preview.page == 0)
    return frozenset(db.session.scalars(drawn))


def cannot_be_drawn(sha256: str) -> bool:
    """Say whether drawing a content was tried and given up."""
    failed = Job.kind == "file", Job.subject == sha256, Job.state == JobState.FAILED
    return db.session.scalar(select(Job.id).where(*failed)) is not None


def to_look_at(*, scanned: bool, limit: int = 500) -> Sequence[str]:
    """List the contents that nobody looks at and somebody should: attached before that was done, or given up.

    Args:
        scanned: whether the instance has a scanner, so that files wait for its word.
    """
    asked = select(Job.subject).where(Job.kind == "file")
    never = Attachment.sha256.not_in(asked)
    given_up = Attachment.sha256.in_(asked.where(Job.state != JobState.WAITING)) & (Attachment.scan == Scan.WAITING)
    wanted = or_(never, given_up) if scanned else never
    return list(db.session.scalars(select(Attachment.sha256).where(wanted).distinct().limit(limit)))


def begun_upload(application: Application, field: str, name: str, size: int, actor: Person) -> PartialUpload | None:
    """Return the file in pieces that a person began, told by its name and size; the newest."""
    same = (
        PartialUpload.application_id == application.id, PartialUpload.person_id == actor.id,
        PartialUpload.field == field, PartialUpload.name == name, PartialUpload.size == size,
    )  # fmt: skip
    return db.session.scalar(select(PartialUpload).where(*same).order_by(PartialUpload.id.desc()).limit(1))


def upload_of(application: Application, public_id: str, actor: Person) -> PartialUpload | None:
    """Return a file in pieces by its address: one's own, and of this application."""
    own = PartialUpload.application_id == application.id, PartialUpload.person_id == actor.id
    return db.session.scalar(select(PartialUpload).where(PartialUpload.public_id == public_id, *own))


def uploads_begun_before(moment: datetime) -> Sequence[PartialUpload]:
    """List files in pieces that nobody will finish."""
    return db.session.scalars(select(PartialUpload).where(PartialUpload.begun_at < moment)).all()


def size_of_all(application: Application) -> int:
    """Return how many bytes an organisation's files take in a round: each content once, removed and coming ones too."""
    own = (
        Application.round_id == application.round_id,
        Application.organisation_id == application.organisation_id,
    )
    contents = (
        select(Attachment.sha256, func.max(Attachment.size).label("size"))
        .join(Application, Application.id == Attachment.application_id)
        .where(*own)
        .group_by(Attachment.sha256)
        .subquery()
    )
    coming = (
        select(func.coalesce(func.sum(PartialUpload.size), 0))
        .join(Application, Application.id == PartialUpload.application_id)
        .where(*own)
        .scalar_subquery()
    )
    return int(db.session.scalar(select(func.coalesce(func.sum(contents.c.size), 0) + coming)) or 0)
