"""What a round says of personal data: what its people are told, and how long the content of applications stays."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from strefa.rules.policy import Role
from strefa.rules.refusal import Blocker, Reason
from strefa.rules.timetable import WARSAW
from strefa.rules.words_of_round import Words

NOTICE = timedelta(days=14)  # staff see what goes at least so long before it does


class Audience(StrEnum):
    """To whom a clause speaks."""

    APPLICANT = "applicant"
    JUROR = "juror"
    STAFF = "staff"


def audience_of(role: Role) -> Audience:
    """Return which clause somebody with a role in a round is given."""
    if role in {Role.APPLICANT, Role.JUROR}:
        return Audience(role.value)
    return Audience.STAFF


@dataclass(frozen=True)
class Clauses:
    """The information that each audience is given about its data, in paragraphs; an empty one is given to nobody."""

    applicant: tuple[Words, ...] = ()
    juror: tuple[Words, ...] = ()
    staff: tuple[Words, ...] = ()

    def of(self, audience: Audience) -> tuple[Words, ...]:
        """Return the paragraphs for an audience."""
        return getattr(self, audience.value)


class Class(StrEnum):
    """What decides how long the content of an application stays."""

    DRAFT = "draft"  # never sent
    UNSUCCESSFUL = "unsuccessful"  # sent, and without a grant
    FUNDED = "funded"


@dataclass(frozen=True)
class Terms:
    """How long the content of applications stays: drafts after the close, others after the results."""

    draft_days: int = 90
    unsuccessful_years: int = 2
    funded_years: int = 6

    def flaws(self) -> Iterator[Blocker]:
        """Yield terms that are no time at all."""
        for key in ("draft_days", "unsuccessful_years", "funded_years"):
            if getattr(self, key) < 1:
                yield Blocker(Reason.TEMPLATE_NO_TIME, key)

    def over(self, of: Class, closed_at: datetime, results_at: datetime | None) -> datetime | None:
        """Return when the term of a class is over; None as long as it has not begun.

        Args:
            closed_at: the close of the call, UTC.
            results_at: when the results were published, UTC; None before.
        """
        if of is Class.DRAFT:
            return closed_at + timedelta(days=self.draft_days)
        if results_at is None:
            return None
        return years_later(results_at, self.unsuccessful_years if of is Class.UNSUCCESSFUL else self.funded_years)


def years_later(moment: datetime, years: int) -> datetime:
    """Return the same wall clock of Warsaw so many years later, in UTC; 29 February becomes 1 March."""
    local = moment.astimezone(WARSAW)
    try:
        later = local.replace(year=local.year + years)
    except ValueError:
        later = local.replace(year=local.year + years, month=3, day=1)
    return later.astimezone(moment.tzinfo)


def planned(over: datetime | None, known: datetime | None, now: datetime) -> datetime | None:
    """Return after which moment content goes: never sooner than its term, nor than staff had notice of it.

    Args:
        over: when the term is over by the settings as they stand.
        known: the moment that staff have been shown so far; None when none was.
    """
    if over is None:
        return None
    if known is None:
        return max(over, now + NOTICE)
    return over if over > known else min(known, max(over, now + NOTICE))
