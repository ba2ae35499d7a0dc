"""Moving the close of a call: for all, or for one application by exception. Everybody concerned is told by letter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update

from strefa.contest.applications import extension_queries
from strefa.contest.applications.models import Application, Extension
from strefa.contest.people.models import Organisation, Person
from strefa.contest.people.queries import holding
from strefa.contest.rounds.models import Outage, Round
from strefa.contest.rounds.queries import blockers_to_change, close_of, timetable_of
from strefa.infra import messages
from strefa.infra.chance import public_id
from strefa.infra.database import db, lock
from strefa.infra.journal import record
from strefa.rules.lifecycle import Status
from strefa.rules.own_words import blockers_of_words
from strefa.rules.policy import Role
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.text import normalised

LEAST_REASON = 10  # characters of why a close is moved
MOST_REASON = 400


@dataclass(frozen=True)
class Later:
    """A later close: until when, why, for whom.

    Without an organisation it is for all. With one it is an exception: for that application of it, or without any
    for one that it has yet to begin.
    """

    until: datetime
    reason: str
    reason_en: str = ""
    outage: Outage | None = None
    organisation: Organisation | None = None
    application: Application | None = None


def blockers_to_extend(round_: Round, later: Later, now: datetime) -> list[Blocker]:
    """List what keeps the close from being moved so, as the page says it before and the action after."""
    blockers = _blockers_of_words(later)
    begun = timetable_of(round_).last_call(now)
    if begun is None:
        return [Blocker(Reason.CALL_NOT_BEGUN, "until", {"opens": round_.opens_at}), *blockers]
    given = later.application.late_until if later.application else None
    closes = max(begun.ends, given or begun.ends)
    if later.until <= now:
        blockers.append(Blocker(Reason.EXTENSION_PAST, "until"))
    elif later.until <= closes:
        blockers.append(Blocker(Reason.EXTENSION_NOT_LATER, "until", {"closes": closes}))
    blockers += blockers_to_change(round_)
    if later.organisation is None:
        return blockers + _blockers_for_all(round_, later, now)
    if later.application and later.application.status not in extension_queries.OPENABLE:
        blockers.append(Blocker(Reason.EXTENSION_NOT_FOR_THIS, "application"))
    return blockers


def _blockers_of_words(later: Later) -> list[Blocker]:
    """List what the reasons lack: everybody reads those of an extension for all, so they are in both languages."""
    given = {"reason": later.reason} | ({"reason_en": later.reason_en} if later.organisation is None else {})
    found = [blockers_of_words(text, at, least=LEAST_REASON, most=MOST_REASON) for at, text in given.items()]
    return [blocker for blockers in found for blocker in blockers]


def _blockers_for_all(round_: Round, later: Later, now: datetime) -> list[Blocker]:
    """List what keeps the close from being moved for all: a decided formal check, the next call.

    Once somebody's application has been decided on, the others may not go on changing theirs.
    """
    blockers, following = [], timetable_of(round_).next_call(now)
    if following and later.until > following.starts:
        blockers.append(Blocker(Reason.EXTENSION_MEETS_CALL, "until", {"opens": following.starts}))
    if number := extension_queries.checked(round_):
        blockers.append(Blocker(Reason.FORMAL_CHECK_BEGUN, "", {"number": number}))
    return blockers


def extend(round_: Round, later: Later, *, actor: Person, now: datetime) -> Extension:
    """Move the close of the call that runs or ran last, for all or by exception; write it down and tell whom it concerns.

    Saying the same again (a double click) returns what was made.

    Raises:
        Refused: as listed by `blockers_to_extend`.
    """
    lock(f"round:{round_.id}")
    if (made := _made_already(round_, later)) is not None:
        return made
    if blockers := blockers_to_extend(round_, later, now):
        raise Refused(*blockers)
    call = timetable_of(round_).last_call(now)
    assert call is not None  # else it was refused
    extension = Extension(
        public_id=public_id(), round_id=round_.id, outage_id=later.outage.id if later.outage else None,
        organisation_id=later.organisation.id if later.organisation else None,
        application_id=later.application.id if later.application else None,
        before=call.ends, until=later.until, reason=_tidy(later.reason), reason_en=_tidy(later.reason_en),
        made_at=now, made_by_id=actor.id,
    )  # fmt: skip
    db.session.add(extension)
    if later.organisation is None:
        _extend_for_all(round_, extension, actor, now)
    else:
        _extend_for_one(round_, extension, later, actor, now)
    return extension


def _tidy(text: str) -> str:
    return " ".join(normalised(text).split())


def _made_already(round_: Round, later: Later) -> Extension | None:
    rows = extension_queries.for_all(round_) if later.organisation is None else extension_queries.exceptions(round_)
    return next((row for row in rows[:1] if _said(row) == _wanted(later)), None)


def _said(row: Extension) -> tuple[Any, ...]:
    return row.until, row.reason, row.organisation_id, row.application_id


def _wanted(later: Later) -> tuple[Any, ...]:
    owner, one = later.organisation, later.application
    return later.until, _tidy(later.reason), owner.id if owner else None, one.id if one else None


def _extend_for_all(round_: Round, extension: Extension, actor: Person, now: datetime) -> None:
    round_.extended_to = [*round_.extended_to, extension.until.isoformat()]
    round_.closes_at = close_of(round_)
    db.session.execute(  # whoever has no application sent yet is reminded of the new close from the beginning
        update(Application)
        .where(Application.round_id == round_.id, Application.status == Status.DRAFT)
        .values(reminded_hours=None, close_moved_at=now)
        .execution_options(synchronize_session=False)
    )
    told = _tell("call_extended", round_, extension, extension_queries.concerned(round_), now)
    record(
        "extend_call", f"round:{round_.slug}", actor=actor, now=now, round_id=round_.id, count=told,
        moved_from=extension.before.isoformat(), closes=extension.until.isoformat(), reason=extension.reason,
    )  # fmt: skip


def _extend_for_one(round_: Round, extension: Extension, later: Later, actor: Person, now: datetime) -> None:
    application, owner = later.application, later.organisation
    assert owner is not None  # an exception is somebody's
    if application is not None:
        application.late_until, application.close_moved_at, application.reminded_hours = later.until, now, None
    whom = extension_queries.concerned(round_, owner.id)
    about = {"application": application.public_id, "number": application.number or ""} if application else {}
    told = _tell("late_exception", round_, extension, whom, now, organisation=owner.name, slug=round_.slug, **about)
    subject = f"application:{application.public_id}" if application else f"organisation:{owner.public_id}"
    record(
        "let_in_late", subject, actor=actor, now=now, round_id=round_.id, count=told, organisation=owner.name,
        closes=extension.until.isoformat(), reason=extension.reason, extension=extension.public_id,
    )  # fmt: skip


def blockers_to_take_back(exception: Extension, round_: Round, now: datetime) -> list[Blocker]:
    """List what keeps an exception from being taken back: it was used, or it is over by itself."""
    if extension_queries.used([exception]):
        return [Blocker(Reason.EXCEPTION_USED), *blockers_to_change(round_)]
    if exception.until <= now:
        return [Blocker(Reason.EXCEPTION_OVER, "", {"closes": exception.until}), *blockers_to_change(round_)]
    return blockers_to_change(round_)


def take_back(exception: Extension, round_: Round, reason: str, *, actor: Person, now: datetime) -> None:
    """Take back an exception that nobody used: nothing can be sent by it any more, and whom it concerned is told why.

    What was written by it stays a draft, or as it was sent before.

    Raises:
        Refused: something was sent by it, it is over, the reason is too short or too long, or decisions stand.
    """
    lock(f"round:{round_.id}")
    if exception.application is not None:
        lock(exception.application.lock_name)  # somebody may be sending it by this very exception
    lacking = blockers_of_words(reason, least=LEAST_REASON, most=MOST_REASON)
    if blockers := blockers_to_take_back(exception, round_, now) + lacking:
        raise Refused(*blockers)
    application, owner = exception.application, exception.organisation
    assert owner is not None  # an exception is somebody's
    whom = extension_queries.concerned(round_, owner.id)
    about = {"application": application.public_id, "number": application.number or ""} if application else {}
    told = _tell(
        "exception_taken_back", round_, exception, whom, now, organisation=owner.name, slug=round_.slug,
        **about | {"reason": _tidy(reason)},
    )  # fmt: skip
    subject = f"application:{application.public_id}" if application else f"organisation:{owner.public_id}"
    record(
        "take_back_exception", subject, actor=actor, now=now, round_id=round_.id, count=told, organisation=owner.name,
        closes=exception.until.isoformat(), reason=_tidy(reason), extension=exception.public_id,
    )  # fmt: skip
    db.session.delete(exception)
    if application is not None:
        db.session.flush()
        application.late_until = extension_queries.latest_of(application)


def _tell(
    letter: str, round_: Round, extension: Extension, whom: extension_queries.Concerned, now: datetime, **values: Any
) -> int:
    """Write to everybody concerned and to the round's staff, once to each; return how many letters that makes."""
    staff = holding(round_.id, Role.COORDINATOR)
    readers = _each_once([*whom.members, *staff], whom.contacts)
    for reader in readers:
        messages.queue(
            letter, reader, now=now, round_id=round_.id, closes=extension.until.isoformat(),
            before=extension.before.isoformat(),
            **{"reason": extension.reason, "reason_en": extension.reason_en} | values,
        )  # fmt: skip
    return len(readers)


def _each_once(people: Iterable[Person], contacts: Iterable[str]) -> list[Person | str]:
    """Return each person once, and the bare addresses that are nobody's of them."""
    known = {person.id: person for person in people}
    held = {person.email.casefold() for person in known.values()}
    return [*known.values(), *(address for address in contacts if address.casefold() not in held)]
