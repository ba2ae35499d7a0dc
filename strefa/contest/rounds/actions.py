"""Setting a round up: its template becomes rows, each part a frozen version with a hash."""

import hashlib
import json
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select

from strefa.contest.people.models import Person, RoundRole
from strefa.contest.rounds import queries
from strefa.contest.rounds.models import (
    ClauseVersion,
    FormVersion,
    Round,
    RoundDocument,
    RubricVersion,
    RuleSetVersion,
)
from strefa.infra import files
from strefa.infra.chance import public_id
from strefa.infra.database import db, lock
from strefa.infra.journal import record
from strefa.rules.plain_data import as_data, differences
from strefa.rules.policy import Role
from strefa.rules.privacy import Audience
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.round_template import RoundTemplate
from strefa.rules.text import normalised
from strefa.rules.timetable import Phase

LONGEST_TITLE = 200
MOST_TOLD = 20  # places of a round's file that the journal names when it changes

AnyVersion = TypeVar("AnyVersion", FormVersion, RubricVersion, RuleSetVersion)


def load(template: RoundTemplate, source: str, *, anew: bool = False, actor: Person | None, now: datetime) -> Round:
    """Store a round, or bring a known one up to date. A coordinator who sets a round up coordinates it.

    Args:
        template: the validated round.
        source: its canonical YAML, what an export writes back byte for byte.
        anew: whether a round that there is already is refused, so that none is changed by mistake.
        actor: None is the command line, which may change any round.

    Raises:
        Refused: the round is known and was to be a new one; scoring rules, pool or opening differ although the
            first score has been given; another round has the same number prefix, or this one's is in use; the
            actor does not coordinate the known round.
    """
    lock("rounds")  # two people who load the same new round take turns
    round_ = db.session.scalar(select(Round).where(Round.slug == template.slug))
    blockers = blockers_to_load(round_, template, actor)
    if anew and round_ is not None and not blockers:
        blockers = [Blocker(Reason.ROUND_EXISTS, "slug", {"slug": template.slug})]
    if blockers:
        raise Refused(*blockers)
    begun = round_ is None
    if round_ is None:
        round_ = Round(slug=template.slug, created_at=now, template={}, template_sha256="", source="")
        db.session.add(round_)
    changed = [] if begun else differences(round_.template, template.as_data())
    _fill(round_, template, source)
    db.session.flush()
    of_form, of_rubric, of_rules = parts_of(template.as_data())
    form = _version(FormVersion, round_, of_form, now)
    rubric = _version(RubricVersion, round_, of_rubric, now)
    rules = _version(RuleSetVersion, round_, of_rules, now)
    round_.form_version, round_.rubric_version, round_.rule_set_version = form, rubric, rules
    round_.form_version_id, round_.rubric_version_id, round_.rule_set_version_id = form.id, rubric.id, rules.id
    _version_clauses(round_, template, now)
    if begun and actor is not None and Role.COORDINATOR in actor.roles_anywhere:
        db.session.add(RoundRole(round_id=round_.id, person_id=actor.id, role=Role.COORDINATOR, granted_at=now))
    db.session.flush()
    told = {"changed": changed_places(changed)} if changed else {}
    record(
        "load_round", f"round:{round_.slug}", actor=actor, now=now, round_id=round_.id,
        sha256=round_.template_sha256, **told,
    )  # fmt: skip
    return round_


def changed_places(places: list[str]) -> str:
    """Write down the places of a round's file that differ: the first of them, and how many more there are."""
    more = len(places) - MOST_TOLD
    return ", ".join([*places[:MOST_TOLD], *([f"+{more}"] if more > 0 else [])])


def freeze_rules(round_: Round, *, actor: Person, now: datetime) -> None:
    """Freeze how the round is scored and ranked: done once, before its first mark is stored."""
    lock(f"round:{round_.id}")
    if round_.rules_frozen_at is None:
        round_.rules_frozen_at = now
        record("freeze_rules", f"round:{round_.slug}", actor=actor, now=now, round_id=round_.id)


def blockers_to_load(known: Round | None, template: RoundTemplate, actor: Person | None) -> list[Blocker]:
    """List what stands between a template and its place in the database."""
    blockers = []
    if known and actor is not None and Role.COORDINATOR not in actor.roles_in(known.id):
        blockers.append(Blocker(Reason.SLUG_TAKEN, "slug", {"slug": known.slug}))
        known = None  # what that round cannot change any more is not for her to hear
    holder = db.session.scalar(select(Round.slug).where(Round.number_prefix == template.number_prefix))
    if holder is not None and holder != template.slug:
        blockers.append(Blocker(Reason.PREFIX_TAKEN, "number_prefix", {"slug": holder}))
    if known and known.last_number and known.number_prefix != template.number_prefix:
        blockers.append(Blocker(Reason.PREFIX_IN_USE, "number_prefix", {"prefix": known.number_prefix}))
    if known and known.rules_frozen_at:
        since = {"since": known.rules_frozen_at}
        blockers += [Blocker(Reason.RULES_FROZEN, place, since) for place in _unfrozen(known, template)]
    return blockers


