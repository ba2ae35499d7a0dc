"""The official ranking from stored rows: what counts, what holds, and the files anyone recomputes it from."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from strefa.cli import main
from strefa.contest.applications.models import Application
from strefa.contest.decisions import actions
from strefa.contest.decisions.models import JuryVote
from strefa.contest.decisions.official import Official, official
from strefa.contest.jury.models import AssignmentKind, CardStatus
from strefa.contest.people.models import Person
from strefa.infra.i18n import force_locale
from strefa.outputs.paper_contents import MAKERS
from strefa.rules import record
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from strefa.rules.refusal import Reason, Refused
from tests import world


def recomputed(state: Official, folder: Path) -> dict[str, Any]:
    """Rank the three files that the office gives, as a stranger would."""
    files = {
        "RULES.json": record.rules_json(state.rules),
        "SCORES.csv": record.scores_csv(state.rules, state.entries, state.cards),
        "APPS.csv": record.applications_csv(state.entries),
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    scores, applications, rules = (str(folder / name) for name in ("SCORES.csv", "APPS.csv", "RULES.json"))
    run = CliRunner().invoke(main, ["rank", scores, "--rules", rules, "--applications", applications, "--json"])
    assert (run.exit_code, run.stderr) == (0, "")
    return json.loads(run.stdout)


def assessed(*cards: str, jurors: list[Person], status: Status = Status.ELIGIBLE, **columns: Any) -> Application:
    """An application with cards of these marks; the third card is that of a third juror."""
    application = world.an_application(status, **{"population": 50_000, "voivodeship": "lubuskie"} | columns)
    for place, marks in enumerate(cards):
        assignment = world.an_assignment(application, jurors[place])
        assignment.kind = AssignmentKind.THIRD if place == 2 else AssignmentKind.FIRST
        world.a_card(assignment, marks.split())
    return application


GOOD, FAIR, WEAK_IDEA = "4 4 4 4 4 4 4", "3.5 4 4 3.5 4 3.5 4", "2 4 4 4 4 4 4"


@pytest.fixture
def jurors(store: Session) -> list[Person]:
    world.a_round(pool=1_600_000)
    return [world.a_juror("librarian" if number % 2 else "other") for number in range(4)]


def numbers(*applications: Application) -> list[str]:
    return [application.number or "" for application in applications]


@pytest.mark.parametrize(
    ("count", "note", "reasons"),
    [
        (1, "Jednogłośnie.", [Reason.VOTE_NEEDS_TWO]),
        (2, "", [Reason.VOTE_WITHOUT_NOTE]),
        (1, "  tak  ", [Reason.VOTE_NEEDS_TWO, Reason.VOTE_WITHOUT_NOTE]),
    ],
)
def test_a_vote_names_two_and_says_how_the_jury_voted(
    store: Session, count: int, note: str, reasons: list[Reason]
) -> None:
    coordinator, judge = world.a_person(Role.COORDINATOR), world.a_juror()
    applications = [world.an_application(Status.ELIGIBLE) for _ in range(2)]
    for one in applications:
        world.a_card(world.an_assignment(one, judge), ["4"] * 7)
    order = [str(one.number) for one in applications[:count]]
    with pytest.raises(Refused) as refused:
        actions.record_vote(world.a_round(), order, note, actor=coordinator, now=world.NOON)
    assert [blocker.reason for blocker in refused.value.blockers] == reasons
    assert store.query(JuryVote).count() == 0


def test_the_whole_of_it_recomputes_from_the_files(jurors: list[Person], store: Session, tmp_path: Path) -> None:
    coordinator, round_ = world.a_person(Role.COORDINATOR), world.a_round()
    first = assessed("5 5 5 5 5 5 5", "2.5 3 3 2.5 3 3 3", "4 4.5 4 4 4 5 4", jurors=jurors)
    small = assessed(FAIR, GOOD, jurors=jurors, population=4_000)
    equal = [assessed(GOOD, FAIR, jurors=jurors) for _ in range(2)]
    idea = assessed(WEAK_IDEA, WEAK_IDEA, jurors=jurors)
    low = assessed("3 3 3 3 3 3 3", "3 3 3 3 3 3 3.5", jurors=jurors, accepts_from=250_000, ask=300_000)
    gone = assessed(GOOD, FAIR, jurors=jurors)
    recused = world.an_assignment(small, jurors[2], declared=False)
    recused.ended_at, recused.ended_because = world.NOON, "recusal"
    world.a_card(recused, ["0"] * 7)
    actions.record_vote(round_, numbers(gone, equal[1], equal[0]), "Pięć głosów za.", actor=coordinator, now=world.NOON)
    gone.status = Status.WITHDRAWN
    store.commit()

    state = official(round_)
    result = record.result_data(state.ranking, state.allocation)

    assert recomputed(state, tmp_path) == result
    assert [row["application"] for row in result["ranking"]] == numbers(first, small, equal[1], equal[0], idea, low)
    assert [row["tie_broken_by"] for row in result["ranking"]] == [None, None, "vote", "vote", None, None]
    assert [row["cards"] for row in result["ranking"]] == [3, 2, 2, 2, 2, 2]
    assert result["awards"] == dict.fromkeys(numbers(first, small, equal[1]), 500_000)
    assert result["reserve"] == numbers(equal[0], low)
    assert (result["left"], state.awaiting) == (100_000, ())
    rows = state.ranking.by_application
    assert [(rows[n].points or 0) - (rows[n].before_bonus or 0) for n in numbers(first, small)] == [2, 3]
    assert [blocker.reason for blocker in rows[idea.number or ""].fails] == [Reason.BELOW_LEAST_MEAN]


def test_a_partial_award_recomputes_too(jurors: list[Person], store: Session, tmp_path: Path) -> None:
    world.a_round(pool=850_000)
    whole = assessed(GOOD, GOOD, jurors=jurors)
    part = assessed(FAIR, GOOD, jurors=jurors, accepts_from=350_000)

    state = official(world.a_round())

    assert recomputed(state, tmp_path) == record.result_data(state.ranking, state.allocation)
    assert list(state.allocation.awards.values()) == [500_000, 350_000]
    assert list(state.allocation.funded) == numbers(whole, part)


def test_a_later_vote_takes_the_place_of_an_earlier_one(jurors: list[Person], store: Session, tmp_path: Path) -> None:
    round_, coordinator = world.a_round(), world.a_person(Role.COORDINATOR)
    one, two, three, four = (assessed(GOOD, GOOD, jurors=jurors) for _ in range(4))
    for order in ([one, two, three, four], [two, four, one, three]):
        actions.record_vote(round_, numbers(*order), "Jednogłośnie.", actor=coordinator, now=world.NOON)

    state = official(round_)

    assert [row.application for row in state.ranking.rows] == numbers(two, four, one, three)
    assert recomputed(state, tmp_path) == record.result_data(state.ranking, state.allocation)


def why_not(store: Session) -> list[tuple[Reason, Any]]:
    with pytest.raises(Refused) as refused:
        actions.propose(world.a_round(), actor=world.a_person(Role.COORDINATOR), now=world.NOON + timedelta(days=30))
    return [(blocker.reason, blocker.values.get("numbers")) for blocker in refused.value.blockers]


def test_nothing_is_proposed_while_a_third_opinion_is_due(jurors: list[Person], store: Session) -> None:
    apart = assessed("5 5 5 5 5 5 5", "2.5 3 3 2.5 3 3 3", jurors=jurors)
    assessed(GOOD, GOOD, jurors=jurors)

    assert why_not(store) == [(Reason.CARDS_MISSING, apart.number)]


def test_nothing_is_proposed_while_a_card_is_open(jurors: list[Person], store: Session) -> None:
    first, second = (assessed(GOOD, GOOD, jurors=jurors) for _ in range(2))
    world.an_assignment(first, jurors[2])
    world.a_card(world.an_assignment(second, jurors[3]), ["4"] * 7, CardStatus.DRAFT)

    assert why_not(store) == [(Reason.CARDS_MISSING, f"{first.number}, {second.number}")]


def test_the_minutes_hold_every_vote_and_know_which_one_stands(jurors: list[Person], store: Session) -> None:
    round_, coordinator = world.a_round(), world.a_person(Role.COORDINATOR)
    one, two = (assessed(GOOD, GOOD, jurors=jurors) for _ in range(2))
    for order in ([one, two], [two, one]):
        actions.record_vote(round_, numbers(*order), "Jednogłośnie.", actor=coordinator, now=world.NOON)
    proposal = actions.propose(round_, actor=coordinator, now=world.NOON + timedelta(days=30))
    store.commit()

    with force_locale("pl"):
        paper = MAKERS["minutes"](proposal.id)

    assert paper is not None
    assert [vote.id in paper.values["standing_votes"] for vote in paper.values["votes"]] == [False, True]
    assert [line.application.number for line in paper.values["lines"]] == numbers(two, one)
    assert [line.tie for line in paper.values["lines"]] == ["głosowanie jury"] * 2
