"""What happens to organisations: begun, described, joined by people with roles."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from strefa.contest.people import queries
from strefa.contest.people.models import Membership, Organisation, Person
from strefa.infra import messages
from strefa.infra.chance import public_id
from strefa.infra.database import db
from strefa.infra.journal import record
from strefa.rules import answers, identifiers
from strefa.rules.policy import OrganisationRole
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.text import collation_key, normalised, search_key

FIRST_ROLES = (OrganisationRole.EDITOR, OrganisationRole.SIGNATORY)
LONGEST = {"name": 200, "founding_authority": 200, "street": 200, "town": 120, "register": 120}
CHECKED = ("nip", "regon", "register", "postal_code", "teryt", "edelivery")
COLUMNS = ("name", "founding_authority", *CHECKED[:3], "street", "postal_code", "town", "voivodeship", "teryt",
           "commune_kind", "population", "population_date", "edelivery")  # fmt: skip


def blockers_to_describe(typed: Mapping[str, str]) -> list[Blocker]:
    """List what is wrong with an organisation's data; only the name must be given."""
    return read_description(typed)[1]


def read_description(typed: Mapping[str, str]) -> tuple[dict[str, Any], list[Blocker]]:
    """Read typed data into columns, and list what cannot be read, in the order of the form."""
    values: dict[str, Any] = {"nip": None, "regon": None, "population": None, "population_date": None}
    blockers = [] if typed.get("name", "").strip() else [Blocker(Reason.ANSWER_MISSING, "name")]
    for column in COLUMNS:
        text = normalised(typed.get(column, "")).strip()
        try:
            values[column] = _reader(column)(text) if text else values.get(column, "")
        except Refused as refused:
            blockers += refused.blockers
            continue
        over = len(text) - LONGEST.get(column, len(text))
        if over > 0:
            blockers.append(Blocker(Reason.ANSWER_TOO_LONG, column, {"over": over, "limit": LONGEST[column]}))
    return values, blockers + _of_other_voivodeship(values)


def _reader(column: str) -> Callable[[str], Any]:
    if column in CHECKED:
        return lambda text: identifiers.checked(column, text, column)
    if column == "population":
        return lambda text: answers.whole_number(text, column)
    if column == "population_date":
        return lambda text: answers.day(text, column)
    return str


def _of_other_voivodeship(values: Mapping[str, Any]) -> list[Blocker]:
    meant = identifiers.VOIVODESHIPS.get(values.get("teryt", "")[:2])
    chosen = values.get("voivodeship")
    if not (meant and chosen and meant != chosen):
        return []
    return [Blocker(Reason.TERYT_OF_OTHER_VOIVODESHIP, "teryt", {"voivodeship": chosen, "of_code": meant})]


def add_organisation(name: str, *, actor: Person, now: datetime) -> Organisation:
    """Begin an organisation; whoever begins it writes and signs until others join."""
    organisation = Organisation(public_id=public_id(), name=name, created_at=now)
    _named(organisation)
    db.session.add(organisation)
    db.session.flush()
    for role in FIRST_ROLES:
        db.session.add(Membership(organisation_id=organisation.id, person_id=actor.id, role=role, created_at=now))
    record("add_organisation", f"organisation:{organisation.public_id}", actor=actor, now=now, name=name)
    return organisation


def _named(organisation: Organisation) -> None:
    organisation.sort_key = collation_key(organisation.name)
    organisation.search_key = search_key(organisation.name)


def describe_organisation(
    organisation: Organisation, typed: Mapping[str, str], *, actor: Person, now: datetime, source: str = ""
) -> None:
    """Keep an organisation's data, each identifier in its canonical form.

    Args:
        source: the application, by number or public id, whose answers they are.

    Nobody is told whether an organisation with the same NIP exists: branches share one, and the
    answer would say who applies.

    Raises:
        Refused: all that cannot be read, each at its field.
    """
    values, blockers = read_description(typed)
    if blockers:
        raise Refused(*blockers)
    changed = {
        column: str(values[column] or "") for column in COLUMNS if getattr(organisation, column) != values[column]
    }
    for column in COLUMNS:
        setattr(organisation, column, values[column])
    _named(organisation)
    if changed:
        details: dict[str, Any] = {"changed": changed} | ({"source": source} if source else {})
        record("describe_organisation", f"organisation:{organisation.public_id}", actor=actor, now=now, **details)


def set_roles(
    organisation: Organisation, person: Person, roles: frozenset[OrganisationRole], *, actor: Person, now: datetime
) -> None:
    """Give a person these roles in an organisation and no others; none at all removes her. She is told by letter.

    Raises:
        Refused: nobody would be left who may write and look after the organisation.
    """
    held = queries.roles_in_organisation(organisation.id)
    if person.id not in held:
        raise Refused(Blocker(Reason.NOT_A_MEMBER))
    held[person.id] = roles
    if not any(OrganisationRole.EDITOR in given for given in held.values()):
        raise Refused(Blocker(Reason.LAST_EDITOR))
    mine = (Membership.organisation_id == organisation.id, Membership.person_id == person.id)
    known = set(db.session.scalars(select(Membership.role).where(*mine)))
    db.session.execute(delete(Membership).where(*mine, Membership.role.not_in(roles)))
    for role in sorted(roles - known):
        db.session.add(Membership(organisation_id=organisation.id, person_id=person.id, role=role, created_at=now))
    record(
        "set_roles", f"organisation:{organisation.public_id}", actor=actor, now=now, person=person.public_id,
        roles=sorted(roles),
    )  # fmt: skip
    if person.id != actor.id and roles != known:
        messages.queue(
            "roles_changed", person, now=now, organisation=organisation.name, public_id=organisation.public_id,
            name=actor.name, roles=sorted(roles),
        )  # fmt: skip
