"""How far the jury is: cards by application with their differences, and by juror."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from strefa.contest.applications.models import Application
from strefa.contest.jury.models import Assignment, AssignmentKind, CardStatus
from strefa.contest.jury.queries import marks_of, rubric_of
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import template_of
from strefa.infra.i18n import _, language
from strefa.rules.divergence import Trigger, triggers
from strefa.rules.reading import written_number


@dataclass(frozen=True)
class BoardCard:
    """One card on the board: its juror, its state as a badge, and its points once it is submitted."""

    assignment: Assignment
    points: Fraction | None
    kind: str

    @property
    def is_submitted(self) -> bool:
        return self.points is not None


@dataclass(frozen=True)
class BoardLine:
    """One application: its cards, how far the ordinary ones are apart, and why a third one was called."""

    application: Application
    cards: Sequence[BoardCard]
    difference: Fraction | None
    because: tuple[Trigger, ...]

    @property
    def is_complete(self) -> bool:
        return all(card.is_submitted for card in self.cards)

    @property
    def awaits_third(self) -> bool:
        """The cards differ too much and no third one is in."""
        return bool(self.because) and not any(
            card.is_submitted for card in self.cards if card.assignment.kind is AssignmentKind.THIRD
        )

    @property
    def has_third(self) -> bool:
        """Somebody was called for a third opinion."""
        return any(card.assignment.kind is AssignmentKind.THIRD for card in self.cards)


@dataclass(frozen=True)
class JurorLine:
    """One juror: how many cards she has and how many are submitted."""

    name: str
    submitted: int
    all: int


def board_lines(round_: Round, assignments: Sequence[Assignment]) -> list[BoardLine]:
    """Return the board's lines, by number; `assignments` come by application."""
    grouped = groupby(assignments, key=lambda assignment: assignment.application)
    return [_line(round_, application, list(own)) for application, own in grouped]


def _line(round_: Round, application: Application, assignments: Sequence[Assignment]) -> BoardLine:
    cards = [_card(assignment) for assignment in assignments]
    ordinary = [
        card.points for card in cards if card.points is not None and card.assignment.kind is not AssignmentKind.THIRD
    ]
    scoring = template_of(round_).scoring
    enough = len(ordinary) >= scoring.jury.cards
    return BoardLine(
        application,
        cards,
        max(ordinary) - min(ordinary) if len(ordinary) > 1 else None,
        triggers(ordinary, scoring.divergence, Fraction(scoring.ranking.threshold)) if enough else (),
    )


def _card(assignment: Assignment) -> BoardCard:
    card = assignment.card
    if card is not None and card.status is CardStatus.SUBMITTED:
        return BoardCard(assignment, rubric_of(card.rubric_version).points(marks_of(card)), "good")
    return BoardCard(assignment, None, "wait" if card else "")


def juror_lines(assignments: Sequence[Assignment]) -> list[JurorLine]:
    """Count each juror's cards, by name."""
    counts: dict[int, list[Assignment]] = {}
    for assignment in assignments:
        counts.setdefault(assignment.juror_id, []).append(assignment)
    lines = [
        (own[0].juror.sort_key, JurorLine(own[0].juror.name, sum(_is_submitted(one) for one in own), len(own)))
        for own in counts.values()
    ]
    return [line for _key, line in sorted(lines, key=lambda pair: pair[0])]


def _is_submitted(assignment: Assignment) -> bool:
    return assignment.card is not None and assignment.card.status is CardStatus.SUBMITTED


def divergence_said(round_: Round) -> str:
    """Say what sets cards apart and when the round asks for a third one."""
    scoring, when = template_of(round_).scoring, []
    rules, threshold = scoring.divergence, written_number(scoring.ranking.threshold, language())
    if rules.margin is not None:
        margin = written_number(rules.margin, language())
        when.append(
            _("gdy rozbieżność wynosi co najmniej %(margin)s", margin=margin)
            if rules.margin_included
            else _("gdy rozbieżność jest większa niż %(margin)s", margin=margin)
        )
    if rules.across_threshold:
        when.append(_("gdy jedna suma jest niższa od progu %(threshold)s, a inna nie", threshold=threshold))
    if rules.on_request:
        when.append(_("gdy prosi o nią ktoś, kto ocenia"))
    asked = _("Trzecia ocena jest potrzebna, %(when)s.", when=_(" albo ").join(when)) if when else ""
    return " ".join(
        [_("Rozbieżność to różnica sum kart w punktach."), asked or _("W tej edycji nie ma trzeciej oceny.")]
    )
