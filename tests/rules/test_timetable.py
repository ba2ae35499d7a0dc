from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.timetable import (
    STAGES,
    WARSAW,
    Phase,
    Stage,
    TimeLeft,
    Timetable,
    add_working_days,
    end_of,
    is_working_day,
    moved_on,
    parse_local,
    problems,
    shown_close,
    time_left,
)

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
CALL_CLOSES = parse_local("2027-02-11 15:00")
SECOND = timedelta(seconds=1)


def stage(key: str, starts: str, ends: str) -> Stage:
    return Stage(Phase(key), parse_local(starts), parse_local(ends))


ROUND = Timetable(
    (
        stage("announced", "2027-01-11 09:00", "2027-01-18 09:00"),
        stage("call", "2027-01-18 09:00", "2027-02-11 15:00"),
        stage("screening", "2027-02-11 15:00", "2027-02-19 24:00"),
        stage("corrections", "2027-02-20 00:00", "2027-02-24 24:00"),
        stage("calibration", "2027-03-01 00:00", "2027-03-01 24:00"),
        stage("scoring", "2027-03-02 00:00", "2027-03-19 24:00"),
        stage("appeals", "2027-04-09 12:00", "2027-04-16 24:00"),
        stage("agreements", "2027-04-12 00:00", "2027-04-30 24:00"),
    )
)


def refusal(text: str) -> tuple[Blocker, ...]:
    with pytest.raises(Refused) as refused:
        parse_local(text, "closes")
    return refused.value.blockers


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2027-02-11 15:00", datetime(2027, 2, 11, 14, tzinfo=UTC)),
        ("2027-02-11T15:00", datetime(2027, 2, 11, 14, tzinfo=UTC)),
        (" 2027-02-11T15:00:00 ", datetime(2027, 2, 11, 14, tzinfo=UTC)),
        ("2027-07-11 15:00", datetime(2027, 7, 11, 13, tzinfo=UTC)),
        ("2027-02-11 24:00", datetime(2027, 2, 11, 23, tzinfo=UTC)),
        ("2027-02-11 23:59", datetime(2027, 2, 11, 23, tzinfo=UTC)),
        ("2026-12-31 24:00", datetime(2026, 12, 31, 23, tzinfo=UTC)),
        ("2027-03-28 01:59", datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
        ("2027-03-28 03:00", datetime(2027, 3, 28, 1, tzinfo=UTC)),
        ("2027-10-31 03:00", datetime(2027, 10, 31, 2, tzinfo=UTC)),
    ],
)
def test_a_warsaw_time_becomes_its_utc_instant(typed: str, instant: datetime):
    parsed = parse_local(typed)
    assert (parsed, parsed.tzinfo) == (instant, UTC)


def test_a_time_the_clock_skips_or_repeats_is_refused():
    skipped, repeated = "2027-03-28 02:30", "2027-10-31 02:30"
    assert refusal(skipped) == (Blocker(Reason.TIME_DOES_NOT_EXIST, "closes", {"typed": skipped}),)
    assert refusal(repeated) == (Blocker(Reason.TIME_EXISTS_TWICE, "closes", {"typed": repeated}),)


@pytest.mark.parametrize(
    "typed", ["", "2027-02-11", "2027-02-30 15:00", "2027-02-11 24:01", "11.02.2027 15:00", "9999-12-31 24:00"]
)
def test_what_is_no_time_is_refused(typed: str):
    assert refusal(typed) == (Blocker(Reason.TIME_FORM, "closes", {"typed": typed}),)


def test_the_end_of_a_day_is_shown_as_a_minute_to_midnight():
    assert shown_close(parse_local("2027-02-11 24:00")).strftime("%Y-%m-%d %H:%M") == "2027-02-11 23:59"
    assert shown_close(parse_local("2027-03-27 23:59")).strftime("%Y-%m-%d %H:%M") == "2027-03-27 23:59"
    assert shown_close(CALL_CLOSES).strftime("%Y-%m-%d %H:%M") == "2027-02-11 15:00"


@given(DAYS)
def test_a_close_shown_can_be_typed_back(day: date):
    assert parse_local(shown_close(end_of(day)).strftime("%Y-%m-%d %H:%M")) == end_of(day)
    assert end_of(day).astimezone(WARSAW).hour == 0


