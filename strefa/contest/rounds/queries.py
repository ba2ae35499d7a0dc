"""Reading rounds: the round, its template and its frozen versions."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import defer, joinedload

from strefa.contest.rounds.models import (
    ClauseVersion,
    FormVersion,
    Frozen,
    Outage,
    Round,
    RoundDocument,
    RubricVersion,
    RuleSetVersion,
)
from strefa.infra.database import db
from strefa.rules.formspec import FormSpec
from strefa.rules.refusal import Blocker, Reason
from strefa.rules.round_template import RoundTemplate
from strefa.rules.timetable import Phase, Timetable

# A round's template and its versions are tens of kilobytes of JSON, known by their hashes after the first time:
# they are read only by who asks for them.
PLAIN = (defer(Round.template), defer(Round.source))
VERSIONS = (
    *PLAIN,
    joinedload(Round.form_version).defer(FormVersion.data),
    joinedload(Round.rubric_version).defer(RubricVersion.data),
    joinedload(Round.rule_set_version).defer(RuleSetVersion.data),
)
_BY_SLUG = select(Round).options(*VERSIONS).where(Round.slug == bindparam("slug"))

_known: dict[str, RoundTemplate] = {}
_known_forms: dict[str, FormSpec] = {}
_known_timetables: dict[tuple[str, ...], Timetable] = {}


def by_slug(slug: str) -> Round | None:
    """Return the round with an address name, its versions loaded."""
    return db.session.scalar(_BY_SLUG, {"slug": slug})


def by_id(round_id: int) -> Round | None:
    """Return the round with an id, its versions loaded."""
    return db.session.scalar(select(Round).options(*VERSIONS).where(Round.id == round_id))


def listed() -> Sequence[Round]:
    """List all rounds, the newest first."""
    return db.session.scalars(select(Round).options(*VERSIONS).order_by(Round.opens_at.desc())).all()


def documents_of(round_: Round) -> Sequence[RoundDocument]:
    """List the published documents of a round in the order they were first published, the newest version first."""
    mine = select(RoundDocument).where(RoundDocument.round_id == round_.id).order_by(RoundDocument.id)
    documents = db.session.scalars(mine).all()
    begun: dict[str, int] = {}
    for document in documents:
        begun.setdefault(document.key, document.id)
    return sorted(documents, key=lambda document: (begun[document.key], -document.version))


def newest_document(round_id: int, key: str) -> RoundDocument | None:
    """Return the version of a document that is in force."""
    versions = select(RoundDocument).where(RoundDocument.round_id == round_id, RoundDocument.key == key)
    return db.session.scalar(versions.order_by(RoundDocument.version.desc()).limit(1))


def document_with(round_id: int, sha256: str) -> RoundDocument | None:
    """Return the document of a round that is this very file."""
    return db.session.scalar(
        select(RoundDocument).where(RoundDocument.round_id == round_id, RoundDocument.sha256 == sha256).limit(1)
    )


def clauses_in_force(rounds: Collection[int]) -> dict[tuple[int, str], ClauseVersion]:
    """Return the newest version of each clause of rounds, by the round's id and the audience, with the round: one statement."""
    of_rounds = select(ClauseVersion).where(ClauseVersion.round_id.in_(rounds)).order_by(ClauseVersion.version)
    versions = of_rounds.options(joinedload(ClauseVersion.round).options(*PLAIN))
    return {(clause.round_id, clause.audience): clause for clause in db.session.scalars(versions)}


def clauses_of(round_: Round) -> Sequence[ClauseVersion]:
    """List every version of a round's clauses, the newest first."""
    mine = select(ClauseVersion).where(ClauseVersion.round_id == round_.id)
    return db.session.scalars(mine.order_by(ClauseVersion.version.desc(), ClauseVersion.id)).all()


def template_of(round_: Round) -> RoundTemplate:
    """Return a round's template; building it costs milliseconds, so it is kept by its hash."""
    known = _known.get(round_.template_sha256)
    if known is None:
        known = _known[round_.template_sha256] = RoundTemplate.from_data(round_.template)
    return known


def timetable_of(round_: Round) -> Timetable:
    """Return the timetable that a round runs by: its template's, with each close where the extensions moved it.

    Every check, page, letter and paper asks this one; kept, since some ask it every few seconds.
    """
    key = (round_.template_sha256, *round_.extended_to)
    known = _known_timetables.get(key)
    if known is None:
        known = template_of(round_).timetable.in_utc()
        for until in round_.extended_to:
            known = known.extended_to(datetime.fromisoformat(until))
        _known_timetables[key] = known
    return known


def close_of(round_: Round) -> datetime:
    """Return the close of a round's call, extensions counted: what its column says for statements in SQL."""
    call = timetable_of(round_).stage(Phase.CALL)
    assert call is not None  # a template without a call is refused when it is read
    return call.ends


def last_close_of(round_: Round) -> datetime:
    """Return when the last of a round's calls closes, extensions counted; it may be months after the first."""
    return max(stage.ends for stage in timetable_of(round_).stages if stage.key is Phase.CALL)


def outages_of(round_: Round) -> Sequence[Outage]:
    """List what is logged about a round's outages: the newest outage first, of each its newest version first."""
    rows = db.session.scalars(select(Outage).where(Outage.round_id == round_.id).order_by(Outage.version)).all()
    begins = {row.key: row.starts_at for row in rows}  # as the newest version says
    return sorted(rows, key=lambda row: (begins[row.key], row.key, row.version), reverse=True)


def newest_outage(round_id: int, key: str) -> Outage | None:
    """Return what is logged last about an outage of a round."""
    versions = select(Outage).where(Outage.round_id == round_id, Outage.key == key)
    return db.session.scalar(versions.order_by(Outage.version.desc()).limit(1))


def form_of(version: Frozen) -> FormSpec:
    """Return the form of a frozen version, kept by its hash."""
    known = _known_forms.get(version.sha256)
    if known is None:
        known = _known_forms[version.sha256] = FormSpec.from_data(version.data)
    return known


def document(slug: str, public_id: str, now: datetime) -> RoundDocument | None:
    """Return a published document of an announced round, asked for by both addresses."""
    return db.session.scalar(
        select(RoundDocument)
        .join(Round, Round.id == RoundDocument.round_id)
        .where(Round.slug == slug, RoundDocument.public_id == public_id, Round.announced_at <= now)
    )


def current(now: datetime) -> Round | None:
    """Return the round that people look for now: the newest announced one."""
    return db.session.scalar(
        select(Round).options(*VERSIONS).where(Round.announced_at <= now).order_by(Round.opens_at.desc()).limit(1)
    )


def open_now(now: datetime) -> Sequence[Round]:
    """List the rounds whose call is open, grace included; the timetable has the last word."""
    rounds = db.session.scalars(
        select(Round).options(*VERSIONS).where(Round.opens_at <= now).order_by(Round.closes_at)
    ).all()
    return [round_ for round_ in rounds if timetable_of(round_).call_is_open(now)]


def blockers_to_change(round_: Round) -> list[Blocker]:
    """List what keeps checks, cards and declarations as they are: decisions taken on them stand."""
    if round_.results_published_at:
        return [Blocker(Reason.RESULTS_PUBLISHED)]
    return [Blocker(Reason.DECISIONS_STAND)] if round_.decided_at else []
