"""Whether an organisation may send one more application in a round, before a button offers to begin it."""

from collections.abc import Iterable
from dataclasses import dataclass

from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import template_of
from strefa.rules.lifecycle import SENT, Status


@dataclass(frozen=True)
class Room:
    """How many applications one organisation may send, and whether those that it began or sent fill that."""

    allowed: int
    is_full: bool
    has_sent: bool
    has_draft: bool


def room_in(round_: Round, begun: Iterable[Iterable[Status]]) -> Room:
    """Say whether any of a person's organisations may begin one more application in a round.

    A draft takes its place, too: a second one could only be sent instead of it.

    Args:
        begun: where the applications of each of her organisations in this round stand; nothing when she has none.
    """
    allowed, each = template_of(round_).frame.applications_per_organisation, [tuple(one) for one in begun]
    counted = [sum(status in SENT or status is Status.DRAFT for status in one) for one in each]
    every = {status for one in each for status in one}
    is_full = bool(each) and min(counted) >= allowed
    return Room(allowed, is_full, has_sent=bool(every & SENT), has_draft=Status.DRAFT in every)
