"""A juror's queue line by line: what each application waits for."""

from collections.abc import Sequence
from dataclasses import dataclass

from strefa.contest.jury.models import Assignment, CardStatus
from strefa.infra.i18n import _


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


def queue_lines(assignments: Sequence[Assignment]) -> list[QueueLine]:
    """Return the lines of a juror's queue: what is to be done first, what is submitted last."""
    lines = [_line(assignment) for assignment in assignments]
    return sorted(lines, key=lambda line: line.is_done)


def _line(assignment: Assignment) -> QueueLine:
    card, opened = assignment.card, bool(assignment.declaration and assignment.declaration.impartial)
    if card is not None and card.status is CardStatus.SUBMITTED:
        return QueueLine(assignment, _("karta złożona"), "good", opened, is_done=True)
    if not opened:
        return QueueLine(assignment, _("czeka na deklarację"), "", opened, is_done=False)
    if card is not None and card.reopened_reason:
        return QueueLine(assignment, _("otwarta do poprawy"), "bad", opened, is_done=False)
    return QueueLine(assignment, _("w ocenie") if card else _("do oceny"), "wait", opened, is_done=False)
