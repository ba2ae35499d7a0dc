"""A juror's queue, round by round and line by line: how far she is, and what each application waits for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from strefa.contest.jury.models import Assignment, CardStatus
from strefa.contest.rounds.models import Round
from strefa.infra.i18n import _
from strefa.outputs.timing import scoring_ended, scoring_ends


@dataclass(frozen=True)
class QueueLine:
    """One assignment: where it stands in a word, and the kind of its badge.

    `opened` says that impartiality is declared, so the text may be read.
    """

    assignment: Assignment
    word: str
    kind: str
    opened: bool
    is_done: bool


@dataclass(frozen=True)
class RoundQueue:
    """A juror's applications of one round: what is to be done first, what is submitted last.

    `is_over` says that decisions stand on the cards, so that they are only read; `deadline` is by when cards are
    awaited, `ended` when that was: one of them, or neither where the timetable has no scoring.
    """

    round: Round
    lines: list[QueueLine]
    is_over: bool
    deadline: str
    ended: str

    @property
    def done(self) -> int:
        """How many cards are submitted."""
        return sum(line.is_done for line in self.lines)

    @property
    def following(self) -> QueueLine | None:
        """What comes next; None when every card is submitted, or none is taken any more."""
        return None if self.is_over else next((line for line in self.lines if not line.is_done), None)


def queues(assignments: Sequence[Assignment], now: datetime) -> list[RoundQueue]:
    """Return a juror's queue by round: rounds with something to do, then those that wait, then those that are over.

    Args:
        assignments: those of one round together, as `queue_of` lists them.
    """
    grouped = groupby(assignments, key=lambda one: one.application.round)
    return sorted((_queue(round_, list(own), now) for round_, own in grouped), key=_order)


def _order(queue: RoundQueue) -> tuple[bool, bool]:
    return queue.is_over, queue.following is None


def _queue(round_: Round, assignments: list[Assignment], now: datetime) -> RoundQueue:
    lines = sorted((_line(assignment) for assignment in assignments), key=lambda line: line.is_done)
    is_over = bool(round_.decided_at or round_.results_published_at)
    return RoundQueue(round_, lines, is_over, scoring_ends(round_, now), scoring_ended(round_, now))


def _line(assignment: Assignment) -> QueueLine:
    card, opened = assignment.card, bool(assignment.declaration and assignment.declaration.impartial)
    if card is not None and card.status is CardStatus.SUBMITTED:
        return QueueLine(assignment, _("karta złożona"), "good", opened, is_done=True)
    if not opened:
        return QueueLine(assignment, _("czeka na deklarację"), "", opened, is_done=False)
    if card is not None and card.reopened_reason:
        return QueueLine(assignment, _("otwarta do poprawy"), "bad", opened, is_done=False)
    return QueueLine(assignment, _("w ocenie") if card else _("do oceny"), "wait", opened, is_done=False)