def test_the_call_takes_what_arrives_before_its_close_and_nothing_at_it():
    assert ROUND.call_is_open(CALL_CLOSES - timedelta(microseconds=1))
    assert not ROUND.call_is_open(CALL_CLOSES)
    assert not ROUND.call_is_open(parse_local("2027-01-18 09:00") - SECOND)
    assert ROUND.call_is_open(parse_local("2027-01-18 09:00"))


def test_a_grace_keeps_the_call_open_but_not_its_announced_close():
    graceful = Timetable(ROUND.stages, grace=timedelta(minutes=10))
    late = CALL_CLOSES + timedelta(minutes=9)
    assert (graceful.call_is_open(late), graceful.phase(late)) == (True, Phase.CALL)
    assert not graceful.call_is_open(CALL_CLOSES + timedelta(minutes=10))
    assert graceful.call_closes(late) == CALL_CLOSES + graceful.grace


@pytest.mark.parametrize(
    ("at", "phase"),
    [
        ("2027-01-10 12:00", Phase.BEFORE),
        ("2027-01-11 09:00", Phase.ANNOUNCED),
        ("2027-01-18 09:00", Phase.CALL),
        ("2027-02-11 15:00", Phase.SCREENING),
        ("2027-02-24 23:58", Phase.CORRECTIONS),
        ("2027-02-25 00:00", Phase.BETWEEN),
        ("2027-03-02 00:00", Phase.SCORING),
        ("2027-04-10 00:00", Phase.APPEALS),
        ("2027-04-13 00:00", Phase.AGREEMENTS),
        ("2027-04-30 24:00", Phase.OVER),
    ],
)
def test_a_round_is_in_the_latest_stage_that_runs(at: str, phase: Phase):
    assert ROUND.phase(parse_local(at)) is phase


def test_the_next_change_is_the_nearest_start_or_end_to_come():
    assert ROUND.next_change(parse_local("2027-01-01 00:00")) == parse_local("2027-01-11 09:00")
    assert ROUND.next_change(CALL_CLOSES - SECOND) == CALL_CLOSES
    assert ROUND.next_change(CALL_CLOSES) == parse_local("2027-02-19 24:00")
    assert ROUND.next_change(parse_local("2027-04-30 24:00")) is None


@given(st.integers(0, 180 * 24 * 3600))
def test_between_two_changes_a_round_stays_in_one_phase(seconds: int):
    now = datetime(2026, 12, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    change = ROUND.next_change(now)
    last = change - timedelta(microseconds=1) if change else now + timedelta(days=400)
    assert ROUND.phase(now) is ROUND.phase(last)


def test_extending_the_call_moves_its_close_alone():
    later = parse_local("2027-02-12 15:00")
    extended = ROUND.extended_to(later)
    assert extended.phase(CALL_CLOSES) is Phase.CALL
    assert not extended.call_is_open(later)
    assert extended.stage("screening") == ROUND.stage("screening")
    assert extended.extended_to(CALL_CLOSES) == extended


def test_an_extension_concerns_the_call_that_has_begun_and_each_call_keeps_its_own():
    second = stage("call", "2027-05-04 09:00", "2027-05-14 15:00")
    both = Timetable((*ROUND.stages, second))
    first_later, second_later = parse_local("2027-02-12 15:00"), parse_local("2027-05-15 15:00")
    extended = both.extended_to(first_later).extended_to(second_later)
    assert [s.ends for s in extended.stages if s.key is Phase.CALL] == [first_later, second_later]
    assert both.extended_to(parse_local("2026-01-01 12:00")) == both
    assert both.next_call(first_later) == second
    assert both.last_call(second_later) == second


def test_a_sound_timetable_has_no_problems():
    assert problems(ROUND) == []
    assert [s.key for s in ROUND.stages] == [k for k in STAGES if ROUND.stage(k)]
    second_call = stage("call", "2027-05-04 09:00", "2027-05-14 15:00")
    assert problems(Timetable((*ROUND.stages, second_call))) == []


def test_every_problem_of_a_timetable_is_listed_in_order():
    wrong = Timetable(
        (
            stage("screening", "2027-02-11 15:00", "2027-02-11 15:00"),
            stage("announced", "2027-02-12 15:00", "2027-02-13 15:00"),
            stage("scoring", "2027-02-10 15:00", "2027-02-13 15:00"),
            stage("scoring", "2027-02-14 15:00", "2027-02-15 15:00"),
        )
    )
    assert problems(wrong) == [
        Blocker(Reason.CALL_MISSING, "call"),
        Blocker(Reason.STAGE_ENDS_BEFORE_START, "screening"),
        Blocker(Reason.STAGE_OUT_OF_ORDER, "announced", {"earlier": "screening"}),
        Blocker(Reason.STAGE_OUT_OF_ORDER, "scoring", {"earlier": "announced"}),
        Blocker(Reason.STAGE_REPEATED, "scoring"),
    ]


def test_time_left_is_rounded_down_and_never_below_nothing():
    assert time_left(parse_local("2027-02-09 13:29"), CALL_CLOSES) == TimeLeft(2, 1, 31)
    assert time_left(CALL_CLOSES - timedelta(seconds=119), CALL_CLOSES) == TimeLeft(0, 0, 1)
    assert time_left(CALL_CLOSES + SECOND, CALL_CLOSES) == TimeLeft(0, 0, 0)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2027, 2, 11), True),
        (date(2027, 2, 13), False),
        (date(2027, 1, 6), False),
        (date(2027, 3, 29), False),
        (date(2027, 5, 27), False),
        (date(2026, 12, 24), False),
        (date(2024, 12, 24), True),
    ],
)
def test_public_holidays_are_no_working_days_and_christmas_eve_is_one_of_them_since_2025(day: date, works: bool):
    assert is_working_day(day) is works


