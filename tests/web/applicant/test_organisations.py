"""A librarian's organisation: its data, and the people who join it by invitation."""

from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application
from strefa.contest.people.models import Invitation, Membership, Organisation
from strefa.contest.people.queries import roles_in_organisation
from strefa.infra.clock import Clock
from strefa.infra.journal import Entry
from strefa.infra.messages import Message
from strefa.outputs.letters import rendered
from strefa.rules.policy import OrganisationRole as As
from tests import world
from tests.pages import Pages
from tests.web.account.test_invitations import link

DATA = {
    "name": "Gminna Biblioteka Publiczna w Zalesiu", "founding_authority": "Gmina Zalesie", "nip": "526-000-12-46",
    "regon": "012100784", "register": "RIK 12/2003 Urząd Gminy Zalesie", "street": "ul. Lipowa 4",
    "postal_code": "21512", "town": "Zalesie", "voivodeship": "lubelskie", "teryt": "0601162", "commune_kind": "rural",
    "population": "4 312", "population_date": "2026-06-30", "edelivery": "",
}  # fmt: skip


def test_an_organisation_is_described_in_canonical_forms(store: Session, pages: Pages) -> None:
    hers = pages.sign_in(world.a_person())
    made = hers.post("/moje/organizacje/nowa", DATA)
    assert made.status_code == 302, made.get_data(as_text=True)
    one = store.scalars(select(Organisation)).one()
    assert (one.nip, one.postal_code, one.population, one.commune_kind) == ("5260001246", "21-512", 4312, "rural")
    assert "Gminna Biblioteka Publiczna w Zalesiu" in hers.get("/moje/organizacje").get_data(as_text=True)
    assert hers.get(made.headers["Location"] + "/dane").status_code == 200


def facts(page: Any) -> dict[str, str]:
    """Return what a page says of an organisation: labels and values."""
    listed = html.fromstring(page.text).xpath("//dl[contains(@class, 'facts')]")[0]
    told = [" ".join(part.text_content().split()) for part in listed.xpath("dt | dd")]
    return dict(zip(told[::2], told[1::2], strict=True))


def test_a_phone_brings_up_figures_where_only_figures_go(store: Session, pages: Pages) -> None:
    form = html.fromstring(pages.sign_in(world.a_person()).get("/moje/organizacje/nowa").get_data(as_text=True))
    figures = {field.get("name") for field in form.xpath("//main//input[@inputmode='numeric']")}
    assert figures == {"nip", "regon", "teryt", "population"}


def test_its_page_tells_all_that_was_written_the_way_people_write_it(store: Session, pages: Pages) -> None:
    hers = pages.sign_in(world.a_person())
    place = hers.post("/moje/organizacje/nowa", DATA).headers["Location"]
    told = facts(hers.get(place))
    assert told["NIP"] == "526-000-12-46"
    assert told["Rodzaj gminy"] == "wiejska"
    assert told["Mieszkańców gminy"] == "4 312 (GUS, stan na 30 czerwca 2026)"
    form = html.fromstring(hers.get(f"{place}/dane").text).forms[-1]
    assert form.fields["nip"] == "526-000-12-46"
    assert hers.post(f"{place}/dane", DATA | {"nip": form.fields["nip"], "population_date": ""}).status_code == 302
    assert facts(hers.get(place))["Mieszkańców gminy"] == "4 312"
    assert store.scalars(select(Organisation.nip)).one() == "5260001246"


def test_a_saved_organisation_leads_on_to_its_application_while_a_call_is_open(
    store: Session, pages: Pages, clock: Clock
) -> None:
    round_ = world.a_round()
    hers = pages.sign_in(world.a_person())
    place = hers.post("/moje/organizacje/nowa", DATA).headers["Location"]
    assert "Zacznij wniosek" in hers.get(place).text
    one = store.scalars(select(Organisation)).one()
    start = next(form for form in html.fromstring(hers.get(place).text).forms if "/moje/nowy/" in form.get("action"))
    assert (start.get("action"), start.xpath(".//button/@value")) == (f"/moje/nowy/{round_.slug}", [one.public_id])
    begun = hers.post(start.get("action"), {"organisation": one.public_id})
    address = begun.headers["Location"]
    assert store.scalars(select(Application)).one().public_id in address
    assert "Zacznij kolejny wniosek" not in hers.get(place).text, "one organisation sends one application"
    for page in (place, f"/moje/nowy/{round_.slug}"):
        assert html.fromstring(hers.get(page).text).xpath("//main//a[@href=$begun]", begun=address), page
    clock.set(round_.closes_at)
    assert "/moje/nowy/" not in hers.get(place).text


def test_a_call_is_offered_to_editors_who_may_apply_alone(store: Session, pages: Pages) -> None:
    world.a_round()
    reader, juror = world.a_person(), world.a_juror()
    one = world.an_organisation(juror)
    store.add(Membership(organisation_id=one.id, person_id=reader.id, role=As.READER, created_at=world.NOON))
    store.commit()
    for person in (reader, juror):
        assert "/moje/nowy/" not in pages.sign_in(person).get(f"/moje/organizacje/{one.public_id}").text


