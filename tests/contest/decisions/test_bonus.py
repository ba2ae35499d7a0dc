"""The bonus of a commune that was never funded: judged as things stood when the round opened."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from strefa.contest.decisions.models import Decision, Outcome, Proposal
from strefa.contest.decisions.models import Ranking as FrozenRanking
from strefa.contest.decisions.official import earned
from strefa.contest.rounds import actions as rounds
from strefa.contest.rounds import template_file
from strefa.rules.lifecycle import Status
from strefa.rules.round_template import RoundTemplate
from strefa.rules.scoring_rules import BonusKind
from tests import world

BEFORE, AFTER = timedelta(days=-30), timedelta(days=30)


def an_earlier_grant(
    store: Session, opens: datetime, outcome: Outcome, promoted: timedelta | None, resigned: timedelta | None
) -> str:
    """Fund a commune in an earlier round; return its code. Moments are offsets from the opening of the next round."""
    data = template_file.load(template_file.shipped("strefa-eksperymentu")).as_data()
    earlier = RoundTemplate.from_data({**data, "slug": "strefa-2026", "number_prefix": "SE-2026"})
    round_ = rounds.load(earlier, template_file.dump(earlier), actor=None, now=opens + BEFORE * 9)
    application = world.an_application(Status.ELIGIBLE, round_=round_)
    person = world.a_person()
    ranking = FrozenRanking(
        round_id=round_.id, version=1, method="mean_of_totals", rules_hash="", input_hash="", result_hash="",
        inputs={}, result={}, made_at=opens + BEFORE * 2, made_by_id=person.id,
    )  # fmt: skip
    decision = Decision(
        application=application, place=1, rank=1, outcome=outcome, amount=0 if resigned else 100, reason="award_whole",
        promoted_at=opens + promoted if promoted else None, resigned_at=opens + resigned if resigned else None,
    )  # fmt: skip
    store.add(
        Proposal(
            public_id="WCZESNIEJ2", round_id=round_.id, ranking=ranking, decisions=[decision],
            proposed_at=opens + BEFORE * 2, proposed_by_id=person.id, approved_at=opens + BEFORE * 2,
            approved_by_id=world.a_person().id, published_at=opens + BEFORE,
        )
    )  # fmt: skip
    store.flush()
    return application.teryt


@pytest.mark.parametrize(
    ("outcome", "promoted", "resigned", "funded_before"),
    [
        (Outcome.FUNDED, None, None, True),
        (Outcome.FUNDED, BEFORE / 2, None, True),
        (Outcome.FUNDED, AFTER, None, False),
        (Outcome.RESIGNED, None, BEFORE / 2, False),
        (Outcome.RESIGNED, None, AFTER, True),
        (Outcome.RESIGNED, AFTER, AFTER * 2, False),
        (Outcome.RESERVE, None, None, False),
    ],
)
def test_what_becomes_of_older_grants_after_the_opening_changes_nobodys_points(
    outcome: Outcome, promoted: timedelta | None, resigned: timedelta | None, funded_before: bool, store: Session
) -> None:
    round_ = world.a_round()
    teryt = an_earlier_grant(store, round_.opens_at, outcome, promoted, resigned)
    application = world.an_application(Status.ELIGIBLE, teryt=teryt)
    kinds = {bonus.kind for bonus in earned(round_, application)}
    assert (BonusKind.COMMUNE_NEVER_FUNDED not in kinds) is funded_before
