"""Reading the lines that stand at the top of every page."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from strefa.contest.rounds.models import Notice
from strefa.infra.database import db

LISTED = 20  # of the lines that were, the newest


def not_over(now: datetime) -> Sequence[Notice]:
    """List the lines that stand or are yet to come, in the order they begin."""
    lasting = Notice.ended_at.is_(None), or_(Notice.ends_at.is_(None), Notice.ends_at > now)
    return db.session.scalars(select(Notice).where(*lasting).order_by(Notice.starts_at, Notice.id)).all()


def newest() -> Sequence[Notice]:
    """List the lines set lately, the newest first, those that are over too."""
    return db.session.scalars(select(Notice).order_by(Notice.id.desc()).limit(LISTED)).all()


def by_public_id(public_id: str) -> Notice | None:
    """Return a line by its address id."""
    return db.session.scalar(select(Notice).where(Notice.public_id == public_id))
