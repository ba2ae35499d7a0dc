"""Letters about an application also reach the contact person whom it names."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.applications.letters import recipients_of, write_to_applicant
from strefa.infra.messages import Message
from strefa.rules.lifecycle import Status
from tests import world

CONTACT = "anna@example.org"


def test_a_contact_outside_the_organisation_is_written_to(store: Session) -> None:
    ala = world.a_person(email="ala@example.org")
    application = world.an_application(Status.ELIGIBLE, by=ala, contact_email=CONTACT)
    write_to_applicant("withdrawn", application, now=world.NOON)
    store.commit()
    assert [one.to for one in store.scalars(select(Message).order_by(Message.id))] == [ala.email, CONTACT]


def test_a_contact_who_is_of_the_organisation_gets_one_letter(store: Session) -> None:
    ala = world.a_person(email="ala@example.org")
    assert recipients_of(world.an_application(Status.ELIGIBLE, by=ala, contact_email="Ala@Example.org")) == [ala]


def test_an_application_from_before_has_no_contact_and_its_people_get_theirs(store: Session) -> None:
    ala = world.a_person()
    assert recipients_of(world.an_application(Status.ELIGIBLE, by=ala)) == [ala]
