"""The librarian's desk: her applications at a glance, and starting one."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application
from strefa.contest.people.models import Organisation
from strefa.infra.clock import Clock
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.answers import COMPLETE
from tests.pages import Pages

START = "/moje/nowy/strefa-eksperymentu-2027"


def test_an_empty_desk_says_what_to_do_next(store: Session, pages: Pages, clock: Clock) -> None:
    round_ = world.a_round()
    hers = pages.sign_in(world.a_person())

    during = hers.get("/moje").get_data(as_text=True)
    clock.set(round_.closes_at + timedelta(days=1))
    after = hers.get("/moje").get_data(as_text=True)

    assert f'href="{START}"' in during
    assert START not in after
    assert "/edycje" in after


def test_the_desk_shows_status_and_progress_in_as_many_statements_for_one_as_for_fifty(
    store: Session, pages: Pages, queries_at_most: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    ala = world.a_person()
    organisation = world.an_organisation(ala)
    world.an_application(by=ala, organisation=organisation, title="Pierwszy")
    hers = pages.sign_in(ala)
    hers.get("/moje")

    with queries_at_most(12) as one:
        assert "9 z 9" in hers.get("/moje").get_data(as_text=True)
    for _ in range(49):
        world.an_application(by=ala, organisation=organisation, answers={"b1_title": COMPLETE["b1_title"]})
    with queries_at_most(12) as fifty:
        assert hers.get("/moje").get_data(as_text=True).count("wersja robocza") == 50
    assert len(one) == len(fifty)


def test_nothing_of_the_formal_check_shows_before_the_results(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    organisation = world.an_organisation(ala)
    for status in (Status.SUBMITTED, Status.ELIGIBLE, Status.INELIGIBLE):
        world.an_application(status, by=ala, organisation=organisation, title="Taki sam")

    page = pages.sign_in(ala).get("/moje").get_data(as_text=True)

    assert page.count("złożony") == 3
    assert "formaln" not in page


def test_a_double_click_starts_one_application_of_one_organisation(store: Session, pages: Pages) -> None:
    world.a_round()
    hers = pages.sign_in(world.a_person())

    places = {
        hers.post(START, {"name": name}).headers["Location"]
        for name in ("Biblioteka  w Zalesiu", "biblioteka w zalesiu")
    }

    assert len(places) == 1
    assert [o.name for o in store.scalars(select(Organisation))] == ["Biblioteka w Zalesiu"]
    assert len(store.scalars(select(Application)).all()) == 1


def test_starting_for_a_known_organisation_fills_in_what_is_known(store: Session, pages: Pages) -> None:
    world.a_round()
    ala = world.a_person(name="Ala Kot", email="ala@example.org")
    organisation = world.an_organisation(ala, name="Biblioteka w Brodnicy", nip="5213017228")
    hers = pages.sign_in(ala)

    address = hers.post(START, {"organisation": organisation.public_id}).headers["Location"]
    page = hers.get(f"{address}/a").get_data(as_text=True)

    assert all(f'value="{known}"' in page for known in ("Biblioteka w Brodnicy", "5213017228", "ala@example.org"))


def test_nobody_starts_for_an_organisation_of_others_or_without_a_name(store: Session, pages: Pages) -> None:
    world.a_round()
    foreign = world.an_organisation(world.a_person())
    hers = pages.sign_in(world.a_person())

    assert hers.post(START, {"organisation": foreign.public_id}).status_code == 404
    assert hers.post(START, {"name": "  "}).status_code == 422
    assert store.scalars(select(Application)).all() == []


def test_a_juror_and_a_latecomer_do_not_start(store: Session, pages: Pages, clock: Clock) -> None:
    round_ = world.a_round()
    juror, ala = world.a_person(Role.JUROR), world.a_person()
    hers = pages.sign_in(ala)
    refused = pages.sign_in(juror).get(START).status_code
    clock.set(round_.closes_at)

    late = hers.post(START, {"name": "Biblioteka w Zalesiu"}, follow_redirects=True)

    assert refused == 404
    assert "Nabór nie trwa" in late.get_data(as_text=True)
    assert store.scalars(select(Organisation)).all() == []


def test_nobody_is_asked_to_begin_what_could_not_be_sent(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    library = world.an_organisation(ala)
    draft = world.an_application(by=ala, organisation=library)
    hers = pages.sign_in(ala)
    places = "/moje", START, f"/moje/organizacje/{library.public_id}"

    begun = [told(hers, place) for place in places]
    hers.send_application(draft.public_id)
    sent = [told(hers, place) for place in places]
    hers.post(f"/moje/wnioski/{draft.public_id}/wycofaj", {"reason": "Partner zrezygnował."})
    withdrawn = [told(hers, place) for place in places]

    for text in (*begun, *sent):
        assert "W tej edycji jedna organizacja może złożyć 1 wniosek." in text
        assert "Zacznij kolejny" not in text
        assert "Zacznij jako" not in text
    assert all("Dokończ ten, który jest zaczęty." in text for text in begun)
    assert all("wycofać i złożyć inny." in text for text in sent)
    assert "Wniosek innej organizacji" in sent[0]
    assert ["Zacznij" in text for text in withdrawn] == [True, True, True]
    assert not any("może złożyć 1 wniosek" in text for text in withdrawn)


def told(visitor: Pages, place: str) -> str:
    return " ".join(visitor.get(place).get_data(as_text=True).replace("\xa0", " ").split())


def test_a_library_with_room_is_offered_to_begin_beside_one_without(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    first, second = world.an_organisation(ala), world.an_organisation(ala)
    world.an_application(by=ala, organisation=first)
    hers = pages.sign_in(ala)

    page = told(hers, START)

    assert "Zacznij kolejny wniosek" in told(hers, "/moje")
    assert f"Zacznij jako: {second.name}" in page
    assert f"Zacznij jako: {first.name}" not in page
