"""The reserve list: how long it holds, and what is said when nobody moves up from it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from strefa.contest.decisions import actions
from strefa.contest.decisions.models import Outcome
from strefa.contest.decisions.official import official, votes
from strefa.infra.journal.models import Entry
from strefa.infra.messages import Message
from strefa.rules.refusal import Blocker, Reason, Refused
from tests.decided import MEETING, Decided, a_decided_round

LAST_MOMENT = datetime(2027, 7, 31, 21, 59, 59, tzinfo=UTC)
"""The reserve list of the round holds to 31 July; in Poland that day ends at 22:00 UTC."""


def with_free_money() -> Decided:
    """Return a published round whose richest grantee resigned."""
    decided = a_decided_round()
    richest = max(decided.proposal.decisions, key=lambda decision: decision.amount)
    actions.resign(richest, "Remont do końca roku.", actor=decided.coordinator, now=MEETING + timedelta(days=9))
    return decided


def refused(decided: Decided, now: datetime) -> tuple[Blocker, ...]:
    with pytest.raises(Refused) as refusal:
        actions.promote(decided.round, decided.proposal, actor=decided.coordinator, now=now)
    return refusal.value.blockers


def test_the_reserve_moves_up_on_the_whole_of_its_last_day_in_poland(store: Session) -> None:
    decided = with_free_money()
    (promoted,) = actions.promote(decided.round, decided.proposal, actor=decided.coordinator, now=LAST_MOMENT)
    assert (promoted.outcome, promoted.promoted_at) == (Outcome.FUNDED, LAST_MOMENT)


def test_when_its_last_day_is_over_nobody_moves_up_and_nothing_changes(store: Session) -> None:
    decided = with_free_money()
    before = [(one.outcome, one.amount) for one in decided.proposal.decisions]
    traces = store.query(Entry).count(), store.query(Message).count()

    (blocker,) = refused(decided, LAST_MOMENT + timedelta(seconds=1))

    assert (blocker.reason, blocker.values) == (Reason.RESERVE_OVER, {"until": date(2027, 7, 31)})
    assert [(one.outcome, one.amount) for one in decided.proposal.decisions] == before
    assert (store.query(Entry).count(), store.query(Message).count()) == traces


def test_a_round_in_which_nobody_waits_says_so_and_not_that_money_is_short(store: Session) -> None:
    decided = with_free_money()
    for one in decided.proposal.decisions:
        if one.outcome is Outcome.RESERVE:
            one.outcome = Outcome.REFUSED
    store.flush()
    assert [blocker.reason for blocker in refused(decided, LAST_MOMENT)] == [Reason.RESERVE_EMPTY]


def test_while_nothing_is_free_it_says_that_the_money_suffices_for_nobody(store: Session) -> None:
    decided = a_decided_round()
    assert [blocker.reason for blocker in refused(decided, LAST_MOMENT)] == [Reason.NOBODY_TO_PROMOTE]


def with_equals_waiting() -> tuple[Decided, tuple[str, ...]]:
    """Return a round with free money for one of two applications on the reserve list that nothing sets apart."""
    decided = with_free_money()
    first, second = [
        one.application.number or "" for one in decided.proposal.decisions if one.outcome is Outcome.RESERVE
    ][:2]
    frozen = decided.proposal.ranking
    alike = [card | {"application": second} for card in frozen.inputs["cards"] if card["application"] == first]
    others = [card for card in frozen.inputs["cards"] if card["application"] != second]
    frozen.inputs = frozen.inputs | {"cards": others + alike}
    return decided, (first, second)


def test_equals_on_the_reserve_list_wait_for_a_vote_and_move_up_in_its_order(store: Session) -> None:
    decided, (first, second) = with_equals_waiting()
    now = MEETING + timedelta(days=20)
    (blocker,) = refused(decided, now)
    assert blocker.reason is Reason.TIE_ACROSS_LINE
    assert set(actions.tied_on_reserve(decided.round, now)) == {first, second}

    actions.record_vote(decided.round, [second, first], "Siedem do dwóch.", actor=decided.coordinator, now=now)
    (promoted,) = actions.promote(decided.round, decided.proposal, actor=decided.coordinator, now=now)
    assert promoted.application.number == second


def test_after_the_publication_a_vote_is_about_those_equals_alone(store: Session) -> None:
    decided, (first, second) = with_equals_waiting()
    now, third = MEETING + timedelta(days=20), decided.applications[0].number or ""
    for numbers in ([first], [first, first], [first, third], [first, second, third]):
        with pytest.raises(Refused) as refusal:
            actions.record_vote(decided.round, numbers, "Jednogłośnie.", actor=decided.coordinator, now=now)
        assert [one.reason for one in refusal.value.blockers] == [Reason.VOTE_ABOUT_EQUALS]

    for numbers in ([second, first], [first, second]):  # the jury was misheard: the later vote holds
        actions.record_vote(decided.round, numbers, "Jednogłośnie.", actor=decided.coordinator, now=now)
    (promoted,) = actions.promote(decided.round, decided.proposal, actor=decided.coordinator, now=now)
    assert promoted.application.number == first
    with pytest.raises(Refused) as refusal:
        actions.record_vote(decided.round, [second, first], "Jednogłośnie.", actor=decided.coordinator, now=now)
    assert Reason.DECISIONS_PROPOSED in [one.reason for one in refusal.value.blockers]


def test_a_vote_after_the_publication_changes_nothing_that_proves_the_decisions(store: Session) -> None:
    decided, (first, second) = with_equals_waiting()
    before = official(decided.round)
    actions.record_vote(
        decided.round, [second, first], "Jednogłośnie.", actor=decided.coordinator, now=MEETING + timedelta(days=20)
    )
    store.flush()
    after = official(decided.round)
    assert (after.input_hash, after.rules.votes) == (before.input_hash, before.rules.votes)
    assert votes(decided.round) == []


def test_when_the_reserve_list_is_over_there_is_nothing_left_to_vote_about(store: Session) -> None:
    decided, (first, second) = with_equals_waiting()
    over = LAST_MOMENT + timedelta(seconds=1)
    assert set(actions.tied_on_reserve(decided.round, LAST_MOMENT)) == {first, second}
    assert actions.tied_on_reserve(decided.round, over) == ()
    with pytest.raises(Refused) as refusal:
        actions.record_vote(decided.round, [first, second], "Jednogłośnie.", actor=decided.coordinator, now=over)
    assert Reason.DECISIONS_PROPOSED in [one.reason for one in refusal.value.blockers]