def test_all_that_is_wrong_is_said_at_once_and_nothing_typed_is_lost(store: Session, pages: Pages) -> None:
    wrong = {"name": " ", "nip": "5260001247", "postal_code": "1", "teryt": "1401011", "population": "dużo"}
    refused = pages.sign_in(world.a_person()).post("/moje/organizacje/nowa", DATA | wrong)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    for said in ("pomyłka", "Kod pocztowy ma postać", "innego województwa", "5260001247", "dużo", "Gmina Zalesie"):
        assert said in page, said
    assert store.scalar(select(Organisation)) is None


def test_the_same_nip_twice_tells_nobody_who_applies(store: Session, pages: Pages) -> None:
    answers = [
        pages.sign_in(world.a_person()).post("/moje/organizacje/nowa", DATA | {"name": f"Filia {n}"}) for n in (1, 2)
    ]
    assert [answer.status_code for answer in answers] == [302, 302]


def test_others_neither_see_nor_change_it(store: Session, pages: Pages) -> None:
    one = world.an_organisation(world.a_person())
    stranger = pages.sign_in(world.a_person())
    place = f"/moje/organizacje/{one.public_id}"
    assert [stranger.get(place).status_code, stranger.get(f"{place}/dane").status_code] == [404, 404]
    assert stranger.post(f"{place}/zaproszenia", {"email": "a@example.org", "role": "reader"}).status_code == 404
    assert store.scalar(select(Invitation)) is None


def test_a_reader_sees_it_and_changes_nothing(store: Session, pages: Pages) -> None:
    one, reader = world.an_organisation(world.a_person()), world.a_person()
    store.add(Membership(organisation_id=one.id, person_id=reader.id, role=As.READER, created_at=world.NOON))
    store.commit()
    hers, place = pages.sign_in(reader), f"/moje/organizacje/{one.public_id}"
    assert "Wyślij zaproszenie" not in hers.get(place).get_data(as_text=True)
    assert hers.get(f"{place}/dane").status_code == 404
    assert hers.post(f"{place}/osoby/{reader.public_id}", {"roles": ["editor"]}).status_code == 404


def test_an_accountant_is_invited_joins_and_is_removed(store: Session, pages: Pages) -> None:
    editor, accountant = world.a_person(), world.a_person(email="ksiegowa@example.org")
    one = world.an_organisation(editor)
    hers, place = pages.sign_in(editor), f"/moje/organizacje/{one.public_id}"
    hers.post(f"{place}/zaproszenia", {"email": "Ksiegowa@example.org", "role": "accountant"})
    assert "ksiegowa@example.org" in hers.get(place).get_data(as_text=True)
    letter = store.scalars(select(Message).where(Message.to == "ksiegowa@example.org")).one()
    assert "Twoje zadanie: wypełnić kosztorys." in rendered(letter)[1]

    pages.sign_in(accountant).post(link(store))
    assert roles_in_organisation(one.id)[accountant.id] == {As.ACCOUNTANT}
    hers.post(f"{place}/osoby/{accountant.public_id}", {"roles": ["accountant", "reader"]})
    assert roles_in_organisation(one.id)[accountant.id] == {As.ACCOUNTANT, As.READER}
    hers.post(f"{place}/osoby/{accountant.public_id}", {})
    assert accountant.id not in roles_in_organisation(one.id)


def test_an_invitation_taken_back_opens_nothing(store: Session, pages: Pages) -> None:
    editor = world.a_person()
    one = world.an_organisation(editor)
    hers = pages.sign_in(editor)
    hers.post(f"/moje/organizacje/{one.public_id}/zaproszenia", {"email": "a@example.org", "role": "reader"})
    path, public_id = link(store), store.scalar(select(Invitation.public_id))
    assert pages.sign_in(world.a_person()).post(f"/moje/organizacje/zaproszenia/{public_id}/cofnij").status_code == 404
    hers.post(f"/moje/organizacje/zaproszenia/{public_id}/cofnij")
    assert pages.get(path).status_code == 410


