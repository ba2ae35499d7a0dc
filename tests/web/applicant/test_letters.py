"""Letters about an application also reach the contact person whom it names."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.applications import columns
from strefa.contest.applications.letters import recipients_of, write_to_applicant
from strefa.contest.rounds.queries import template_of
from strefa.infra.messages import Message
from strefa.rules.lifecycle import Status
from tests import world
from tests.pages import Pages

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


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("anna\u2013nowak@example.org", "anna-nowak@example.org"), ("anna bez małpy", None), ("", None)],
)
def test_the_contacts_address_is_kept_as_a_letter_can_reach_it(store: Session, typed: str, kept: str | None) -> None:
    application = world.an_application()
    columns.derive(application, template_of(world.a_round()).form, {"a9_email": typed})
    assert application.contact_email == kept


@pytest.mark.parametrize("contact", [None, CONTACT])
def test_the_receipts_page_promises_the_contact_only_what_goes_there(
    store: Session, pages: Pages, contact: str | None
) -> None:
    ala = world.a_person()
    application = world.an_application(Status.SUBMITTED, by=ala, contact_email=contact)
    page = pages.sign_in(ala).get(f"/moje/wnioski/{application.public_id}/potwierdzenie").get_data(as_text=True)
    assert "e-mailem wszystkim osobom" in page.replace("\xa0", " ")
    assert ("osobie do kontaktu" in page.replace("\xa0", " ")) is bool(contact)
