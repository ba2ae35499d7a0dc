"""Pages about personal data, looked at by a machine as in `test_looks_applicant`."""

from datetime import timedelta

from playwright.sync_api import Page

from strefa.contest.people import queries as people
from strefa.contest.privacy.models import DataExport, ErasureRequest
from strefa.contest.privacy.retention_actions import hold, plan
from strefa.contest.rounds.models import Round
from strefa.infra.database import db, saving
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.browser.conftest import Judge, Visit
from tests.browser.served import Served
from tests.browser.test_looks_applicant import Scene, looked_at
from tests.browser.test_looks_office import pressed, unfolded
from tests.decided import a_decided_round

OFFICE = "/biuro/edycje/strefa-eksperymentu-2027"


def test_the_pages_about_personal_data(visit: Visit, instance: Served, accessible: Judge) -> None:
    made = a_decided_round()
    ala = world.a_person(name="Alicja Wierzbowska-Ćwiertnia")
    library = world.an_organisation(ala)
    world.an_application(by=ala, organisation=library, title="Biblioteka nocnych marków")
    world.an_application(Status.ELIGIBLE, by=ala, organisation=library, title="Gra o regale")
    with saving():
        plan(db.session.get_one(Round, made.round.id), now=world.NOON + timedelta(days=900))
        hold(made.applications[0], "Trwa spór z gminą o lokal.", actor=made.coordinator, now=world.NOON)
    db.session.add_all([
        ErasureRequest(public_id="prosba0001", person_id=ala.id, asked_at=world.NOON),
        DataExport(public_id="kopia00001", person_id=ala.id, asked_at=world.NOON),
    ])  # fmt: skip
    db.session.commit()
    known = people.by_id(ala.id)
    assert known is not None
    instance.clock.set(world.NOON + timedelta(days=901))
    looked_at([Scene("round-clauses", "/edycje/strefa-eksperymentu-2027/dane-osobowe", unfolded)], visit, accessible)
    scenes = [
        Scene("clauses-unread", "/moje"),
        Scene("clauses", "/konto/klauzule", pressed_first),
        Scene("own-data", "/konto/dane"),
    ]
    looked_at(scenes, visit, accessible, known)
    scenes = [
        Scene("clause-readings", f"{OFFICE}/klauzule"),
        Scene("retention", f"{OFFICE}/przechowywanie"),
        Scene("retention-hold-wrong", f"/biuro/wnioski/{made.applications[1].public_id}/wstrzymanie", pressed),
    ]
    looked_at(scenes, visit, accessible, made.coordinator)
    scenes = [
        Scene("erasure-requests", "/biuro/osoby/prosby-o-usuniecie"),
        Scene("erasure", f"/biuro/osoby/{known.public_id}/usuniecie-danych"),
    ]
    looked_at(scenes, visit, accessible, world.a_person(Role.ADMINISTRATOR, name="Łucja Ćwik-Administracja"))


def pressed_first(page: Page) -> None:
    """Say of the first clause that it is read, as long as it is not."""
    button = page.locator("main form button")
    if button.count():
        with page.expect_navigation():
            button.first.click()
