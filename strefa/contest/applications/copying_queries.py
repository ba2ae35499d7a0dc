"""What a new application may begin from."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from strefa.contest.applications.models import Application
from strefa.contest.applications.queries import LISTED, STANDS
from strefa.contest.rounds.models import Round
from strefa.infra.database import db
from strefa.rules.lifecycle import Status

LISTED_AT_ONCE = 20


def to_begin_from(round_: Round, organisation_ids: Iterable[int]) -> Sequence[Application]:
    """List applications of these organisations in other rounds, the newest first; one statement."""
    others = (
        select(Application)
        .where(
            Application.organisation_id.in_(set(organisation_ids)),
            Application.round_id != round_.id,
            Application.erased_at.is_(None),
        )
        .options(*LISTED)
    )
    newest = others.order_by(Application.created_at.desc(), Application.id.desc()).limit(LISTED_AT_ONCE)
    return db.session.scalars(newest).all()


def newest_draft(round_: Round, organisation_id: int) -> Application | None:
    """Return the draft that an organisation began last in a round, with its answers."""
    drafts = select(Application).where(
        Application.round_id == round_.id,
        Application.organisation_id == organisation_id,
        Application.status == Status.DRAFT,
        STANDS,
    )
    newest = drafts.options(selectinload(Application.sections)).order_by(Application.id.desc()).limit(1)
    return db.session.scalar(newest)
