"""What is hidden cannot be told from any page: two contests that differ in it alone look the same to the last byte.

Each test opens every page that somebody may open, changes what she must not know, and opens them all again.
A second half of each test shows that somebody else does see the change, so the comparison is able to fail.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select, update

from strefa.contest.applications.models import Application, SectionAnswers, Submission
from strefa.contest.decisions import actions as decisions
from strefa.contest.decisions import queries
from strefa.contest.decisions.models import Decision, Outcome, Proposal, Ranking
from strefa.contest.jury.models import Assignment, Mark, ScoreCard
from strefa.contest.people.models import Person
from strefa.infra.database import db
from strefa.infra.journal import record
from strefa.infra.messages import Message
from tests.guards.addresses import address
from tests.guards.conftest import put_back
from tests.guards.languages import bare
from tests.guards.scene import LATER, Scene
from tests.guards.tables import READ, table

ROWS = {row: marks for row, marks in table(READ).items() if not row.startswith("account.")}
"""All pages but those of accounts, which hold links and codes of the moment."""

APPLICANTS = ("anonymous", "stranger", "editor", "accountant", "signatory", "reader")
UNINVOLVED = ("administrator", "foreigner")
JURORS = ("juror", "undeclared", "bystander", "recused")

READ_AS_TEXT = ("text/html", "application/json")
TOKEN = re.compile(r'"csrf_token":"[^"]*"')  # of the second in which it was asked for

Pages = dict[str, str]


@pytest.fixture(scope="module")
def inside(scene: Scene) -> Iterator[Scene]:
    """The scene on a connection that is rolled back."""
    with put_back(scene.app):
        yield scene


@pytest.fixture(scope="module")
def before(inside: Scene) -> dict[str, Pages]:
    """What everybody sees while nothing is changed."""
    return {who: seen(inside, who) for who in (*APPLICANTS, *UNINVOLVED, *JURORS, "coordinator")}


def seen(scene: Scene, who: str) -> Pages:
    """Return what somebody sees of every page that she may open, without its tokens."""
    visitor, pages = scene.browser(who), {}
    for row, marks in ROWS.items():
        if marks[who] not in "->":
            with scene.app.app_context():  # `g` must not outlive a request
                answer = visitor.get(address(scene, row))
            body = TOKEN.sub("", bare(answer.text)) if answer.mimetype in READ_AS_TEXT else answer.data.hex()
            pages[row] = f"{answer.status}\n{body}"
    return pages


def told_apart(scene: Scene, before: dict[str, Pages], who: str, change: Callable[[Scene], None]) -> list[str]:
    """List the pages from which somebody can tell that something was changed; the change is undone."""
    connection: Any = db.engines[None]
    undone = connection.begin_nested()
    try:
        with scene.app.app_context():
            change(scene)
            record("look", "round", actor=None, now=LATER, round_id=scene["round"].id)  # rankings are kept by its state
            db.session.commit()
        after = seen(scene, who)
    finally:
        undone.rollback()
    assert before[who], "nobody saw anything"
    return [row for row, page in before[who].items() if page != after[row]]


def hidden_assessment(scene: Scene) -> None:
    """Other marks, other words, another order, another decision, by people of other names."""
    round_id = scene["round"].id
    cards = select(ScoreCard.id).join(Assignment).where(Assignment.round_id == round_id)
    proposals = select(Proposal.id).where(Proposal.round_id == round_id)
    jurors = select(Assignment.juror_id).where(Assignment.round_id == round_id)
    unshown = {"synchronize_session": False}
    db.session.execute(
        update(Mark).where(Mark.card_id.in_(cards)).values(score=1, justification="Inne slowa."),
        execution_options=unshown,
    )
    db.session.execute(
        update(Decision)
        .where(Decision.proposal_id.in_(proposals))
        .values(outcome=Outcome.REFUSED, amount=0, place=7, rank=7),
        execution_options=unshown,
    )
    db.session.execute(
        update(Ranking).where(Ranking.round_id == round_id).values(result_hash="1" * 64), execution_options=unshown
    )
    db.session.execute(update(Person).where(Person.id.in_(jurors)).values(name="Inna Osoba"), execution_options=unshown)


@pytest.mark.parametrize("who", APPLICANTS)
def test_before_publication_nobody_outside_can_tell_what_was_decided(
    inside: Scene, before: dict[str, Pages], who: str
) -> None:
    assert told_apart(inside, before, who, hidden_assessment) == []


def test_those_who_decide_do_see_it(inside: Scene, before: dict[str, Pages]) -> None:
    changed = told_apart(inside, before, "coordinator", hidden_assessment)
    assert {"office.cards.index", "office.decisions.index", "office.ranking.show", "office.jury.index"} <= set(changed)


def hidden_scores(scene: Scene) -> None:
    cards = select(ScoreCard.id).join(Assignment).where(Assignment.round_id == scene["round"].id)
    db.session.execute(
        update(Mark).where(Mark.card_id.in_(cards)).values(score=1), execution_options={"synchronize_session": False}
    )
    mine = select(Proposal.id).where(Proposal.round_id == scene["round"].id)
    db.session.execute(
        update(Decision).where(Decision.proposal_id.in_(mine)).values(outcome=Outcome.RESERVE, amount=0, rank=9),
        execution_options={"synchronize_session": False},
    )


@pytest.mark.parametrize("who", UNINVOLVED)
def test_administrators_and_other_rounds_staff_see_no_scores(inside: Scene, before: dict[str, Pages], who: str) -> None:
    assert told_apart(inside, before, who, hidden_scores) == []


def others_cards(scene: Scene) -> None:
    """Another juror of the same application marks otherwise; decisions follow."""
    colleague = scene.people["colleague"].id
    cards = select(ScoreCard.id).join(Assignment).where(Assignment.juror_id == colleague)
    db.session.execute(
        update(Mark).where(Mark.card_id.in_(cards)).values(score=0, justification="Calkiem inne zdanie."),
        execution_options={"synchronize_session": False},
    )


@pytest.mark.parametrize("who", JURORS)
def test_a_juror_sees_nothing_of_others_cards(inside: Scene, before: dict[str, Pages], who: str) -> None:
    assert told_apart(inside, before, who, others_cards) == []


def text_of_the_application(scene: Scene) -> None:
    """Another text under the same title, by the same applicant."""
    of_it = {"application_id": scene["sent"].id}
    for kind in (SectionAnswers, Submission):
        db.session.query(kind).filter_by(**of_it).update(
            {"answers": {"b2_sentence": "Zupelnie inny tekst."}}, synchronize_session=False
        )
    db.session.execute(
        update(Application).where(Application.id == scene["sent"].id).values(ask=123_400),
        execution_options={"synchronize_session": False},
    )


@pytest.mark.parametrize("who", ["undeclared", "bystander", "recused"])
def test_a_juror_sees_no_text_before_she_declares_nor_after_she_is_recused(
    inside: Scene, before: dict[str, Pages], who: str
) -> None:
    assert told_apart(inside, before, who, text_of_the_application) == []


def test_the_juror_who_declared_reads_it(inside: Scene, before: dict[str, Pages]) -> None:
    assert told_apart(inside, before, "juror", text_of_the_application) == ["juror.cards.show"]


def everything_about_the_application(scene: Scene) -> None:
    db.session.execute(
        update(Application).where(Application.id == scene["sent"].id).values(title="Inny", applicant_name="Inna"),
        execution_options={"synchronize_session": False},
    )
    text_of_the_application(scene)


@pytest.mark.parametrize("who", ["bystander", "recused"])
def test_to_a_juror_without_it_an_application_is_not_there(inside: Scene, before: dict[str, Pages], who: str) -> None:
    assert told_apart(inside, before, who, everything_about_the_application) == []


def test_no_letter_tells_an_applicant_before_publication(inside: Scene) -> None:
    """Proposing and approving write to no applicant; publishing does."""
    letters = select(Message.template).where(Message.to == inside.people["editor"].email)
    before = list(db.session.scalars(letters))
    proposal = queries.by_public_id(inside["proposal"].public_id)
    assert proposal is not None
    decisions.approve(proposal, actor=inside.people["approver"], now=LATER)
    db.session.flush()
    assert list(db.session.scalars(letters)) == before
    decisions.publish(inside["round"], proposal, actor=inside.people["coordinator"], now=LATER)
    db.session.flush()
    assert "result" in list(db.session.scalars(letters))[len(before) :]
