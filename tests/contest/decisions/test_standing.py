"""While decisions stand, what they were taken on stays as it is; sent back, it may change again."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.applications import queries as applications
from strefa.contest.applications import sending_actions as applying
from strefa.contest.applications.models import Application
from strefa.contest.decisions import actions, queries
from strefa.contest.decisions.models import Outcome
from strefa.contest.decisions.official import official
from strefa.contest.jury import actions as judging
from strefa.contest.jury import assigning_actions
from strefa.contest.jury.models import Assignment
from strefa.contest.jury.queries import with_juror
from strefa.contest.screening import actions as screening
from strefa.rules.lifecycle import Status
from strefa.rules.ranking import Card, Entry
from strefa.rules.record import inputs_data, inputs_of
from strefa.rules.refusal import Reason, Refused
from tests import world
from tests.decided import MEETING, Decided, a_decided_round

BECAUSE = "Pomyłka w sumowaniu punktów."
LATER = MEETING + timedelta(hours=1)


def reasons(refused: pytest.ExceptionInfo[Refused]) -> list[Reason]:
    return [blocker.reason for blocker in refused.value.blockers]


def card_of(decided: Decided, store: Session, place: int = 0) -> Assignment:
    """Return an assignment with a submitted card of the application at a place."""
    wanted = Assignment.application_id == decided.applications[place].id, Assignment.ended_at.is_(None)
    first = store.scalars(select(Assignment.public_id).where(*wanted).order_by(Assignment.id)).all()[0]
    assignment = with_juror(first)
    assert assignment is not None
    return assignment


def loaded(one: Application) -> Application:
    """Return an application with all that its page loads."""
    application = applications.by_public_id(one.public_id)
    assert application is not None
    return application


def reopen(decided: Decided, store: Session) -> None:
    judging.reopen_card(card_of(decided, store), BECAUSE, actor=decided.coordinator, now=LATER)


def recuse(decided: Decided, store: Session) -> None:
    one = card_of(decided, store)
    judging.declare(one, False, "kin", actor=one.juror, now=LATER)


def take_back(decided: Decided, store: Session) -> None:
    screening.take_back(loaded(decided.applications[0]), BECAUSE, actor=decided.coordinator, now=LATER)


def deal_anew(decided: Decided, store: Session) -> None:
    assigning_actions.propose(decided.round, 7, actor=decided.coordinator, now=LATER)


CHANGES = {"reopen": reopen, "recuse": recuse, "take back": take_back, "deal anew": deal_anew}


@pytest.mark.parametrize("published", [False, True], ids=["proposed", "published"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_nothing_that_decisions_were_taken_on_changes_while_they_stand(
    change: Callable[[Decided, Session], None], published: bool, store: Session
) -> None:
    decided = a_decided_round(published=published)
    before = official(decided.round).input_hash
    with pytest.raises(Refused) as refused:
        change(decided, store)
    assert reasons(refused) == [Reason.RESULTS_PUBLISHED if published else Reason.DECISIONS_STAND]
    assert official(decided.round).input_hash == before


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_all_of_it_may_change_again_once_the_proposal_was_sent_back(
    change: Callable[[Decided, Session], None], store: Session
) -> None:
    decided = a_decided_round(published=False)
    actions.return_proposal(decided.round, decided.proposal, BECAUSE, actor=decided.approver, now=LATER)
    change(decided, store)


def test_a_plan_made_before_the_proposal_is_not_applied_after_it(store: Session) -> None:
    decided = a_decided_round(published=False)
    actions.return_proposal(decided.round, decided.proposal, BECAUSE, actor=decided.approver, now=LATER)
    plan = assigning_actions.propose(decided.round, 7, actor=decided.coordinator, now=LATER)
    actions.propose(decided.round, actor=decided.coordinator, now=LATER)
    with pytest.raises(Refused) as refused:
        assigning_actions.apply(plan, decided.round, actor=decided.coordinator, now=LATER)
    assert reasons(refused) == [Reason.DECISIONS_STAND]


def test_a_card_whose_juror_has_left_the_application_is_not_reopened(store: Session) -> None:
    decided = a_decided_round(published=False)
    actions.return_proposal(decided.round, decided.proposal, BECAUSE, actor=decided.approver, now=LATER)
    one = card_of(decided, store)
    judging.declare(one, False, "kin", actor=one.juror, now=LATER)
    with pytest.raises(Refused) as refused:
        judging.reopen_card(one, BECAUSE, actor=decided.coordinator, now=LATER)
    assert reasons(refused) == [Reason.ASSIGNMENT_ENDED]


@pytest.mark.parametrize("approved", [False, True])
def test_a_proposal_that_somebody_withdrew_from_goes_no_further_and_names_her(approved: bool, store: Session) -> None:
    decided = a_decided_round(published=False)
    if approved:
        actions.approve(decided.proposal, actor=decided.approver, now=MEETING)
    gone = loaded(decided.applications[0])
    applying.withdraw(gone, reason="Zamykamy bibliotekę na remont.", actor=decided.coordinator, now=LATER)
    with pytest.raises(Refused) as refused:
        if approved:
            actions.publish(decided.round, decided.proposal, actor=decided.coordinator, now=LATER)
        else:
            actions.approve(decided.proposal, actor=decided.approver, now=LATER)
    assert reasons(refused) == [Reason.PROPOSAL_OUTDATED]
    assert refused.value.blockers[0].values == {"count": 1, "numbers": gone.number}
    assert decided.round.results_published_at is None

    actions.return_proposal(decided.round, decided.proposal, BECAUSE, actor=decided.approver, now=LATER)
    anew = actions.propose(decided.round, actor=decided.coordinator, now=LATER)
    assert gone.number not in {decision.application.number for decision in anew.decisions}


def test_nobody_withdraws_after_the_results_are_published(store: Session) -> None:
    decided = a_decided_round()
    with pytest.raises(Refused) as refused:
        applying.withdraw(
            loaded(decided.applications[0]),
            reason="Zamykamy bibliotekę na remont.",
            actor=decided.coordinator,
            now=LATER,
        )
    assert reasons(refused) == [Reason.WITHDRAWN_TOO_LATE]
    assert decided.applications[0].status is Status.ELIGIBLE


def test_the_reserve_moves_up_in_the_order_the_decisions_were_taken_in(store: Session) -> None:
    decided = a_decided_round()
    richest = max(decided.proposal.decisions, key=lambda decision: decision.amount)
    actions.resign(richest, "Remont do końca roku.", actor=decided.coordinator, now=MEETING + timedelta(days=9))
    expected = actions.next_promotion(decided.round, decided.proposal)
    first = next(decision for decision in decided.proposal.decisions if decision.outcome is Outcome.RESERVE)
    assert list(expected.awards) == [first.application.number]

    for assignment in store.scalars(select(Assignment).where(Assignment.application_id == first.application_id)):
        assignment.ended_at = LATER  # whatever becomes of the cards: the order is the one that was frozen
    store.flush()
    store.expire_all()
    proposal = queries.by_public_id(decided.proposal.public_id)
    assert proposal is not None
    assert actions.next_promotion(decided.round, proposal) == expected


def test_a_card_is_not_written_while_decisions_stand(store: Session) -> None:
    decided = a_decided_round(published=False)
    late = world.an_assignment(decided.applications[0], decided.jurors[5])
    one = with_juror(late.public_id)
    assert one is not None
    for write in (
        lambda: judging.save_card(one, {"novelty": "4"}, {}, revision=0, actor=one.juror, now=LATER),
        lambda: judging.submit_card(one, actor=one.juror, now=LATER),
    ):
        with pytest.raises(Refused) as refused:
            write()
        assert reasons(refused)[0] is Reason.DECISIONS_STAND


def test_what_was_frozen_is_read_back_whole() -> None:
    entries = [
        Entry("SE-1", 500_000, Decimal("2.5"), "lubelskie", "ngo", 300_000),
        Entry("SE-2", points=Decimal("71.25")),
    ]
    cards = [
        Card("SE-1", "Ekspert 1", {"novelty": Decimal("3.5"), "plan": None}),
        Card("SE-1", "Ekspert 2", {"novelty": Decimal(4), "plan": Decimal("0.5")}, third=True),
    ]
    frozen = inputs_data(entries, cards, [["SE-2", "SE-1"]])
    assert inputs_of(frozen) == (entries, cards, [["SE-2", "SE-1"]])
