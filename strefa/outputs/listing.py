"""The ranking line by line, the same for the page, the spreadsheet and the papers."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from strefa.contest.applications.models import Application
from strefa.contest.decisions.models import Decision, Proposal
from strefa.contest.decisions.official import Result
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import template_of
from strefa.infra.i18n import _, language
from strefa.outputs.words import in_words
from strefa.rules.ranking import Row
from strefa.rules.refusal import Blocker, Reason
from strefa.rules.tiebreaks import VOTE


@dataclass(frozen=True)
class RankingLine:
    """One application in the order of the list: its figures, what happens to it and why.

    `running` is the sum of awards down to here, in grosze; `cut` marks the last funded line.
    """

    application: Application
    row: Row
    shared: bool
    award: int
    running: int
    verdict: str
    kind: str
    reason: str
    cut: bool
    left: int

    @property
    def totals(self) -> list[Fraction]:
        """The counted cards' points, from the lowest."""
        return sorted(self.row.totals.values())

    @property
    def dots(self) -> list[tuple[int, int]]:
        """Where each total stands on a strip from 0 to 200, and how many cards stand there."""
        return list(Counter(round(total * 2) for total in self.totals).items())


def ranking_lines(
    state: Result,
    applications: Mapping[str, Application],
    names: Mapping[str, str],
    rows: Iterable[Row] | None = None,
) -> list[RankingLine]:
    """List the ranking as it stands: ranked ones in order, then those without all their cards.

    Args:
        applications: by number, those of the rows.
        names: of criteria by key, for sentences about a criterion whose mean is too low.
        rows: only these, such as one page of them; all when None.
    """
    last_funded = state.allocation.funded[-1] if state.allocation.funded else None
    lines = []
    for row in state.ranking.rows if rows is None else rows:
        award = state.allocation.awards.get(row.application, 0)
        verdict, kind, reason = _verdict(row, award, state, names)
        lines.append(
            RankingLine(
                application=applications[row.application],
                row=row,
                shared=row.rank in state.shared_ranks,
                award=award,
                running=state.running.get(row.application, 0),
                verdict=verdict,
                kind=kind,
                reason=reason,
                cut=row.application == last_funded,
                left=state.allocation.left,
            )
        )
    return lines


def _verdict(row: Row, award: int, state: Result, names: Mapping[str, str]) -> tuple[str, str, str]:
    if row.rank is None:
        counted = _("Liczą się złożone karty: %(done)s z %(all)s.", done=row.cards, all=state.rules.cards)
        return _("brak kompletu ocen"), "wait", counted
    if award:
        whole = award == row.entry.ask
        reason = Reason.AWARD_WHOLE if whole else Reason.AWARD_PARTIAL
        said = in_words(Blocker(reason, "", {"rank": row.rank, "ask_grosze": row.entry.ask}))
        return _("dotacja") if whole else _("dotacja częściowa"), "good", said
    if row.application in state.allocation.tied:
        return (
            _("remis na granicy"),
            "wait",
            _("Kryteria nie rozdzieliły równych wniosków: rozstrzyga głosowanie jury."),
        )
    if row.fails:
        return _("poniżej progu"), "bad", " ".join(in_words(_naming(blocker, names)) for blocker in row.fails)
    return _("rezerwa"), "wait", in_words(state.allocation.refusals[row.application])


def _naming(blocker: Blocker, names: Mapping[str, str]) -> Blocker:
    """Put the name of the criterion it is about into what keeps an application from an award."""
    return replace(blocker, values={**blocker.values, "criterion": names[blocker.at]}) if blocker.at else blocker


def criteria_names(round_: Round) -> dict[str, str]:
    """Return the names of a round's criteria by key, in their order."""
    return {c.key: c.name.in_language(language()) for c in template_of(round_).scoring.criteria}


def tie_names(round_: Round) -> dict[str, str]:
    """Return the names of the steps that settle equal points, by key and in their order; the jury's vote is the last."""
    names = criteria_names(round_)
    steps = (*template_of(round_).scoring.ranking.ties, VOTE)
    return {step: names.get(step, _("głosowanie jury")) for step in steps}


def tie_step(row: Row, names: dict[str, str]) -> str:
    """Say which step set an application apart from the one below with equal points."""
    if row.tie_broken_by is None:
        return ""
    return _("głosowanie jury") if row.tie_broken_by == VOTE else names[row.tie_broken_by]


def decision_reason(decision: Decision, round_: Round) -> str:
    """Say in one sentence why an application got what it got."""
    values = {key: _figure(value) for key, value in decision.reason_values.items()}
    if decision.reason == Reason.BELOW_LEAST_MEAN:
        values["criterion"] = _criterion_of(decision.reason_values, round_)
    return in_words(Blocker(Reason(decision.reason), "", values))


def _criterion_of(values: Mapping[str, Any], round_: Round) -> str:
    """Name the criterion whose mean is too low; older decisions tell it only by the mean that it asks for."""
    names = criteria_names(round_)
    if "criterion" in values:
        return names[values["criterion"]]
    least = Decimal(values["least"])
    return _("” albo „").join(names[c.key] for c in template_of(round_).scoring.criteria if c.least_mean == least)


def decisions_state(proposal: Proposal) -> str:
    """Say how far the decisions that stand are: proposed, approved or published."""
    if proposal.published_at:
        return _("ogłoszone")
    return _("zatwierdzone, nieogłoszone") if proposal.approved_at else _("czekają na zatwierdzenie")


def _figure(value: Any) -> Any:
    """Read back a decimal that was kept as text; whole numbers of a rule are said without decimals."""
    if isinstance(value, str) and re.fullmatch(r"\d+\.\d+", value):
        return Decimal(value)
    return value