def _unfrozen(known: Round, template: RoundTemplate) -> list[str]:
    """Name the places of a template that differ from what the ranking of a round is made by."""
    said, opens = template.as_data(), template.timetable.in_utc().stage(Phase.CALL)
    differs = {
        "scoring": known.template["scoring"] != said["scoring"],
        "frame.pool": known.pool != template.frame.pool,
        "timetable.stages": opens is not None and known.opens_at != opens.starts,  # bonuses look at what was before
    }
    return [place for place, different in differs.items() if different]


def publish_document(
    round_: Round, kept: files.Kept, name: str, about: dict[str, str], *, actor: Person, now: datetime
) -> RoundDocument:
    """Publish a document of a round, or a new version of one; earlier versions stay to be read.

    Args:
        kept: a PDF that is on disk already and was checked.
        name: what the file is called.
        about: "key" of a published document for a new version, "title" and "title_en"; what is left empty
            stays as it was.

    Raises:
        Refused: there is no such document, or a new one has no title in either language.
    """
    lock(f"round:{round_.id}")
    newest = queries.newest_document(round_.id, about.get("key", ""))
    if blockers := blockers_to_publish(newest, about):
        raise Refused(*blockers)
    if (known := queries.document_with(round_.id, kept.sha256)) is not None:
        return known  # the same file sent twice
    files.register(kept, now=now)
    titles = {part: normalised(about.get(part, "")).strip() for part in ("title", "title_en")}
    document = RoundDocument(
        public_id=public_id(), round_id=round_.id, key=newest.key if newest else public_id(),
        version=newest.version + 1 if newest else 1,
        title=titles["title"] or (newest.title if newest else ""),
        title_en=titles["title_en"] or (newest.title_en if newest else ""),
        name=name, media_type="application/pdf", sha256=kept.sha256, published_at=now,
    )  # fmt: skip
    db.session.add(document)
    record(
        "publish_document", f"round:{round_.slug}", actor=actor, now=now, round_id=round_.id, title=document.title,
        version=document.version, sha256=kept.sha256,
    )  # fmt: skip
    return document


def blockers_to_publish(newest: RoundDocument | None, about: dict[str, str]) -> list[Blocker]:
    """List what a document lacks before it can be published."""
    if about.get("key") and newest is None:
        return [Blocker(Reason.ANSWER_NOT_OFFERED, "key")]
    blockers = []
    for part in ("title", "title_en"):
        over = len(normalised(about.get(part, "")).strip()) - LONGEST_TITLE
        if not about.get(part, "").strip() and newest is None:
            blockers.append(Blocker(Reason.ANSWER_MISSING, part))
        elif over > 0:
            blockers.append(Blocker(Reason.ANSWER_TOO_LONG, part, {"over": over, "limit": LONGEST_TITLE}))
    return blockers


def _fill(round_: Round, template: RoundTemplate, source: str) -> None:
    for name, value in columns_of(template).items():
        setattr(round_, name, value)
    round_.template, round_.source = template.as_data(), source
    round_.template_sha256 = sha256_of(round_.template)
    round_.extended_to = round_.extended_to or []
    round_.closes_at = queries.close_of(round_)  # a file loaded after an extension does not undo it


def columns_of(template: RoundTemplate) -> dict[str, Any]:
    """Return what a round's columns say of its template: names, pool and moments, by the column's name."""
    timetable = template.timetable.in_utc()
    call = timetable.stage(Phase.CALL)
    announced = timetable.stage(Phase.ANNOUNCED)
    assert call is not None  # a template without a call is refused when it is read
    return {
        "name": template.name.pl,
        "name_en": template.name.en,
        "number_prefix": template.number_prefix,
        "pool": template.frame.pool,
        "announced_at": announced.starts if announced else call.starts,
        "opens_at": call.starts,
        "closes_at": call.ends,
        "grace_seconds": template.timetable.grace_minutes * 60,
    }


def parts_of(data: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Return what is frozen as versions of its own of a template's data: form, rubric and rule set."""
    scoring = data["scoring"]
    rules = {key: value for key, value in scoring.items() if key != "criteria"} | {"pool": data["frame"]["pool"]}
    return data["form"], {"criteria": scoring["criteria"]}, rules


def _version(kind: type[AnyVersion], round_: Round, data: Any, now: datetime) -> AnyVersion:
    """Return the round's newest version when it says the same, else a new one."""
    newest = db.session.scalar(select(kind).where(kind.round_id == round_.id).order_by(kind.version.desc()).limit(1))
    if newest is not None and newest.sha256 == sha256_of(data):
        return newest
    version = kind(round_id=round_.id, version=newest.version + 1 if newest else 1, data=data, created_at=now)
    version.sha256 = sha256_of(data)
    db.session.add(version)
    db.session.flush()
    return version


def _version_clauses(round_: Round, template: RoundTemplate, now: datetime) -> None:
    """Keep a new version of each clause that says something else than before; one that is empty now ends nothing."""
    known = queries.clauses_in_force([round_.id])
    for audience in Audience:
        data = {"paragraphs": [as_data(paragraph) for paragraph in template.clauses.of(audience)]}
        newest = known.get((round_.id, audience.value))
        if data["paragraphs"] and (newest is None or newest.sha256 != sha256_of(data)):
            db.session.add(
                ClauseVersion(
                    round_id=round_.id, audience=audience.value, version=newest.version + 1 if newest else 1,
                    data=data, sha256=sha256_of(data), created_at=now,
                )
            )  # fmt: skip


def sha256_of(data: Any) -> str:
    """Return the SHA-256 of data as canonical JSON."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
