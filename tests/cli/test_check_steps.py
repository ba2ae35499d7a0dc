"""`strefa check` and what people may do: no step that the rules allow breaks anything, however much there is."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from strefa.cli import check
from strefa.contest.applications import queries as application_queries
from strefa.contest.applications import sending_actions as applications
from strefa.contest.applications.models import Application
from strefa.contest.decisions import actions as decisions
from strefa.contest.decisions import queries as decision_queries
from strefa.contest.jury import actions as jury
from strefa.contest.jury import queries as jury_queries
from strefa.contest.jury.models import Assignment
from strefa.contest.people import invitation_actions as invitations
from strefa.contest.people.models import Membership, Organisation, Person, RoundRole
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import template_of
from strefa.contest.screening import actions as screening
from strefa.infra.database import db
from strefa.rules.lifecycle import Status
from strefa.rules.policy import OrganisationRole, Role
from tests.cli.recorded import a_recorded_round
from tests.decided import MEETING


def test_the_number_of_statements_does_not_depend_on_how_much_there_is(
    store: Session, queries_at_most: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    a_recorded_round()  # twelve applications, twenty-one cards, ten decisions
    with queries_at_most(79):
        assert [line for invariant in check.EVERY[1:] for line in invariant()] == []


def _round() -> Round:
    return db.session.scalars(select(Round)).one()


def _somebody(role: Role) -> Person:
    return db.session.scalars(select(Person).join(Person.roles).where(RoundRole.role == role)).first() or _nobody()


def _nobody() -> Person:
    raise AssertionError("the builders made nobody with that role")


LATER = MEETING + timedelta(days=1)
AFTER = MEETING + timedelta(days=90)


def _decided() -> Application:
    """Load an application that is decided about, with all that steps ask of it."""
    ranked = select(Application.id).where(Application.status == Status.ELIGIBLE).order_by(Application.id.desc())
    found = application_queries.by_id(db.session.scalars(ranked).first() or 0)
    assert found is not None
    return found


def _withdraws() -> None:
    one = _decided()
    applications.withdraw(one, reason="Remont czytelni.", actor=one.submissions[-1].sent_by, now=LATER)


def _sends_back() -> None:
    round_ = _round()
    proposal = decision_queries.standing(round_)
    assert proposal is not None
    reason = "Jeden wniosek wycofano po posiedzeniu."
    decisions.return_proposal(round_, proposal, reason, actor=_somebody(Role.APPROVER), now=LATER)


def _assignment() -> Assignment:
    public_id = db.session.scalars(select(Assignment.public_id).order_by(Assignment.id)).first()
    found = jury_queries.with_juror(public_id or "")
    assert found is not None
    return found


def _opens_a_card() -> None:
    reason = "Ekspertka pomyliła wnioski."
    jury.reopen_card(_assignment(), reason, actor=_somebody(Role.COORDINATOR), now=LATER)


def _joins_the_library_whose_application_she_has() -> None:
    one = _assignment()
    application = application_queries.by_id(one.application_id)
    assert application is not None
    library = db.session.get_one(Organisation, application.organisation_id)
    by, juror = application.submissions[-1].sent_by, db.session.get_one(Person, one.juror_id)
    asked = invitations.invite_to_organisation(library, juror.email, OrganisationRole.READER, actor=by, now=LATER)
    invitations.claim(asked, actor=juror, now=LATER)


def _hands_it_in_again() -> None:
    one = jury_queries.to_score(_assignment().public_id)
    assert one is not None
    assert one.card is not None
    by = db.session.get_one(Person, one.juror_id)
    db.session.refresh(by, ["memberships"])
    jury.save_card(one, {"novelty": "4"}, {}, revision=one.card.revision, actor=by, now=LATER)
    jury.submit_card(one, actor=by, now=LATER)


def _moves_into_the_voivodeship_whose_application_she_has() -> None:
    juror_id, voivodeship = db.session.execute(
        select(Assignment.juror_id, Application.voivodeship)
        .join(Application, Application.id == Assignment.application_id)
        .where(Assignment.ended_at.is_(None), Application.status == Status.ELIGIBLE, ~_belonging())
        .order_by(Assignment.id)
    ).all()[0]
    juror, by = db.session.get_one(Person, juror_id), _somebody(Role.COORDINATOR)
    jury.join_panel(_round().id, juror, "librarian", voivodeship, actor=by, now=LATER)


def _belonging() -> ColumnElement[bool]:
    """Tell who belongs to any organisation: they do not come back to the panel."""
    return select(Membership.id).where(Membership.person_id == Assignment.juror_id).exists()


def _takes_a_check_back() -> None:
    screening.take_back(_decided(), "Przeoczono jedno kryterium.", actor=_somebody(Role.COORDINATOR), now=LATER)


def _decides_it_again() -> None:
    waiting = select(Application.id).where(Application.status == Status.SUBMITTED)
    one = application_queries.by_id(db.session.scalars(waiting).one())
    assert one is not None
    said = {c.key: screening.Said(True) for c in template_of(one.round).formal_criteria}
    screening.decide(one, said, actor=_somebody(Role.COORDINATOR), now=LATER)


def _proposes_anew() -> None:
    decisions.propose(_round(), actor=_somebody(Role.COORDINATOR), now=LATER)


def _publishes() -> None:
    round_ = _round()
    proposal = decision_queries.standing(round_)
    assert proposal is not None
    decisions.approve(proposal, actor=_somebody(Role.APPROVER), now=LATER)
    decisions.publish(round_, proposal, actor=_somebody(Role.COORDINATOR), now=LATER + timedelta(days=4))


def _resigns() -> None:
    round_, by = _round(), _somebody(Role.COORDINATOR)
    proposal = decision_queries.standing(round_)
    assert proposal is not None
    for funded in [one for one in proposal.decisions if one.amount][:2]:
        grant = decision_queries.decision_by_number(funded.application.number or "")
        assert grant is not None
        decisions.resign(grant, "Biblioteka rezygnuje z dotacji.", actor=by, now=AFTER)
    assert decisions.promote(round_, proposal, actor=by, now=AFTER)


def test_no_step_that_the_rules_allow_breaks_anything(store: Session) -> None:
    a_recorded_round(published=False)
    for step in (
        _withdraws, _sends_back, _opens_a_card, _hands_it_in_again, _joins_the_library_whose_application_she_has,
        _moves_into_the_voivodeship_whose_application_she_has, _takes_a_check_back, _decides_it_again,
        _proposes_anew, _publishes, _resigns,
    ):  # fmt: skip
        step()
        db.session.commit()
        db.session.remove()
        assert check.broken() == [], step.__name__
