"""Asking whoever may sign to read an application and send it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from strefa.contest.applications import actions, queries
from strefa.contest.applications.models import Application
from strefa.contest.people.models import Person
from strefa.contest.people.queries import holding, members_with
from strefa.infra import messages
from strefa.infra.journal import record
from strefa.rules.lifecycle import Status, Step, steps_from
from strefa.rules.policy import OrganisationRole, Role
from strefa.rules.refusal import Blocker, Reason, Refused

PAUSE = timedelta(minutes=15)  # between two letters that ask for the same


def blockers_to_ask(application: Application, signatories: Sequence[Person], now: datetime) -> list[Blocker]:
    """List what keeps signatories from being asked: nothing to send, a closed call, nobody to ask, asked just now.

    Args:
        signatories: who would be asked: the others who may sign.
    """
    if Step.SUBMIT not in steps_from(application.status):
        return [Blocker(Reason.WRONG_STATUS, Step.SUBMIT)]
    asked, blockers = application.sign_asked_at, []
    if not queries.is_open(application, now):
        blockers.append(actions.closed(application))
    if not signatories:
        blockers.append(Blocker(Reason.NO_SIGNATORY))
    elif asked is not None and now < asked + PAUSE:
        blockers.append(
            Blocker(Reason.ASKED_TO_SIGN, "", {"asked": asked, "minutes": int(PAUSE.total_seconds() // 60)})
        )
    return blockers


def signatories_but(application: Application, actor: Person) -> list[Person]:
    """List who else may sign in the organisation: nobody who judges in the round, since she may not send in it."""
    found = members_with(application.organisation_id, OrganisationRole.SIGNATORY)
    jurors = {person.id for person in holding(application.round_id, Role.JUROR)}
    return [person for person in found if person.id != actor.id and person.id not in jurors]


def ask_to_sign(application: Application, *, actor: Person, now: datetime) -> None:
    """Write to everybody else who may sign, with the address of the page made for reading and sending.

    Raises:
        Refused: as listed by `blockers_to_ask`.
    """
    signatories = signatories_but(application, actor)
    if blockers := blockers_to_ask(application, signatories, now):
        raise Refused(*blockers)
    application.sign_asked_at = now
    for person in signatories:
        messages.queue(
            "to_sign", person, now=now, round_id=application.round_id, application=application.public_id,
            title=application.title, name=actor.name, closes=queries.last_close(application).isoformat(),
            corrections=application.status is Status.CORRECTING,
        )  # fmt: skip
    record(
        "ask_to_sign", f"application:{application.public_id}", actor=actor, now=now, round_id=application.round_id,
        count=len(signatories),
    )  # fmt: skip
