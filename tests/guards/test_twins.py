"""The lists and the policy agree: each list query gives exactly the rows that `may()` grants one by one.

Tried over a product of people and states: every kind of person, roles that have ended, every status of an
application, assignments open, ended and undeclared, letters of rounds and of none.
"""

from collections.abc import Callable, Collection, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from strefa.contest.applications import queries as applications
from strefa.contest.applications.models import Application, Submission
from strefa.contest.jury import queries as jury
from strefa.contest.jury.barring import barred_ids
from strefa.contest.jury.models import Assignment, ImpartialityDeclaration
from strefa.contest.people import queries as people
from strefa.contest.people.models import Invitation, Organisation, Person, SignIn
from strefa.contest.screening import queries as screening
from strefa.infra.database import db
from strefa.infra.files import Document
from strefa.infra.journal import Entry
from strefa.infra.journal import reading as journal
from strefa.infra.messages import Message
from strefa.infra.messages.reading import readable as readable_messages
from strefa.outputs import shelf
from strefa.rules.policy import May, may
from tests import world
from tests.guards.scene import Scene
from tests.guards.stage import Stage, set_up


@pytest.fixture(scope="module")
def stage(scene: Scene) -> Iterator[Stage]:
    with set_up(scene) as made:
        yield made


def differing(
    stage: Stage, listed: Callable[[Person], Collection[Any]], granted: Callable[[Person], Collection[Any]]
) -> dict[str, tuple[set[Any], set[Any]]]:
    """Return for whom a list and the policy differ: what is listed and not granted, what is granted and not listed."""
    found, seen = {}, 0
    for name, actor in stage.actors.items():
        shown, due = set(listed(actor)), set(granted(actor))
        seen += len(shown)
        if shown != due:
            found[name] = shown - due, due - shown
    assert seen, "nobody was shown anything, so nothing was compared"
    return found


def ids(rows: Collection[Any]) -> list[int]:
    return [row.id for row in rows]


def every(kind: Any) -> list[Any]:
    return list(db.session.scalars(select(kind).order_by(kind.id)).unique())


def whole(by: Callable[[str], Any], kind: Any) -> list[Any]:
    """Load every row as its pages load it; what they do not find is not there for anybody."""
    return [row for one in every(kind) if (row := by(one.public_id)) is not None]


def test_ones_own_applications(stage: Stage) -> None:
    known = whole(applications.by_public_id, Application)
    assert not differing(
        stage,
        lambda actor: ids(applications.listed_own(actor)),
        lambda actor: [one.id for one in known if may(actor, May.READ_OWN_APPLICATION, one)],
    )


def test_ones_own_organisations(stage: Stage) -> None:
    assert not differing(
        stage,
        lambda actor: ids(people.organisations_of(actor)),
        lambda actor: [one.id for one in every(Organisation) if may(actor, May.READ_ORGANISATION, one)],
    )


@pytest.mark.parametrize(
    ("act", "twin"), [(May.DECLARE_IMPARTIALITY, jury.own), (May.ASSESS, jury.readable)], ids=["declare", "assess"]
)
def test_a_jurors_applications(stage: Stage, act: May, twin: Callable[[Person], Any]) -> None:
    known = whole(jury.by_public_id, Assignment)
    assert not differing(
        stage,
        lambda actor: ids(db.session.scalars(twin(actor)).all()),
        lambda actor: [one.id for one in known if may(actor, act, one)],
    )


def test_a_jurors_queue_holds_what_she_may_declare_on(stage: Stage) -> None:
    known = whole(jury.by_public_id, Assignment)
    assert not differing(
        stage,
        lambda actor: ids(jury.queue_of(actor)),
        lambda actor: [one.id for one in known if may(actor, May.DECLARE_IMPARTIALITY, one)],
    )


def test_letters_in_the_office(stage: Stage) -> None:
    assert not differing(
        stage,
        lambda actor: ids(db.session.scalars(readable_messages(actor)).all()),
        lambda actor: [one.id for one in every(Message) if may(actor, May.READ_MESSAGE, one)],
    )


