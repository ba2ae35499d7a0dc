"""Reading rounds: the round, its template and its frozen versions."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from strefa.contest.rounds.models import Frozen, Round, RoundDocument
from strefa.infra.database import db
from strefa.rules.formspec import FormSpec
from strefa.rules.round_template import RoundTemplate

VERSIONS = (
    joinedload(Round.form_version),
    joinedload(Round.rubric_version),
    joinedload(Round.rule_set_version),
)

_known: dict[str, RoundTemplate] = {}
_known_forms: dict[str, FormSpec] = {}


def by_slug(slug: str) -> Round | None:
    """Return the round with an address name, its versions loaded."""
    return db.session.scalar(select(Round).options(*VERSIONS).where(Round.slug == slug))


def by_id(round_id: int) -> Round | None:
    """Return the round with an id, its versions loaded."""
    return db.session.scalar(select(Round).options(*VERSIONS).where(Round.id == round_id))


def listed() -> Sequence[Round]:
    """List all rounds, the newest first."""
    return db.session.scalars(select(Round).options(*VERSIONS).order_by(Round.opens_at.desc())).all()


def documents_of(round_: Round) -> Sequence[RoundDocument]:
    """List the published documents of a round: the newest version of each first."""
    return db.session.scalars(
        select(RoundDocument)
        .where(RoundDocument.round_id == round_.id)
        .order_by(RoundDocument.key, RoundDocument.version.desc())
    ).all()


def template_of(round_: Round) -> RoundTemplate:
    """Return a round's template; building it costs milliseconds, so it is kept by its hash."""
    known = _known.get(round_.template_sha256)
    if known is None:
        known = _known[round_.template_sha256] = RoundTemplate.from_data(round_.template)
    return known


def form_of(version: Frozen) -> FormSpec:
    """Return the form of a frozen version, kept by its hash."""
    known = _known_forms.get(version.sha256)
    if known is None:
        known = _known_forms[version.sha256] = FormSpec.from_data(version.data)
    return known
