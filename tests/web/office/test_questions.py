"""What the program would ask a juror about is shown to staff too: the same commune, mail domain or institution's name."""

from typing import Any

import pytest
from lxml import html
from sqlalchemy import insert
from sqlalchemy.orm import Session

from strefa.contest.jury.models import JuryMember
from strefa.contest.people.models import Invitation, Person
from strefa.outputs import plan
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.pages import Pages
from tests.web.account.test_invitations import link

ROUND = "/biuro/edycje/strefa-eksperymentu-2027"
ASKED = {
    "name": "Lidia Wąs", "email": "lidia@example.org", "background": "other", "voivodeship": "opolskie",
    "affiliation": "Fundacja", "commune": "0601 011",
}  # fmt: skip

ENDS = [(9, "08"), (10, "11"), (100, "07")]  # ids, in no order in which their numbers stand; ends of numbers


def rows(page: Any, caption: str) -> list[str]:
    found = html.fromstring(page.get_data(as_text=True)).xpath(f"//table[contains(caption, '{caption}')]/tbody/tr")
    return [" ".join(row.text_content().split()) for row in found]


@pytest.fixture
def neighbour(store: Session) -> JuryMember:
    """A juror of the applicants' commune, whose library bears the name of one of them."""
    person = world.a_juror("librarian", "opolskie", name="Lidia Wąs", email="lidia@wp.pl")
    member = store.query(JuryMember).filter_by(person_id=person.id).one()
    member.commune, member.affiliation = "0601011", "GBP nr 1"
    store.commit()
    return member


def test_staff_see_beside_the_plan_and_on_the_jurys_page_what_a_juror_will_be_asked_about(
    pages: Pages, store: Session, neighbour: JuryMember
) -> None:
    world.a_juror("other", "podlaskie", name="Obca", email="obca@wp.pl")
    library = world.an_organisation(world.a_person(), name="Gminna Biblioteka Publiczna nr 1")
    near = world.an_application(Status.ELIGIBLE, organisation=library)
    far = world.an_application(Status.ELIGIBLE, teryt="2261011", voivodeship="pomorskie")
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    preview = office.post(f"{ROUND}/jury/przydzial", {"seed": "7"}).location
    page = office.get(preview)
    assert "Nikt tego jeszcze nie rozstrzygnął" in page.text
    one, other = rows(page, "Kto dostaje")
    assert "Lidia Wąs: podobna nazwa organizacji, ta sama gmina" in one
    assert "Obca:" not in one
    assert "Lidia Wąs:" not in other
    office.post(f"{preview}/zastosuj")
    assert rows(office.get(f"{ROUND}/jury"), "O co program pyta") == [
        f"{near.number} {near.title} Lidia Wąs podobna nazwa organizacji, ta sama gmina czeka na deklarację"
    ]
    declared = {"impartial": True, "declared_at": world.NOON, "ground": "", "note": ""}
    store.execute(
        insert(world.ImpartialityDeclaration).values(application_id=near.id, juror_id=neighbour.person_id, **declared)
    )
    store.commit()
    assert rows(office.get(f"{ROUND}/jury"), "O co program pyta")[0].endswith("bezstronność potwierdzona")
    assert far.title not in " ".join(rows(office.get(f"{ROUND}/jury"), "O co program pyta"))


def test_where_nothing_is_to_be_asked_no_table_says_so(pages: Pages, store: Session) -> None:
    world.an_assignment(world.an_application(Status.ELIGIBLE), world.a_juror(email="obca@wp.pl"))
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    assert "O co program pyta" not in office.get(f"{ROUND}/jury").text


def test_questions_stand_by_number_and_a_page_beyond_the_last_is_the_last(
    pages: Pages, store: Session, neighbour: JuryMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "ROWS", 2)
    sent = [world.an_application(Status.ELIGIBLE, id=one, number=f"SE-2027-00{end}") for one, end in ENDS]
    for one in sent:
        world.an_assignment(one, store.get_one(Person, neighbour.person_id))
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    shown = [
        [row.split()[0] for row in rows(office.get(f"{ROUND}/jury?page={page}"), "O co program pyta")]
        for page in (1, 2, 99, -3)
    ]
    assert shown == [["SE-2027-0007", "SE-2027-0008"], ["SE-2027-0011"], ["SE-2027-0011"], shown[0]]
    assert "page=1" in office.get(f"{ROUND}/jury?page=99").text


def test_a_commune_told_at_the_invitation_comes_to_the_panel(pages: Pages, store: Session, app: Any) -> None:
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    refused = office.post(f"{ROUND}/jury/zaproszenia", ASKED | {"commune": "060101"})
    assert refused.status_code == 422
    assert "ma 7 cyfr" in refused.text
    assert 'value="060101"' in refused.text
    assert office.post(f"{ROUND}/jury/zaproszenia", ASKED).status_code == 302
    assert store.query(Invitation).one().commune == "0601011"
    person = world.a_person(email="lidia@example.org")
    pages.sign_in(person).post(link(store), {})
    assert store.query(JuryMember).one().commune == "0601011"
