"""Setting a round up: its template becomes rows, each part a frozen version with a hash."""

import hashlib
import json
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select

from strefa.contest.people.models import Person
from strefa.contest.rounds.models import FormVersion, Round, RubricVersion, RuleSetVersion
from strefa.infra.database import db, lock
from strefa.infra.journal import record
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.round_template import RoundTemplate
from strefa.rules.timetable import Phase

AnyVersion = TypeVar("AnyVersion", FormVersion, RubricVersion, RuleSetVersion)


def load(template: RoundTemplate, source: str, *, actor: Person | None, now: datetime) -> Round:
    """Store a round, or bring a known one up to date.

    Args:
        template: the validated round.
        source: its canonical YAML, what an export writes back byte for byte.

    Raises:
        Refused: scoring rules differ although the first score has been given; or another round
            has the same number prefix.
    """
    round_ = db.session.scalar(select(Round).where(Round.slug == template.slug))
    if blockers := blockers_to_load(round_, template):
        raise Refused(*blockers)
    if round_ is None:
        round_ = Round(slug=template.slug, created_at=now, template={}, template_sha256="", source="")
        db.session.add(round_)
    _fill(round_, template, source)
    db.session.flush()
    data = template.as_data()
    form = _version(FormVersion, round_, data["form"], now)
    rubric = _version(RubricVersion, round_, {"criteria": data["scoring"]["criteria"]}, now)
    rules = _version(RuleSetVersion, round_, _rules(data), now)
    round_.form_version, round_.rubric_version, round_.rule_set_version = form, rubric, rules
    round_.form_version_id, round_.rubric_version_id, round_.rule_set_version_id = form.id, rubric.id, rules.id
    db.session.flush()
    record(
        "load_round", f"round:{round_.slug}", actor=actor, now=now, round_id=round_.id, sha256=round_.template_sha256
    )
    return round_


def freeze_rules(round_: Round, *, actor: Person, now: datetime) -> None:
    """Freeze how the round is scored and ranked: done once, before its first mark is stored."""
    lock(f"round:{round_.id}")
    if round_.rules_frozen_at is None:
        round_.rules_frozen_at = now
        record("freeze_rules", f"round:{round_.slug}", actor=actor, now=now, round_id=round_.id)


def blockers_to_load(known: Round | None, template: RoundTemplate) -> list[Blocker]:
    """List what stands between a template and its place in the database."""
    blockers = []
    holder = db.session.scalar(select(Round.slug).where(Round.number_prefix == template.number_prefix))
    if holder is not None and holder != template.slug:
        blockers.append(Blocker(Reason.PREFIX_TAKEN, "number_prefix", {"slug": holder}))
    if known and known.rules_frozen_at and known.template["scoring"] != template.as_data()["scoring"]:
        blockers.append(Blocker(Reason.RULES_FROZEN, "scoring", {"since": known.rules_frozen_at}))
    return blockers


def _fill(round_: Round, template: RoundTemplate, source: str) -> None:
    timetable = template.timetable.in_utc()
    call = timetable.stage(Phase.CALL)
    announced = timetable.stage(Phase.ANNOUNCED)
    assert call is not None  # a template without a call is refused when it is read
    round_.name, round_.name_en = template.name.pl, template.name.en
    round_.number_prefix, round_.pool = template.number_prefix, template.frame.pool
    round_.announced_at = announced.starts if announced else call.starts
    round_.opens_at, round_.closes_at = call.starts, call.ends
    round_.grace_seconds = template.timetable.grace_minutes * 60
    round_.template, round_.source = template.as_data(), source
    round_.template_sha256 = sha256_of(round_.template)


def _rules(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data["scoring"].items() if key != "criteria"} | {"pool": data["frame"]["pool"]}


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


def sha256_of(data: Any) -> str:
    """Return the SHA-256 of data as canonical JSON."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
