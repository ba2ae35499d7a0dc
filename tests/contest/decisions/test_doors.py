"""Decisions and what happens beside them: nothing unchecked is passed by, nothing returned goes out, no money twice."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from strefa.contest.decisions import actions, queries
from strefa.infra.messages import Message
from strefa.rules.lifecycle import Status
from strefa.rules.refusal import Reason, Refused
from tests.decided import MEETING, Decided, a_decided_round


def reason_of(refused: pytest.ExceptionInfo[Refused]) -> list[Reason]:
    return [blocker.reason for blocker in refused.value.blockers]


def undecided() -> Decided:
    """Return a round whose proposal was sent back before anybody saw it."""
    decided = a_decided_round(published=False)
    actions.return_proposal(
        decided.round, decided.proposal, "Zła pula w protokole.", actor=decided.approver, now=MEETING
    )
    return decided


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.REOPENED])
def test_nothing_is_proposed_while_somebody_waits_for_the_formal_check(status: Status, store: Session) -> None:
    decided = undecided()
    waiting = decided.applications[10]
    waiting.status = status
    store.flush()

    with pytest.raises(Refused) as refused:
        actions.propose(decided.round, actor=decided.coordinator, now=MEETING)

    assert reason_of(refused) == [Reason.CHECKS_MISSING]
    assert refused.value.blockers[0].values == {"count": 1, "numbers": waiting.number}
    assert queries.standing(decided.round) is None


def test_what_was_sent_back_after_it_was_approved_is_not_published(store: Session) -> None:
    decided = a_decided_round(published=False)
    actions.approve(decided.proposal, actor=decided.approver, now=MEETING)
    actions.return_proposal(
        decided.round, decided.proposal, "Zła pula w protokole.", actor=decided.approver, now=MEETING
    )
    letters = store.query(Message).count()

    with pytest.raises(Refused) as refused:
        actions.publish(decided.round, decided.proposal, actor=decided.coordinator, now=MEETING + timedelta(days=1))

    assert reason_of(refused) == [Reason.PROPOSAL_SETTLED]
    assert (decided.round.results_published_at, decided.proposal.published_at) == (None, None)
    assert store.query(Message).count() == letters


def test_money_given_to_somebody_who_withdrew_afterwards_is_not_given_twice(store: Session) -> None:
    decided = a_decided_round()
    assert actions.next_promotion(decided.round, decided.proposal).awards == {}
    decided.applications[0].status = Status.WITHDRAWN
    store.flush()

    assert actions.next_promotion(decided.round, decided.proposal).awards == {}


def test_nobody_is_promoted_whom_the_published_decisions_do_not_name(store: Session) -> None:
    decided = a_decided_round()
    richest = max(decided.proposal.decisions, key=lambda decision: decision.amount)
    actions.resign(richest, "Remont do końca roku.", actor=decided.coordinator, now=MEETING + timedelta(days=9))
    first = next(iter(actions.next_promotion(decided.round, decided.proposal).awards))
    nameless = next(one for one in decided.proposal.decisions if one.application.number == first)
    store.delete(nameless)
    store.flush()
    store.expire_all()

    proposal = queries.by_public_id(decided.proposal.public_id)
    assert proposal is not None
    assert first not in actions.next_promotion(decided.round, proposal).awards