def test_a_term_counts_working_days_after_the_day_it_is_given():
    assert add_working_days(date(2027, 2, 19), 3) == date(2027, 2, 24)
    assert add_working_days(date(2027, 3, 25), 2) == date(2027, 3, 30)
    assert add_working_days(date(2026, 12, 23), 1) == date(2026, 12, 28)
    off = frozenset({date(2027, 2, 22)})
    assert Timetable(ROUND.stages, off).working_days_after(date(2027, 2, 19), 3) == date(2027, 2, 25)


def test_a_term_that_ends_on_a_day_off_moves_on():
    assert moved_on(date(2027, 5, 1)) == date(2027, 5, 4)
    assert moved_on(date(2027, 5, 1), {date(2027, 5, 4)}) == date(2027, 5, 5)
    assert add_working_days(date(2027, 5, 1), 0) == date(2027, 5, 4)


def test_stages_that_end_on_a_day_off_are_told_with_the_next_working_day():
    timetable = Timetable(
        (
            stage("call", "2027-04-01 09:00", "2027-05-03 24:00"),
            stage("screening", "2027-05-04 00:00", "2027-05-07 15:00"),
            stage("corrections", "2027-05-08 00:00", "2027-05-10 00:00"),
            stage("scoring", "2027-05-10 00:00", "2027-05-12 24:00"),
        ),
        frozenset({date(2027, 5, 4), date(2027, 5, 12)}),
    )
    assert [(s.key, day, working) for s, day, working in timetable.ends_on_days_off()] == [
        (Phase.CALL, date(2027, 5, 3), date(2027, 5, 5)),
        (Phase.CORRECTIONS, date(2027, 5, 9), date(2027, 5, 10)),
        (Phase.SCORING, date(2027, 5, 12), date(2027, 5, 13)),
    ]
    assert ROUND.ends_on_days_off() == []


def test_working_days_are_not_counted_backwards():
    with pytest.raises(ValueError, match="forward"):
        add_working_days(date(2027, 2, 19), -1)


@given(DAYS, st.integers(1, 30), st.sets(DAYS, max_size=5))
def test_a_term_holds_exactly_its_number_of_working_days(day: date, number: int, days_off: set[date]):
    ends = add_working_days(day, number, days_off)
    within = (day + timedelta(days=n) for n in range(1, (ends - day).days + 1))
    assert sum(is_working_day(d, days_off) for d in within) == number
    assert is_working_day(ends, days_off)
    assert add_working_days(add_working_days(day, 1, days_off), number - 1 or 0, days_off) == ends
