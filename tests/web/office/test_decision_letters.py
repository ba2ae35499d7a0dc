"""Whoever has to act on decisions next is written to, and finds it on the round's first page."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.decisions import actions
from strefa.contest.people.models import Person
from strefa.infra.clock import Clock
from strefa.infra.messages import Message
from strefa.outputs.letters import rendered
from strefa.rules.policy import Role
from tests import decided, world
from tests.guards.stage import add_role
from tests.pages import Pages

ROUND = "/biuro/edycje/strefa-eksperymentu-2027"
WHY = "Kwota dla pierwszego miejsca jest inna niż w protokole."
LATER = decided.MEETING + timedelta(days=1)


def written(store: Session, template: str) -> dict[str, str]:
    """Return the letters of a kind: whom each goes to, and what it says."""
    letters = store.scalars(select(Message).where(Message.template == template).order_by(Message.id)).all()
    assert len({one.to for one in letters}) == len(letters), "nobody is written to twice"
    return {one.to: "\n".join(rendered(one)) for one in letters}


def test_those_who_approve_are_asked_by_letter_to_look_at_a_proposal(store: Session, pages: Pages) -> None:
    both = world.a_person(Role.APPROVER, name="Jan Drugi", language="en")
    world.a_person(Role.APPROVER, name="Była", disabled_at=world.NOON)
    made = decided.a_decided_round(published=False)
    letters = written(store, "decisions_proposed")
    assert set(letters) == {made.approver.email, both.email}
    asked = letters[made.approver.email]
    assert asked.startswith("Decyzje czekają na zatwierdzenie – Strefa Eksperymentu 2027\n")
    assert "Łucja Ćwik proponuje decyzje w konkursie „Strefa Eksperymentu 2027”" in asked
    assert f"http://127.0.0.1:8000{ROUND}/decyzje" in asked
    assert "Experiment Zone 2027" in letters[both.email]
    assert "Łucja Ćwik proposes" in letters[both.email]


def test_whoever_proposed_is_not_asked_to_approve_it_herself(store: Session, pages: Pages) -> None:
    made = decided.a_decided_round(published=False)
    add_role(made.coordinator, made.round, Role.APPROVER)
    actions.return_proposal(made.round, made.proposal, WHY, actor=made.approver, now=LATER)
    store.query(Message).delete()
    actions.propose(made.round, actor=made.coordinator, now=LATER)
    store.commit()
    assert set(written(store, "decisions_proposed")) == {made.approver.email}


@pytest.mark.parametrize("chair_proposed", [False, True])
def test_staff_and_whoever_proposed_learn_by_letter_that_it_came_back_and_why(
    store: Session, pages: Pages, chair_proposed: bool
) -> None:
    colleague, chair = world.a_person(Role.COORDINATOR), world.a_person(Role.CHAIR, name="Zofia Prezes")
    made = decided.a_decided_round(published=False)
    if chair_proposed:
        made.proposal.proposed_by_id = chair.id
    actions.return_proposal(made.round, made.proposal, f"  {WHY} ", actor=made.approver, now=LATER)
    store.commit()
    letters = written(store, "decisions_returned")
    due: list[Person] = [colleague, made.coordinator, *([chair] if chair_proposed else [])]
    assert set(letters) == {person.email for person in due}
    told = letters[made.coordinator.email]
    assert told.startswith("Propozycja decyzji wróciła do poprawy – Strefa Eksperymentu 2027\n")
    assert (
        f"Żaneta Śliwa zwraca do poprawy propozycję decyzji w konkursie „Strefa Eksperymentu 2027”. Powód: {WHY}\n"
        in told
    )
    assert f"{ROUND}/decyzje" in told


def test_the_rounds_first_page_says_that_a_proposal_came_back_and_why_until_there_is_another(
    store: Session, pages: Pages, clock: Clock
) -> None:
    made = decided.a_decided_round(published=False)
    clock.set(LATER)
    office, approver = pages.sign_in(made.coordinator), pages.sign_in(made.approver)
    said = f"Propozycja decyzji z dnia 10 marca 2027 wróciła do poprawy. Powód: {WHY}"
    approver.post(f"/biuro/decyzje/{made.proposal.public_id}/zwroc", {"reason": WHY})
    page = office.get(ROUND).text.replace("\xa0", " ")
    assert said in page
    assert "można zaproponować decyzje" in page
    for role in (Role.AUDITOR, Role.APPROVER):
        assert WHY not in pages.sign_in(world.a_person(role)).get(ROUND).text
    office.post(f"{ROUND}/ranking/propozycja")
    assert WHY not in office.get(ROUND).text