def test_ones_own_sign_ins(stage: Stage) -> None:
    assert not differing(
        stage,
        lambda actor: ids(people.open_sign_ins(actor.id, world.NOON)),
        lambda actor: [one.id for one in every(SignIn) if may(actor, May.END_SIGN_IN, one)],
    )


def of_rounds(
    stage: Stage, act: May, listed: Callable[[Any, Person], Collection[Any]]
) -> Callable[[Person], list[Any]]:
    """Return what somebody is listed in all rounds whose list she may open."""
    return lambda actor: [row.id for round_ in stage.rounds if may(actor, act, round_) for row in listed(round_, actor)]


def test_sent_applications_in_the_office(stage: Stage) -> None:
    """A juror who oversees the round as well sees nothing that impartiality keeps from her."""
    known = whole(applications.by_public_id, Application)
    assert not differing(
        stage,
        of_rounds(
            stage,
            May.LIST_SENT_APPLICATIONS,
            lambda round_, actor: screening.listed(round_, actor, without=barred_ids(actor, round_.id)).rows,
        ),
        lambda actor: [
            one.id
            for one in known
            if may(actor, May.READ_SENT_APPLICATION, one) and one.id not in barred_ids(actor, one.round_id)
        ],
    )


def test_the_counts_beside_the_list_count_what_is_listed(stage: Stage) -> None:
    for actor in stage.actors.values():
        for round_ in stage.rounds:
            listed = screening.listed(round_, actor)
            assert sum(listed.counts.values()) == len(listed.rows)


def test_the_jurys_board(stage: Stage) -> None:
    known = [one for one in whole(jury.with_juror, Assignment) if one.is_open]
    assert not differing(
        stage,
        of_rounds(stage, May.SEE_SCORES, lambda round_, actor: jury.board(round_, actor)),
        lambda actor: [
            one.id for one in known if may(actor, May.SEE_SCORES, one) and not recused(actor, one.application_id)
        ],
    )


def recused(actor: Person, application_id: int) -> bool:
    declared = {one.application_id for one in declarations() if one.juror_id == actor.id and not one.impartial}
    return application_id in declared


def declarations() -> list[Any]:
    return every(ImpartialityDeclaration)


def test_the_journal(stage: Stage) -> None:
    entries = db.session.scalars(select(Entry)).all()
    assert not differing(
        stage,
        lambda actor: [
            row.sequence
            for round_ in stage.rounds
            if may(actor, May.READ_JOURNAL, round_)
            for number in range(1, journal.listed(round_.id).last + 1)
            for row in journal.listed(round_.id, number).rows
        ],
        lambda actor: [
            one.sequence for one in entries if one.round_id is not None and may(actor, May.READ_JOURNAL, one)
        ],
    )


def test_papers(stage: Stage) -> None:
    """A receipt belongs to the round of the application that was sent."""
    rounds = dict(db.session.execute(select(Submission.id, Application.round_id).join(Application)).all())
    receipts = [one for one in every(Document) if one.kind == "receipt"]
    for one in receipts:
        one.round_id = rounds[int(one.subject)]
    assert not differing(
        stage,
        of_rounds(stage, May.SEE_PAPERS, lambda round_, _actor: shelf.listed(round_, "receipt").documents),
        lambda actor: [one.id for one in receipts if may(actor, May.SEE_PAPERS, one)],
    )


def test_invitations_to_an_organisation(stage: Stage) -> None:
    waiting = [one for one in every(Invitation) if one.organisation_id]
    assert not differing(
        stage,
        lambda actor: [
            one.id
            for organisation in every(Organisation)
            if may(actor, May.MANAGE_ORGANISATION, organisation)
            for one in people.invitations_waiting(world.NOON, organisation_id=organisation.id)
        ],
        lambda actor: [one.id for one in waiting if may(actor, May.TAKE_INVITATION_BACK, one)],
    )
