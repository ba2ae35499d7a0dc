"""Who else is here: each open page says where it is, and people learn of each other before their texts meet."""

from datetime import timedelta

from lxml import html
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Presence
from strefa.contest.people.models import Person
from strefa.infra.clock import Clock
from strefa.rules.policy import OrganisationRole
from tests import world
from tests.pages import Pages
from tests.web.applicant.test_history import a_colleague
from tests.web.applicant.test_writing import SILENT, address_of


def test_two_people_with_the_same_application_open_are_told_of_each_other(
    store: Session, pages: Pages, clock: Clock
) -> None:
    application = world.an_application(by=world.a_person(name="Ala Pierwsza"))
    ala = pages.sign_in(store.get_one(Person, application.created_by_id))
    ola = pages.sign_in(a_colleague(application, OrganisationRole.READER))

    def others(who: Pages, key: str) -> list[list[str]]:
        answer = who.post(address_of(application, f"/{key}/obecnosc"), headers=SILENT)
        assert answer.json is not None
        return answer.json["others"]

    assert others(ala, "b") == []
    assert others(ola, "c") == [["Ala Pierwsza", "Eksperyment w skrócie"]]
    assert others(ola, "d")[0][0] == "Ala Pierwsza"
    assert [name for name, _section in others(ala, "b")] == ["Ola Drugą"]
    assert store.scalar(select(func.count()).select_from(Presence)) == 2, "one row for each, however often it is said"

    (shown,) = html.fromstring(ala.get(address_of(application, "/b")).text).xpath("//*[@data-presence]")
    assert shown.text_content().startswith("Są tu teraz także: Ola Drugą (")
    assert shown.get("hidden") is None

    clock.set(world.NOON + timedelta(seconds=75))
    assert others(ala, "b") == []
    (shown,) = html.fromstring(ala.get(address_of(application, "/b")).text).xpath("//*[@data-presence]")
    assert shown.get("hidden") is not None


def test_presence_tells_nothing_of_other_applications_and_nothing_to_others(store: Session, pages: Pages) -> None:
    one, other = world.an_application(by=world.a_person()), world.an_application(by=world.a_person())
    his = pages.sign_in(store.get_one(Person, other.created_by_id))
    assert his.post(address_of(other, "/b/obecnosc"), headers=SILENT).json == {"others": []}
    assert his.post(address_of(one, "/b/obecnosc"), headers=SILENT).status_code == 404
    hers = pages.sign_in(store.get_one(Person, one.created_by_id))
    assert hers.post(address_of(one, "/b/obecnosc"), headers=SILENT).json == {"others": []}
    assert hers.post(address_of(one, "/x/obecnosc"), headers=SILENT).status_code == 404


def test_whoever_only_reads_is_seen_and_sees_others_too(store: Session, pages: Pages) -> None:
    application = world.an_application(by=world.a_person(name="Łucja Pierwsza"))
    zofia = a_colleague(application)
    zofia.name, zofia.sort_key = "Zofia Druga", "zofia druga"
    store.commit()
    for person in (store.get_one(Person, application.created_by_id), zofia):
        pages.sign_in(person).post(address_of(application, "/b/obecnosc"), headers=SILENT)
    reader = pages.sign_in(a_colleague(application, OrganisationRole.READER))
    (shown,) = html.fromstring(reader.get(address_of(application, "/c")).text).xpath("//*[@data-presence]")
    assert shown.get("data-presence") == address_of(application, "/c/obecnosc")
    assert " ".join(shown.text_content().split()).startswith("Są tu teraz także: Łucja Pierwsza (")
    assert "Zofia Druga (" in shown.text_content()


def test_without_a_script_whoever_saved_lately_is_named_once(store: Session, pages: Pages, clock: Clock) -> None:
    application = world.an_application(by=world.a_person(name="Ala Pierwsza"))
    ala = pages.sign_in(store.get_one(Person, application.created_by_id))
    ola = pages.sign_in(a_colleague(application))

    def shown() -> str:
        (place,) = html.fromstring(ola.get(address_of(application, "/b")).text).xpath("//*[@data-presence]")
        return "" if place.get("hidden") is not None else place.text_content()

    for revision, key in enumerate(("c", "d"), start=1):
        ala.post(address_of(application, f"/{key}"), {"revision": "1", f"{key}1_need": f"{revision}"}, headers=SILENT)
    assert shown().count("Ala Pierwsza") == 1
    ala.post(address_of(application, "/b/obecnosc"), headers=SILENT)
    assert shown().count("Ala Pierwsza") == 1
    clock.set(world.NOON + timedelta(minutes=11))
    assert shown() == ""
