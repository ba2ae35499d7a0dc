"""What section A says of the organisation reaches its data by one button, seen before it is pressed."""

from typing import Any

import pytest
from lxml import html
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application
from strefa.contest.people.models import Membership, Organisation, Person
from strefa.infra.database import db
from strefa.infra.journal import Entry
from strefa.rules.policy import OrganisationRole
from tests import world
from tests.answers import COMPLETE
from tests.pages import Pages

START = "/moje/nowy/strefa-eksperymentu-2027"
EMPTY = {"voivodeship": "", "teryt": "", "population": None, "town": "", "name": "Biblioteka"}


@pytest.fixture
def ala(store: Session) -> Person:
    return world.a_person()


def a_draft(ala: Person, **answers: Any) -> Application:
    library = world.an_organisation(ala, **EMPTY)
    return world.an_application(by=ala, organisation=library, answers=COMPLETE | answers)


def address_of(draft: Application, tail: str = "/dane-organizacji") -> str:
    return f"/moje/wnioski/{draft.public_id}{tail}"


def text(page: Any) -> str:
    return " ".join(html.fromstring(page.text).text_content().replace("\xa0", " ").split())


def card_of(store: Session, draft: Application) -> Organisation:
    store.expire_all()
    return store.get_one(Organisation, draft.organisation_id)


def test_the_answers_are_seen_beside_the_data_and_written_there_by_the_button_alone(
    store: Session, pages: Pages, ala: Person
) -> None:
    draft = a_draft(ala)
    hers = pages.sign_in(ala)

    offered = address_of(draft) in hers.get(address_of(draft, "")).text
    seen = text(hers.get(address_of(draft)))
    before = card_of(store, draft).population
    hers.post(address_of(draft))
    hers.post(address_of(draft))  # pressed twice

    card = card_of(store, draft)
    assert offered
    assert "Liczba mieszkańców gminy" in seen
    assert before is None
    assert card.population == int(COMPLETE["a6_population"].replace(" ", ""))
    assert (card.name, card.voivodeship) == (COMPLETE["a1_name"], COMPLETE["a6_voivodeship"])
    entry = store.scalars(select(Entry).where(Entry.verb == "describe_organisation")).one()
    assert entry.details
    assert (entry.actor_id, entry.details["source"]) == (ala.id, draft.public_id)
    assert "population" in entry.details["changed"]
    assert address_of(draft) not in hers.get(address_of(draft, "")).text, "nothing is left to take over"
    assert "Nie ma czego przenosić." in text(hers.get(address_of(draft)))


def test_what_cannot_be_read_stays_out_and_is_named(store: Session, pages: Pages, ala: Person) -> None:
    draft = a_draft(ala, a3_nip="123", a6_teryt="2205011", a6_voivodeship="lubelskie")
    hers = pages.sign_in(ala)

    seen = text(hers.get(address_of(draft)))
    hers.post(address_of(draft))

    card = card_of(store, draft)
    assert "Tego nie przeniesiemy, dopóki we wniosku nie będzie poprawione: NIP, " in seen
    assert (card.nip, card.teryt, card.voivodeship) == (None, "", "")
    assert card.name == COMPLETE["a1_name"]


def test_only_who_looks_after_the_organisation_takes_it_over(store: Session, pages: Pages, ala: Person) -> None:
    draft, bookkeeper = a_draft(ala), world.a_person()
    member = {"organisation_id": draft.organisation_id, "person_id": bookkeeper.id, "created_at": world.NOON}
    db.session.add(Membership(role=OrganisationRole.ACCOUNTANT, **member))
    db.session.commit()
    theirs = pages.sign_in(bookkeeper)

    assert address_of(draft) not in theirs.get(address_of(draft, "")).text
    assert theirs.post(address_of(draft)).status_code == 404
    assert store.scalar(select(func.count()).select_from(Entry).where(Entry.verb == "describe_organisation")) == 0


def test_the_start_page_knows_what_the_application_answers(store: Session, pages: Pages, ala: Person) -> None:
    a_draft(ala)
    standing = html.fromstring(pages.sign_in(ala).get(START).text).xpath("//ul[@class='standing']")[0]
    assert "jeszcze nie wiadomo" not in standing.text_content()
    assert "spełnia" in standing.text_content()
