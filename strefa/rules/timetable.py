"""The timetable of a round: stages in UTC, working days, and times as staff type them and people read them.

The end of every stage is exclusive: "do godz. 15:00" takes what arrives before 15:00:00.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from strefa.rules.refusal import Blocker, Reason, Refused

WARSAW = ZoneInfo("Europe/Warsaw")

_LOCAL = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2}):(\d{2})(?::00)?", re.ASCII)


class Phase(StrEnum):
    """The stages of a round in the order of time, and the three states in which none of them runs."""

    BEFORE = "before"
    ANNOUNCED = "announced"
    CALL = "call"
    SCREENING = "screening"
    CORRECTIONS = "corrections"
    CALIBRATION = "calibration"
    SCORING = "scoring"
    THIRD_SCORING = "third_scoring"
    MEETING = "meeting"
    RESULTS = "results"
    APPEALS = "appeals"
    AGREEMENTS = "agreements"
    REPORT = "report"
    BETWEEN = "between"
    OVER = "over"


STAGES: tuple[Phase, ...] = tuple(p for p in Phase if p not in (Phase.BEFORE, Phase.BETWEEN, Phase.OVER))
"""The stages a timetable may hold, in order."""


@dataclass(frozen=True)
class Stage:
    """A stage from `starts` up to, not including, `ends`; both aware UTC."""

    key: Phase
    starts: datetime
    ends: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", Phase(self.key))

    def is_on(self, now: datetime) -> bool:
        """Whether the stage runs at this instant."""
        return self.starts <= now < self.ends


class TimeLeft(NamedTuple):
    """Whole days of 24 hours, hours and minutes, rounded down."""

    days: int
    hours: int
    minutes: int


@dataclass(frozen=True)
class Timetable:
    """The stages of a round in order, its extra days off, and a publicly stated grace after the call."""

    stages: tuple[Stage, ...]
    days_off: frozenset[date] = frozenset()
    grace: timedelta = timedelta(0)

    def stage(self, key: str) -> Stage | None:
        """The first stage with this key, None when the round has none."""
        return next((s for s in self.stages if s.key == key), None)

    def call_is_open(self, now: datetime) -> bool:
        """Whether an application arriving at this instant is in time, the grace included."""
        return any(s.starts <= now < s.ends + self.grace for s in self.stages if s.key is Phase.CALL)

    def phase(self, now: datetime) -> Phase:
        """The stage running now; of stages that overlap the latest one, but an open call before all."""
        if self.call_is_open(now):
            return Phase.CALL
        running = [s for s in self.stages if s.is_on(now)]
        if running:
            return max(running, key=lambda s: STAGES.index(s.key)).key
        if all(now < s.starts for s in self.stages):
            return Phase.BEFORE
        return Phase.OVER if all(now >= s.ends for s in self.stages) else Phase.BETWEEN

    def next_change(self, now: datetime) -> datetime | None:
        """The nearest later instant at which a stage starts or ends, None when all is over."""
        return min((at for s in self.stages for at in (s.starts, self._closes(s)) if at > now), default=None)

    def call_closes(self, now: datetime) -> datetime | None:
        """By when the call that is open now or opens next counts down: its announced close, and after it its grace."""
        call = min((s for s in self.stages if s.key is Phase.CALL and self._closes(s) > now),
                   key=lambda s: s.ends, default=None)  # fmt: skip
        return call and (call.ends if now < call.ends else self._closes(call))

    def last_call(self, moment: datetime) -> Stage | None:
        """The last call that has begun by an instant; None before all."""
        return max((s for s in self.stages if s.key is Phase.CALL and s.starts <= moment),
                   key=lambda s: s.starts, default=None)  # fmt: skip

    def next_call(self, moment: datetime) -> Stage | None:
        """The first call that begins after an instant; None when no other is to come."""
        return min((s for s in self.stages if s.key is Phase.CALL and s.starts > moment),
                   key=lambda s: s.starts, default=None)  # fmt: skip

    def extended_to(self, until: datetime) -> "Timetable":
        """The same timetable with the last call that begins before an instant open up to it; none is ever cut short."""
        longer = self.last_call(until)
        if longer is None or longer.ends >= until:
            return self
        return replace(self, stages=tuple(replace(s, ends=until) if s is longer else s for s in self.stages))

    def working_days_after(self, day: date, number: int) -> date:
        """The last day of a term of so many working days that begins after `day`."""
        return add_working_days(day, number, self.days_off)

    def ends_on_days_off(self) -> list[tuple[Stage, date, date]]:
        """The stages whose last day is no working day, with that day and the next working one: allowed, but to be told."""
        last_days = [(stage, shown_close(stage.ends).date()) for stage in self.stages]
        return [
            (stage, day, moved_on(day, self.days_off))
            for stage, day in last_days
            if not is_working_day(day, self.days_off)
        ]

    def _closes(self, stage: Stage) -> datetime:
        return stage.ends + self.grace if stage.key is Phase.CALL else stage.ends


def problems(timetable: Timetable) -> list[Blocker]:
    """What forbids publishing this timetable: no call, a stage that ends before it starts, stages out of order.

    Stages may overlap; only their starts must follow the order of `STAGES`. The call alone may come again, at any time.
    """
    found: list[Blocker] = []
    seen: list[Stage] = []
    for stage in timetable.stages:
        again = any(s.key is stage.key for s in seen)
        if stage.ends <= stage.starts:
            found.append(Blocker(Reason.STAGE_ENDS_BEFORE_START, stage.key))
        if again and stage.key is not Phase.CALL:
            found.append(Blocker(Reason.STAGE_REPEATED, stage.key))
        if not again:
            found += _out_of_order(stage, seen)
        seen.append(stage)
    if not any(s.key is Phase.CALL for s in seen):
        found.insert(0, Blocker(Reason.CALL_MISSING, Phase.CALL))
    return found


def _out_of_order(stage: Stage, earlier: list[Stage]) -> list[Blocker]:
    """A blocker when a stage that belongs later starts sooner, or the other way round."""
    place = STAGES.index(stage.key)
    wrong = (s for s in earlier if STAGES.index(s.key) > place or s.starts > stage.starts)
    return [Blocker(Reason.STAGE_OUT_OF_ORDER, stage.key, {"earlier": s.key}) for s in list(wrong)[-1:]]


def parse_local(text: str, at: str = "") -> datetime:
    """The UTC instant of a Warsaw time typed as `2027-02-11 15:00`, with a space or a T.

    23:59 and 24:00 mean the end of the day and become 00:00 of the next one; `shown_close` shows them back.

    Raises:
        Refused: not a time, a time skipped or repeated when the clocks change.
    """
    match = _LOCAL.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        day, clock = date.fromisoformat(match[1]), (int(match[2]), int(match[3]))
        if clock in ((23, 59), (24, 0)):
            return end_of(day)
        local = datetime.combine(day, time(*clock))
    except (ValueError, OverflowError):
        raise Refused(Blocker(Reason.TIME_FORM, at, {"typed": text.strip()})) from None
    return _instant(local, at)


def _instant(local: datetime, at: str) -> datetime:
    early, late = (local.replace(tzinfo=WARSAW, fold=fold) for fold in (0, 1))
    if early.utcoffset() == late.utcoffset():
        return early.astimezone(UTC)
    skipped = early.astimezone(UTC).astimezone(WARSAW).replace(tzinfo=None) != local
    reason = Reason.TIME_DOES_NOT_EXIST if skipped else Reason.TIME_EXISTS_TWICE
    raise Refused(Blocker(reason, at, {"typed": local.isoformat(" ", "minutes")}))


def end_of(day: date) -> datetime:
    """The UTC instant at which a Warsaw day is over: a term "to Wednesday" closes then, exclusive."""
    return datetime.combine(day + timedelta(days=1), time(), WARSAW).astimezone(UTC)


def shown_close(instant: datetime) -> datetime:
    """The Warsaw time to print for a close: midnight is printed as 23:59 of the day that ends."""
    local = instant.astimezone(WARSAW)
    return local - timedelta(minutes=1) if local.time() == time() else local


def time_left(now: datetime, until: datetime) -> TimeLeft:
    """What is left until an instant, rounded down to the minute; zeros when it has passed."""
    minutes = max(until - now, timedelta(0)) // timedelta(minutes=1)
    return TimeLeft(minutes // 1440, minutes // 60 % 24, minutes % 60)


def is_working_day(day: date, days_off: Collection[date] = ()) -> bool:
    """Monday to Friday, not a Polish public holiday, not one of the round's extra days off."""
    return day.weekday() < 5 and day not in _public_holidays(day.year) and day not in days_off


def moved_on(day: date, days_off: Collection[date] = ()) -> date:
    """The day itself or, when it is off, the next working day: where a term that ends on it really ends."""
    while not is_working_day(day, days_off):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, number: int, days_off: Collection[date] = ()) -> date:
    """The `number`-th working day after `day`, which itself does not count; 0 gives `moved_on`.

    Raises:
        ValueError: the number is negative.
    """
    if number < 0:
        raise ValueError("working days are counted forward")
    if number == 0:
        return moved_on(day, days_off)
    for _ in range(number):
        day = moved_on(day + timedelta(days=1), days_off)
    return day


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> frozenset[date]:
    from holidays import country_holidays  # slow import, wanted only where working days are counted

    return frozenset(country_holidays("PL", years=year))
