"""Administrators look after accounts; nobody else sees them."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.people.models import Person
from strefa.infra.messages import Message
from strefa.rules.policy import Role
from tests import world
from tests.pages import Pages
from tests.web.account.test_accounts import OTHER, letter, link, signs_in


def test_only_administrators_see_people(pages: Pages) -> None:
    for role in (Role.COORDINATOR, Role.APPROVER, Role.AUDITOR, Role.JUROR):
        assert pages.sign_in(world.a_person(role)).get("/biuro/osoby").status_code == 404
    assert pages.sign_in(world.a_person(Role.ADMINISTRATOR)).get("/biuro/osoby").status_code == 200


def test_people_are_found_by_parts_of_name_and_address_without_polish_marks(pages: Pages) -> None:
    hers = pages.sign_in(world.a_person(Role.ADMINISTRATOR))
    world.a_person(name="Żaneta Ślęzak", email="zaneta@example.org")
    for words in ("slezak", "Ślęz żan", "ZANETA@", "zaneta slezak"):
        assert "Żaneta Ślęzak" in hers.get("/biuro/osoby", query_string={"q": words}).get_data(as_text=True), words
    assert "Nikogo takiego nie ma" in hers.get("/biuro/osoby?q=%25").get_data(as_text=True)


@pytest.mark.parametrize("count", [1, 50])
def test_a_list_of_people_takes_as_many_statements_for_one_as_for_fifty(
    count: int, pages: Pages, queries_at_most: Any
) -> None:
    for _ in range(count):
        world.a_person(Role.JUROR)
    hers = pages.sign_in(world.a_person(Role.ADMINISTRATOR))
    with queries_at_most(8):
        page = hers.get("/biuro/osoby")
    assert ("strona 1 z 2" in page.get_data(as_text=True)) == (count == 50)


def test_a_page_of_people_far_beyond_the_last_is_the_last(pages: Pages) -> None:
    for _ in range(50):
        world.a_person(Role.JUROR)
    page = pages.sign_in(world.a_person(Role.ADMINISTRATOR)).get(f"/biuro/osoby?page={10**20}")
    assert page.status_code == 200
    assert "strona 2 z 2" in page.get_data(as_text=True)


def test_an_account_is_opened_and_its_owner_sets_the_password(store: Session, pages: Pages) -> None:
    hers = pages.sign_in(world.a_person(Role.ADMINISTRATOR))
    made = hers.post("/biuro/osoby/nowa", {"name": "Ewa Nowa", "email": "Ewa@example.org"})
    assert "Ewa Nowa" in hers.get(made.headers["Location"]).get_data(as_text=True)
    pages.post(link(letter(store, "first_password")), {"password": OTHER})
    assert signs_in(pages, "ewa@example.org", OTHER)
    person = store.scalars(select(Person).where(Person.email == "ewa@example.org")).one()
    assert (person.is_administrator, person.email_confirmed_at is not None) == (False, True)


def test_an_address_that_has_an_account_is_said_to_have_one_and_nothing_is_dropped(
    store: Session, pages: Pages
) -> None:
    world.a_person(name="Ola Żółtowska", email="ola@example.org")
    typed = {"name": "Nowa Osoba", "email": " OLA@example.org", "administrator": "y"}
    refused = pages.sign_in(world.a_person(Role.ADMINISTRATOR)).post("/biuro/osoby/nowa", typed)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "Konto z tym adresem już jest: Ola Żółtowska." in page
    assert 'value="Nowa Osoba"' in page
    assert store.scalars(select(Person.is_administrator).where(Person.email == "ola@example.org")).one() is False


def test_a_shut_account_ends_its_sign_ins_and_can_be_opened_again(store: Session, pages: Pages) -> None:
    ewa = world.with_password(world.a_person(email="ewa@example.org"))
    open_door, hers = pages.sign_in(ewa), pages.sign_in(world.a_person(Role.ADMINISTRATOR))
    hers.post(f"/biuro/osoby/{ewa.public_id}/wylacz")
    assert open_door.get("/konto").status_code == 302
    assert not signs_in(pages, "ewa@example.org", world.PASSWORD)
    hers.post(f"/biuro/osoby/{ewa.public_id}/wlacz")
    assert signs_in(pages, "ewa@example.org", world.PASSWORD)


def test_nobody_shuts_her_own_account(store: Session, pages: Pages) -> None:
    me = world.a_person(Role.ADMINISTRATOR)
    hers = pages.sign_in(me)
    hers.post(f"/biuro/osoby/{me.public_id}/wylacz")
    assert "poproś drugą osobę" in hers.get("/biuro/osoby").get_data(as_text=True).lower()


def test_whoever_lost_her_phone_sets_the_second_step_up_anew(store: Session, pages: Pages) -> None:
    juror = world.with_password(world.a_person(Role.JUROR, email="ewa@example.org"))
    hers = pages.sign_in(world.a_person(Role.ADMINISTRATOR))
    hers.post(f"/biuro/osoby/{juror.public_id}/drugi-krok")
    for known, asked in ((False, "/konto/nowe-urzadzenie"), (True, "/konto/drugi-krok/ustawienie")):
        back = Pages(pages.app).known_to(juror) if known else Pages(pages.app)
        led = back.post("/konto/logowanie", {"email": juror.email, "password": world.PASSWORD}).headers["Location"]
        assert led.startswith(asked), "whoever knows her password alone sets nothing up in her place"
    assert store.scalar(select(Message.to).where(Message.template == "second_factor_forgotten")) == "ewa@example.org"
