"""Three people at one application: they see each other, nobody's words are buried, and the one who signs does it on a phone."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from strefa.contest.people.models import Membership, Organisation, Person
from strefa.infra.database import db
from strefa.rules.policy import OrganisationRole
from tests import world
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.test_account import link_in, press
from tests.browser.writing import SAVED, address_of, stored

AT_ITS_MIDDLE = """button => {
  const at = button.getBoundingClientRect();
  return document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2).tagName;
}"""


def looks_up(page: Page) -> None:
    """Come back to a page that was behind another."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_two_people_in_one_section_see_each_other_and_the_losing_text_comes_back(
    visit: Visit, instance: Served
) -> None:
    ala, jan = world.a_person(name="Ala Kot"), world.a_person(name="Jan Sowa")
    library = world.an_organisation(ala, jan)
    application = world.an_application(by=ala, organisation=library)
    hers = visit(address_of(application, "/c"), ala)
    his = visit(address_of(application, "/c"), jan)
    expect(his.locator("[data-presence]")).to_contain_text("Są tu teraz także: Ala Kot")
    looks_up(hers)
    expect(hers.locator("[data-presence]")).to_contain_text("Jan Sowa")

    hers.locator("#c1_need").fill("W bibliotece brakuje ciszy.")
    expect(hers.locator(SAVED)).to_have_attribute("data-state", "saved")
    his.locator("#c1_need").fill("W bibliotece brakuje śmiechu.")
    clash = his.locator(".clash")
    expect(clash.locator("del")).to_have_text("śmiechu")
    expect(clash.locator("ins")).to_have_text("ciszy")
    clash.get_by_label("weź drugi").check()
    clash.get_by_role("button", name="Zapisz wybrane").click()
    expect(his.locator("#c1_need")).to_have_value("W bibliotece brakuje ciszy.")

    instance.clock.set(world.NOON + timedelta(seconds=80))
    looks_up(hers)
    expect(hers.locator("[data-presence]")).to_be_hidden()

    his.get_by_role("link", name="Historia sekcji").click()
    lost = his.locator("article", has_text="niezapisane: ktoś zapisał wcześniej")
    expect(lost).to_contain_text("Jan Sowa")
    expect(lost.locator("ins")).to_have_text("śmiechu")
    lost.get_by_role("button", name="Przywróć ten tekst").click()
    expect(his.locator("main")).to_contain_text("Przywrócono tekst z")
    expect(his.locator("#c1_need")).to_have_value("W bibliotece brakuje śmiechu.")
    assert stored(application)["c1_need"] == "W bibliotece brakuje śmiechu."


def a_member(organisation: Organisation, name: str, role: OrganisationRole) -> Person:
    person = world.a_person(name=name)
    db.session.add(Membership(organisation_id=organisation.id, person_id=person.id, role=role, created_at=world.NOON))
    db.session.commit()
    return person


def test_the_one_who_signs_is_asked_by_letter_reads_all_on_a_phone_and_sends(visit: Visit, instance: Served) -> None:
    library = world.an_organisation()
    ala = a_member(library, "Ala Kot", OrganisationRole.EDITOR)
    boss = a_member(library, "Ewa Dyrektor", OrganisationRole.SIGNATORY)
    application = world.an_application(by=ala, organisation=library, title="Noc w czytelni")
    hers = visit(address_of(application), ala)
    press(hers, "Poproś o podpis listem")
    expect(hers.locator("main")).to_contain_text("List z prośbą o podpis jest w drodze.")
    expect(hers.locator("main")).to_contain_text("Następną można wysłać po 15 minutach.")

    phone = visit(link_in("to_sign", boss.email), boss, width=360)
    expect(phone.locator("h1")).to_have_text("Przeczytaj i złóż")
    expect(phone.locator("main")).to_contain_text("Noc w czytelni")
    button = phone.locator("main").get_by_role("button")
    expect(button).to_have_count(1)
    expect(button).to_be_in_viewport()  # without scrolling to the end of ten pages
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<aside class=demo-bar><button>Zegar</button></aside>')"
    )
    over = button.evaluate(AT_ITS_MIDDLE)
    assert over == "BUTTON", "the show's own bar stands at the same edge, and not over it"
    button.click()
    expect(phone.locator("h1")).to_contain_text("złożony")
