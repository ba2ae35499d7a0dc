"""From answers to the columns that lists read, and back from an organisation to first answers."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from strefa.contest.applications.models import Application
from strefa.contest.people.models import Organisation, Person
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import template_of
from strefa.rules import answers as reading
from strefa.rules import identifiers
from strefa.rules.budget import accepts_from, budget_of
from strefa.rules.facts import AttachedFile, Facts
from strefa.rules.fields import Field
from strefa.rules.form_problems import field_problems
from strefa.rules.formspec import FormSpec, Meaning
from strefa.rules.refusal import Blocker, Refused
from strefa.rules.text import collation_key

LONGEST_TITLE = 400
LONGEST_ADDRESS = 254
LONGEST_NIP = 10
CARD = {
    "a1_name": "name", "a2_founding_authority": "founding_authority", "a3_nip": "nip", "a4_regon": "regon",
    "a5_register": "register", "a6_street": "street", "a6_postal_code": "postal_code", "a6_town": "town",
    "a6_voivodeship": "voivodeship", "a6_teryt": "teryt", "a6_commune_kind": "commune_kind",
    "a6_population": "population", "a6_population_date": "population_date", "a7_edelivery": "edelivery",
}  # fmt: skip
"""Fields of the form that ask what an organisation's own data say: by key, the column of `organisations`."""


def derive(application: Application, spec: FormSpec, answers: Mapping[str, Any]) -> None:
    """Write what the answers say into the columns that lists sort, filter and sum by."""

    def told(means: Meaning) -> str:
        field = spec.meaning(means)
        return reading.text_of(answers, field.key) if field else ""

    application.title = told(Meaning.TITLE)[:LONGEST_TITLE]
    application.sort_key = collation_key(application.title)[:1200]
    application.applicant_name = told(Meaning.ORGANISATION)[:LONGEST_TITLE] or application.applicant_name
    application.voivodeship = told(Meaning.VOIVODESHIP)[:30]
    application.teryt = told(Meaning.TERYT)[:7]
    application.category = told(Meaning.CATEGORY)[:20]
    application.contact_email = _checked("email", told(Meaning.CONTACT_EMAIL), LONGEST_ADDRESS)
    application.applicant_nip = _checked("nip", told(Meaning.NIP), LONGEST_NIP)
    application.population = _whole(told(Meaning.POPULATION))
    application.accepts_from = accepts_from(spec, answers)
    application.ask = budget_of(spec, answers).grant or None


def _checked(kind: str, text: str, longest: int) -> str | None:
    try:
        return identifiers.checked(kind, text)[:longest] or None
    except Refused:
        return None


def _whole(text: str) -> int | None:
    try:
        return reading.whole_number(text)
    except Refused:
        return None


def _as_answer(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def known_by_key(round_: Round, organisation: Organisation) -> dict[str, Any]:
    """Return what is known about an organisation as first answers, by field."""
    known = {key: _as_answer(getattr(organisation, column)) for key, column in CARD.items()}
    asked = {field.key for field in template_of(round_).form.fields}
    return {key: value for key, value in known.items() if value and key in asked}


def known_answers(round_: Round, organisation: Organisation, actor: Person) -> dict[str, dict[str, Any]]:
    """Return what is known about an organisation, and who begins, as first answers, section key to answers."""
    known = known_by_key(round_, organisation) | {"a9_contact": actor.name, "a9_email": actor.email}
    sections: dict[str, dict[str, Any]] = {}
    for section in template_of(round_).form.sections:
        given = {field.key: known[field.key] for field in section.fields if known.get(field.key)}
        if given:
            sections[section.key] = given
    return sections


def content_hash(form_sha256: str, answers: Mapping[str, Any], attachments: list[dict[str, Any]]) -> str:
    """Return the SHA-256 over form, answers and attachments that a receipt proves."""
    files = sorted((item["field"], item["name"], item["sha256"]) for item in attachments)
    text = json.dumps([form_sha256, answers, files], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def file_blockers(field: Field, facts: Facts, name: str, size: int) -> list[Blocker]:
    """List what is wrong with adding one more file to a field."""
    others = [replace(file, virus="") for file in facts.attachments]  # what is wrong with them is said elsewhere
    return field_problems(field, {}, replace(facts, attachments=(*others, AttachedFile(field.key, name, size))))
