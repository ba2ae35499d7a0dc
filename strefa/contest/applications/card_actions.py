"""What an application says of its organisation, taken over to the organisation's own data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from strefa.contest.applications import columns
from strefa.contest.applications.models import Application
from strefa.contest.people import organisation_actions as organisations
from strefa.contest.people.models import Organisation, Person
from strefa.rules import answers as reading
from strefa.rules.refusal import Reason


@dataclass(frozen=True)
class News:
    """What taking over would change: column to the value now and then; and what is left out as it cannot be read."""

    changes: Mapping[str, tuple[Any, Any]]
    unreadable: tuple[str, ...]
    typed: Mapping[str, str]


def news_of(application: Application) -> News:
    """Compare an application's answers with its organisation's data; needs `organisation` loaded."""
    organisation, answers = application.organisation, application.answers
    told = {column: reading.text_of(answers, key).strip() for key, column in columns.CARD.items()}
    told, unreadable = {column: text for column, text in told.items() if text}, list[str]()
    values, blockers = organisations.read_description(_typed(organisation, told))
    while blockers:
        dropped = {blocker.at for blocker in blockers}
        if any(blocker.reason is Reason.TERYT_OF_OTHER_VOIVODESHIP for blocker in blockers):
            dropped |= {"voivodeship"}
        unreadable += [column for column in told if column in dropped]
        kept = {column: text for column, text in told.items() if column not in dropped}
        if kept == told:
            break  # it is the organisation's own data that cannot be read
        told = kept
        values, blockers = organisations.read_description(_typed(organisation, told))
    before = {column: getattr(organisation, column) for column in told}
    changes = {column: (before[column], values[column]) for column in told if before[column] != values[column]}
    return News({} if blockers else changes, tuple(unreadable), _typed(organisation, told))


def _typed(organisation: Organisation, told: Mapping[str, str]) -> dict[str, str]:
    kept = {column: getattr(organisation, column) for column in organisations.COLUMNS}
    return {column: str(value) for column, value in kept.items() if value is not None} | dict(told)


def take_over(application: Application, *, actor: Person, now: datetime) -> None:
    """Write what an application says of its organisation into the organisation's data; twice it changes nothing."""
    organisations.describe_organisation(
        application.organisation, news_of(application).typed, actor=actor, now=now,
        source=application.number or application.public_id,
    )  # fmt: skip
