"""The reserve list: how long it holds, and what is said when nobody moves up from it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from strefa.contest.decisions import actions
from strefa.contest.decisions.models import Outcome
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
