"""A round's timetable as people read it: names of stages, days, and the time left."""

from dataclasses import dataclass
from datetime import datetime

from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import open_now, timetable_of
from strefa.infra import i18n
from strefa.infra.i18n import _, _n
from strefa.outputs.names import named
from strefa.rules.timetable import WARSAW, Phase, Timetable, shown_close, time_left

BEFORE_RESULTS = frozenset(
    {
        Phase.BEFORE, Phase.ANNOUNCED, Phase.CALL, Phase.SCREENING, Phase.CORRECTIONS, Phase.CALIBRATION,
        Phase.SCORING, Phase.THIRD_SCORING, Phase.MEETING, Phase.BETWEEN,
    }
)  # fmt: skip


@dataclass(frozen=True)
class StageLine:
    """One stage of the timetable in words. `state` is "done", "now" or ""."""

    key: Phase
    text: str
    when: str
    state: str


def timetable(round_: Round) -> Timetable:
    """Return the timetable that a round runs by."""
    return timetable_of(round_)


def stage_lines(round_: Round, now: datetime) -> list[StageLine]:
    """List a round's stages; an announcement that only opens the call is not a line of its own."""
    stages = [stage for stage in timetable(round_).stages if stage.key is not Phase.ANNOUNCED]
    return [StageLine(stage.key, str(named(stage.key)), span(stage.starts, stage.ends), _state(stage.starts, stage.ends, now))
            for stage in stages]  # fmt: skip


def _state(starts: datetime, ends: datetime, now: datetime) -> str:
    if now >= ends:
        return "done"
    return "now" if now >= starts else ""


def span(starts: datetime, ends: datetime) -> str:
    """Write from when to when: the last day it is on, with the hour when it ends inside a day."""
    first, last = starts.astimezone(WARSAW), shown_close(ends).astimezone(WARSAW)
    hour = "" if (last.hour, last.minute) == (23, 59) else last.strftime(", %H:%M")
    if first.date() == last.date():
        return i18n.day(last.date()) + hour
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{i18n.day(last.date())}{hour}"
    return f"{i18n.day(first.date())} – {i18n.day(last.date())}{hour}"


def left(now: datetime, until: datetime) -> str:
    """Write the time left: "2 dni 4 h", under a day "4 h 12 min"."""
    days, hours, minutes = time_left(now, until)
    if days:
        return _n("%(count)s dzień", "%(count)s dni", days, count=days) + (f" {hours} h" if hours else "")
    return f"{hours} h {minutes} min" if hours else _("%(minutes)s min", minutes=minutes)


def open_calls(now: datetime) -> list[tuple[Round, datetime, str]]:
    """List the rounds whose call is open, the first to close first: each with its close and the time left."""
    opened = [(round_, timetable(round_).call_closes(now)) for round_ in open_now(now)]
    return [(round_, closes, left(now, closes)) for round_, closes in opened if closes]


def course(round_: Round, now: datetime) -> list[str]:
    """Say where a round is: what runs and for how long, and what comes next; nothing when all is over."""
    stages = [stage for stage in timetable(round_).stages if stage.key is not Phase.ANNOUNCED]
    said = [
        _(
            "Trwa: %(stage)s, do %(end)s (zostało: %(left)s).",
            stage=named(stage.key),
            end=end_of_stage(stage.ends),
            left=left(now, stage.ends),
        )
        for stage in stages
        if stage.is_on(now)
    ]
    following = min((stage for stage in stages if stage.starts > now), key=lambda stage: stage.starts, default=None)
    if following:
        said.append(
            _(
                "Następny etap: %(stage)s, od %(start)s.",
                stage=named(following.key),
                start=i18n.day(following.starts),
            )
        )
    return said


def stands_at(round_: Round, now: datetime) -> str:
    """Name the stage that a round is in, in a word or two; results published ahead of their day are said at once."""
    phase = timetable(round_).phase(now)
    early = bool(round_.results_published_at) and phase in BEFORE_RESULTS
    return _("wyniki ogłoszone") if early else str(named(phase))


def ends_on_days_off(round_: Round) -> list[str]:
    """Say which stages end on a day off, and to which working day their end could move."""
    return [
        _(
            "%(stage)s: koniec wypada w dzień wolny (%(day)s). Najbliższy dzień roboczy: %(next)s.",
            stage=named(stage.key),
            day=i18n.day(day, weekday=True),
            next=i18n.day(working, weekday=True),
        )
        for stage, day, working in timetable(round_).ends_on_days_off()
        if stage.key is not Phase.ANNOUNCED
    ]


def end_of_stage(ends: datetime) -> str:
    """Write the end of a stage: its last day, with the hour when it ends inside a day."""
    last = shown_close(ends).astimezone(WARSAW)
    hour = "" if (last.hour, last.minute) == (23, 59) else last.strftime(", %H:%M")
    return i18n.day(last.date()) + hour


def scoring_ends(round_: Round, now: datetime) -> str:
    """Write by when cards are awaited: the end of the scoring that runs or comes next; nothing after it."""
    later = [ends for ends in _scoring(round_) if ends > now]
    return end_of_stage(min(later)) if later else ""


def scoring_ended(round_: Round, now: datetime) -> str:
    """Write when cards stopped being awaited; nothing before it."""
    ends = _scoring(round_)
    return end_of_stage(max(ends)) if ends and max(ends) <= now else ""


def _scoring(round_: Round) -> list[datetime]:
    return [s.ends for s in timetable(round_).stages if s.key in {Phase.SCORING, Phase.THIRD_SCORING}]
