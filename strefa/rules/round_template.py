"""A whole round as data: frame, timetable, form, formal criteria and scoring.

Everything a round decides is here, so that staff can load, change and copy a round as one
file. Sums are grosze, hours are the wall clock of Warsaw as typed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from strefa.rules import plain_data
from strefa.rules.facts import AttachedFile, Facts
from strefa.rules.fields import Meaning, repeated
from strefa.rules.formal_criteria import FormalCriterion
from strefa.rules.formspec import FormSpec
from strefa.rules.plain_data import Grosze, LocalTime
from strefa.rules.privacy import Clauses, Terms
from strefa.rules.refusal import Blocker, Reason
from strefa.rules.scoring_rules import Scoring
from strefa.rules.timetable import Phase, Stage, Timetable, parse_local
from strefa.rules.timetable import problems as timetable_problems
from strefa.rules.words_of_round import Words

LONGEST_NAME = 160
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(?<!.{61})")
_PREFIX = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*(?<!.{16})")


@dataclass(frozen=True)
class Frame:
    """Money, time of work and who may apply.

    Empty `voivodeships` means the whole country; `largest_population` None means no limit. `files_per_organisation`
    is how many bytes the files of an organisation may take in the round, removed ones too: they stay on disk.
    """

    pool: Grosze
    least_grant: Grosze
    most_grant: Grosze
    work_from: date
    work_to: date
    applications_per_organisation: int = 1
    only_signatory_sends: bool = True
    files_per_organisation: int = 300 * 1024 * 1024
    voivodeships: tuple[str, ...] = ()
    largest_population: int | None = None

    def flaws(self) -> Iterator[Blocker]:
        """Yield an empty pool, a least grant of nothing, limits and dates in the wrong order."""
        for key, amount in (("pool", self.pool), ("least_grant", self.least_grant)):
            if amount <= 0:
                yield Blocker(Reason.TEMPLATE_NO_MONEY, key)
        if self.most_grant < self.least_grant:
            values = {"most_grosze": self.most_grant, "least_grosze": self.least_grant}
            yield Blocker(Reason.TEMPLATE_GRANTS_REVERSED, "most_grant", values)
        if self.work_to < self.work_from:
            yield _out_of_order("work_to", self.work_to, self.work_from)

    def facts(self, attachments: tuple[AttachedFile, ...] = (), other_applications: int = 0) -> Facts:
        """Return what answers are judged beside; `other_applications` are the organisation's others in the round."""
        return Facts(
            work_from=self.work_from,
            work_to=self.work_to,
            least_grant=self.least_grant,
            most_grant=self.most_grant,
            applications_per_organisation=self.applications_per_organisation,
            attachments=attachments,
            other_applications=other_applications,
            voivodeships=self.voivodeships,
            largest_population=self.largest_population,
        )


@dataclass(frozen=True)
class StagePlan:
    """One stage of the round, from `starts` up to the moment `ends`, which is already too late."""

    key: Phase
    starts: LocalTime
    ends: LocalTime


@dataclass(frozen=True)
class TimetablePlan:
    """Stages of the round in their order; `days_off` are beyond weekends and public holidays."""

    stages: tuple[StagePlan, ...]
    correction_days: int = 3  # working days
    report_days: int = 14  # days after the end of the work
    grace_minutes: int = 0  # after the close of the call, stated publicly
    days_off: tuple[date, ...] = ()

    def in_utc(self) -> Timetable:
        """Return the timetable that the program runs by."""
        stages = tuple(Stage(plan.key, parse_local(plan.starts), parse_local(plan.ends)) for plan in self.stages)
        return Timetable(stages, frozenset(self.days_off), timedelta(minutes=self.grace_minutes))

    def flaws(self) -> Iterator[Blocker]:
        """Yield stages in the wrong order and dates that end before they start."""
        keys = [plan.key for plan in self.stages]
        for blocker in timetable_problems(self.in_utc()):
            known = blocker.at in keys
            yield replace(blocker, at=f"stages.{keys.index(Phase(blocker.at))}" if known else "stages")


@dataclass(frozen=True)
class Screening:
    """How the formal check goes; the length of a correction's term is `TimetablePlan.correction_days`."""

    most_requests: int = 1  # how many times an applicant may be asked to mend defects; 0: never
    two_people: bool = False  # whether a second person confirms the outcome of a check


@dataclass(frozen=True)
class RoundTemplate:
    """One round, complete; `number_prefix` begins the numbers of its applications (SE-2027-0001)."""

    slug: str
    number_prefix: str
    name: Words
    summary: Words
    frame: Frame
    timetable: TimetablePlan
    form: FormSpec
    formal_criteria: tuple[FormalCriterion, ...]
    scoring: Scoring
    clauses: Clauses = Clauses()
    retention: Terms = Terms()
    screening: Screening = Screening()

    def flaws(self) -> Iterator[Blocker]:
        """Yield unfit or overlong names, formal criteria that share a key, a form that asks for no money."""
        if not _SLUG.fullmatch(self.slug):
            yield Blocker(Reason.TEMPLATE_KEY_FORM, "slug", {"value": self.slug})
        if not _PREFIX.fullmatch(self.number_prefix):
            yield Blocker(Reason.TEMPLATE_PREFIX_FORM, "number_prefix", {"value": self.number_prefix})
        for code in ("pl", "en"):
            length = len(self.name.in_language(code))
            if length > LONGEST_NAME:
                values = {"length": length, "limit": LONGEST_NAME}
                yield Blocker(Reason.TEMPLATE_TEXT_TOO_LONG, f"name.{code}", values)
        yield from repeated("formal_criteria", (criterion.key for criterion in self.formal_criteria))
        budget = self.form.meaning(Meaning.BUDGET)
        if budget is None or not budget.required or budget.required_when:
            yield Blocker(Reason.TEMPLATE_WITHOUT_BUDGET, "form.sections")

    def as_data(self) -> dict[str, Any]:
        """Return the round as plain data."""
        return plain_data.as_data(self)

    @classmethod
    def from_data(cls, data: Any) -> "RoundTemplate":
        """Build a round from plain data; raises `Refused` with every error."""
        return plain_data.from_data(cls, data)


def _out_of_order(at: str, value: Any, before: Any) -> Blocker:
    return Blocker(Reason.TEMPLATE_OUT_OF_ORDER, at, {"value": str(value), "before": str(before)})
