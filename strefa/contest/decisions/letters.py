"""Letters to those who decide: approvers learn of a proposal, staff learn that one came back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from strefa.contest.decisions.models import Proposal
from strefa.contest.people.models import Person
from strefa.contest.people.queries import holding
from strefa.contest.rounds.models import Round
from strefa.infra import messages
from strefa.rules.policy import Role


def write_of_proposal(round_: Round, *, actor: Person, now: datetime) -> None:
    """Ask those who approve to look at what is proposed; whoever proposed it may not approve it."""
    _write("decisions_proposed", round_, holding(round_.id, Role.APPROVER), actor, now)


def write_of_return(round_: Round, proposal: Proposal, reason: str, *, actor: Person, now: datetime) -> None:
    """Tell staff, and a chair who proposed it, that the proposal came back and why."""
    people = {person.id: person for person in holding(round_.id, Role.COORDINATOR)}
    people |= {chair.id: chair for chair in holding(round_.id, Role.CHAIR) if chair.id == proposal.proposed_by_id}
    _write("decisions_returned", round_, people.values(), actor, now, reason=reason)


def _write(template: str, round_: Round, people: Iterable[Person], actor: Person, now: datetime, **values: Any) -> None:
    about = {"round": {"pl": round_.name, "en": round_.name_en}, "slug": round_.slug, "name": actor.name}
    for person in people:
        if person.id != actor.id:
            messages.queue(template, person, now=now, round_id=round_.id, **about, **values)