def test_an_organisation_is_handed_over_and_who_takes_it_is_told_and_it_is_journalled(
    store: Session, pages: Pages
) -> None:
    ala, jan = world.a_person(name="Ala Kot"), world.a_person(email="jan@example.org")
    one = world.an_organisation(ala, jan, name="Biblioteka w Śremie")
    hers, place = pages.sign_in(ala), f"/moje/organizacje/{one.public_id}"

    for _twice in range(2):
        hers.post(f"{place}/osoby/{jan.public_id}", {"roles": ["editor", "signatory", "reader"]})
    left = hers.post(f"{place}/osoby/{ala.public_id}", {})
    assert left.location == "/moje/organizacje"
    said = "Nie należysz już do organizacji: Biblioteka w Śremie."
    assert said in html.fromstring(hers.get(left.location).get_data(as_text=True)).text_content().replace("\u00a0", " ")
    assert hers.get(place).status_code == 404, "what she has handed over she reads no more"
    assert roles_in_organisation(one.id) == {jan.id: {As.EDITOR, As.SIGNATORY, As.READER}}
    his = pages.sign_in(jan)
    assert "Zaproś osobę" in his.get(place).text

    (letter,) = store.scalars(select(Message).where(Message.template == "roles_changed"))
    subject, text = rendered(letter)
    assert (letter.to, subject) == ("jan@example.org", "Zmieniły się Twoje role w organizacji Biblioteka w Śremie")
    assert "Ala Kot zmienia Twoje role" in text
    assert "Teraz masz: redakcja wniosku, wgląd, po" in text
    assert f"{place}\n" in text
    told = store.scalars(select(Entry).where(Entry.verb == "set_roles").order_by(Entry.sequence))
    assert [(e.actor_id, (e.details or {})["roles"]) for e in told] == [
        (ala.id, ["editor", "reader", "signatory"]), (ala.id, ["editor", "reader", "signatory"]), (ala.id, []),
    ]  # fmt: skip


def test_somebody_taken_out_of_an_organisation_is_told(store: Session, pages: Pages) -> None:
    ala, jan = world.a_person(name="Ala Kot"), world.a_person(email="jan@example.org")
    one = world.an_organisation(ala, jan, name="Biblioteka w Śremie")
    pages.sign_in(ala).post(f"/moje/organizacje/{one.public_id}/osoby/{jan.public_id}", {})
    (letter,) = store.scalars(select(Message).where(Message.template == "roles_changed"))
    assert "Ala Kot usuwa Cię z organizacji Biblioteka w Śremie." in rendered(letter)[1]


def test_the_last_editor_stays(store: Session, pages: Pages) -> None:
    editor = world.a_person()
    one = world.an_organisation(editor)
    hers = pages.sign_in(editor)
    hers.post(f"/moje/organizacje/{one.public_id}/osoby/{editor.public_id}", {"roles": ["signatory"]})
    assert "Ktoś musi zostać z rolą redakcji" in hers.get("/moje/organizacje").get_data(as_text=True)
    assert roles_in_organisation(one.id)[editor.id] == {As.EDITOR, As.SIGNATORY}


@pytest.mark.parametrize("members", [1, 20])
def test_a_page_of_an_organisation_takes_as_many_statements_for_one_as_for_many(
    members: int, store: Session, pages: Pages, queries_at_most: Any
) -> None:
    people = [world.a_person() for _ in range(members)]
    one = world.an_organisation(*people)
    hers = pages.sign_in(people[0])
    with queries_at_most(8):
        hers.get(f"/moje/organizacje/{one.public_id}")


def test_an_address_is_invited_once_and_sent_to_again_in_another_role(store: Session, pages: Pages) -> None:
    editor = world.a_person()
    one = world.an_organisation(editor)
    hers, place = pages.sign_in(editor), f"/moje/organizacje/{one.public_id}"
    hers.post(f"{place}/zaproszenia", {"email": "nowa@example.org", "role": "reader"})
    first = link(store)

    refused = hers.post(f"{place}/zaproszenia", {"email": " Nowa@Example.org ", "role": "editor"})
    waiting = store.scalars(select(Invitation)).one()
    hers.post(f"/moje/organizacje/zaproszenia/{waiting.public_id}/ponow", {"role": "accountant"})

    said = refused.text.replace("\xa0", " ")
    assert refused.status_code == 422
    assert "Zaproszenie na ten adres już czeka na odpowiedź, do: 15 lutego 2027, 12:00." in said
    assert "Wyślij jeszcze raz" in said
    store.expire_all()
    assert store.scalars(select(Invitation.role)).one() == "accountant"
    assert pages.get(first).status_code == 410, "the link of the first letter opens nothing"
    assert link(store) != first
    assert [entry.verb for entry in store.scalars(select(Entry).where(Entry.verb.startswith("invite")))] == [
        "invite",
        "invite_again",
    ]


def test_who_is_here_already_is_not_invited(store: Session, pages: Pages) -> None:
    editor, other = world.a_person(), world.a_person(email="jan@example.org")
    one = world.an_organisation(editor, other)
    place = f"/moje/organizacje/{one.public_id}/zaproszenia"
    refused = pages.sign_in(editor).post(place, {"email": "JAN@example.org", "role": "reader"})
    assert refused.status_code == 422
    assert "Osoba z tym adresem już tu jest." in refused.text.replace("\xa0", " ")
    assert store.scalar(select(Invitation)) is None


def test_an_invitation_that_waited_too_long_keeps_nobody_from_being_asked_anew(
    store: Session, pages: Pages, clock: Clock
) -> None:
    editor = world.a_person()
    one = world.an_organisation(editor)
    hers, place = pages.sign_in(editor), f"/moje/organizacje/{one.public_id}/zaproszenia"
    hers.post(place, {"email": "nowa@example.org", "role": "reader"})
    clock.set(world.NOON + timedelta(days=15))
    assert hers.post(place, {"email": "nowa@example.org", "role": "reader"}).status_code == 302
