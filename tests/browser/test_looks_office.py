"""Every juror's and every office page, looked at by a machine as in `test_looks_applicant`."""

from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from strefa.contest.applications.models import Submission
from strefa.contest.people.models import Person
from strefa.infra.database import db
from strefa.infra.messages import Message
from strefa.rules.policy import Role
from tests import world
from tests.browser import staged
from tests.browser.conftest import Judge, Visit
from tests.browser.served import Served
from tests.browser.staged import ROUND
from tests.browser.test_looks_applicant import Scene, looked_at
from tests.decided import a_decided_round


def unfolded(page: Page) -> None:
    """Open everything that folds."""
    page.evaluate("document.querySelectorAll('main details, .round-bar details').forEach(one => { one.open = true })")


def sent(page: Page, button: Locator) -> None:
    """Press a button and wait for the page that answers; measured too early there is no document at all."""
    with page.expect_navigation():
        button.click()


def pressed(page: Page) -> None:
    """Send the form of the page as it stands."""
    sent(page, page.locator("main form .actions button").last)


def recusing(page: Page) -> None:
    """Say that one cannot judge, and forget to say why."""
    page.locator("[value=no]").check()
    pressed(page)


def test_the_office_before_there_is_anything(visit: Visit, instance: Served, accessible: Judge) -> None:
    people = staged.staff()
    scenes = [
        Scene("rounds", "/biuro/edycje"),
        Scene("round-new-wrong", "/biuro/edycje/nowa", lambda page: _filled(page, "slug: x")),
        Scene("round", ROUND),
        Scene("applications-none", f"{ROUND}/wnioski"),
        Scene(
            "jury-nobody",
            f"{ROUND}/jury",
            lambda page: sent(
                page,
                page.get_by_role("button", name="zaproszenie").first.or_(page.get_by_role("button", name="invitation")),
            ),
        ),
        Scene("board-none", f"{ROUND}/oceny"),
        Scene("ranking-none", f"{ROUND}/ranking"),
        Scene("decisions-none", f"{ROUND}/decyzje"),
        Scene("papers-none", f"{ROUND}/dokumenty"),
        Scene("kind-none", f"{ROUND}/dokumenty/receipt"),
        Scene("messages-none", "/biuro/wiadomosci"),
        Scene("team", f"{ROUND}/zespol", unfolded),
        Scene("regulations", f"{ROUND}/regulamin", unfolded),
        Scene("closing", f"{ROUND}/koniec-naboru", logged),
        Scene("closing-preview", f"{ROUND}/koniec-naboru", extending),
        Scene("notices-none", "/biuro/komunikat"),
        Scene("notices", "/biuro/komunikat", said_everywhere),
    ]
    looked_at(scenes, visit, accessible, people["coordinator"])
    looked_at([Scene("desk-none", "/jury")], visit, accessible, world.a_juror())
    known = people["approver"].public_id
    scenes = [
        Scene("people", "/biuro/osoby"),
        Scene("person", f"/biuro/osoby/{known}"),
        Scene("person-new-wrong", "/biuro/osoby/nowa", pressed),
    ]
    looked_at(scenes, visit, accessible, people["administrator"])


def logged(page: Page) -> None:
    """Log an outage, and look at the page that then lists it."""
    page.locator("#starts").fill("2027-02-01 10:00")
    page.locator("#ends").fill("2027-02-01 11:00")
    page.locator("#what").fill("Serwer nie odpowiadał po awarii prądu.")
    page.locator("#what_en").fill("The server did not answer after a power cut.")
    sent(page, page.locator("main form .actions button").last)


def said_everywhere(page: Page) -> None:
    """Put a line at the top of every page; the ones that are looked at after it carry it, too."""
    page.locator("#text").fill("Serwer nie przyjmuje teraz wniosków. Naprawiamy go, nabór będzie przedłużony.")
    page.locator("#text_en").fill("The server takes no applications now. We are at it, and the call will be extended.")
    sent(page, page.locator("main form .actions button").first)


def extending(page: Page) -> None:
    """Ask whom an extension for all concerns."""
    page.locator("#until").fill("2027-02-12 15:00")
    page.locator("#reason").fill("Serwer nie odpowiadał przez godzinę w dniu zamknięcia.")
    page.locator("#reason_en").fill("The server did not answer for an hour on the closing day.")
    sent(page, page.locator("main form .actions button").first)


def _filled(page: Page, text: str) -> None:
    page.locator("textarea").fill(text)
    pressed(page)


def test_the_formal_check(visit: Visit, instance: Served, accessible: Judge) -> None:
    stage = staged.screening()
    instance.clock.set(staged.AFTER_THE_CALL)
    flawed = f"/biuro/wnioski/{stage['flawed'].public_id}"
    newest = db.session.query(Submission).filter_by(application_id=stage["flawed"].id, version=2).one()
    staged.drawn(newest.attachments[0]["sha256"])
    file = f"{flawed}/wersje/2/pliki/{newest.attachments[0]['public_id']}/podglad"
    scenes = [
        Scene("round-screening", ROUND, unfolded),
        Scene("applications", f"{ROUND}/wnioski"),
        Scene("application-failed", f"/biuro/wnioski/{stage['failed'].public_id}", unfolded),
        Scene("check-refused", f"{flawed}/ocena-formalna", pressed),
        Scene("version-file", file),
        Scene("check-decided", f"/biuro/wnioski/{stage['failed'].public_id}/ocena-formalna"),
        Scene("check-waits", f"/biuro/wnioski/{stage['reopened'].public_id}/ocena-formalna"),
        Scene("closing-exception", f"{ROUND}/koniec-naboru"),
        Scene("exception-back", f"/biuro/wyjatki/{stage['exception'].public_id}/cofnij", pressed),
    ]
    looked_at(scenes, visit, accessible, stage.people["coordinator"])


def test_corrections_and_the_list_of_the_formal_check(visit: Visit, instance: Served, accessible: Judge) -> None:
    stage = staged.correcting()
    instance.clock.set(staged.AFTER_THE_CALL)
    asked, mended, waiting = (f"/biuro/wnioski/{stage[name].public_id}" for name in ("asked", "mended", "waiting"))
    scenes = [
        Scene("corrections-asked", asked),
        Scene("corrections-mended", f"{mended}/ocena-formalna", unfolded),
        Scene("corrections-manage", f"{asked}/wezwanie/zmiana"),
        Scene("corrections-ask", f"{waiting}/wezwanie", _marking),
        Scene("corrections-preview", f"{waiting}/wezwanie", _previewing),
        Scene("formal-list", f"{ROUND}/ocena-formalna"),
    ]
    looked_at(scenes, visit, accessible, stage.people["coordinator"])
    home = f"/moje/wnioski/{stage['asked'].public_id}"
    scenes = [
        Scene("correcting-home", home),
        Scene("correcting-section", f"{home}/b"),
        Scene("correcting-files", f"{home}/h"),
        Scene("correcting-missing", f"{home}/braki"),
        Scene("correcting-desk", "/moje"),
    ]
    looked_at(scenes, visit, accessible, stage.people["ala"])


def test_the_published_list_of_the_formal_check(visit: Visit, instance: Served, accessible: Judge) -> None:
    stage = staged.listed()
    instance.clock.set(staged.CORRECTED + timedelta(days=1))
    scenes = [
        Scene("formal-list-published", f"{ROUND}/ocena-formalna"),
        Scene("applications-listed", f"{ROUND}/wnioski"),
        Scene("corrections-lapsed", f"/biuro/wnioski/{stage['unconsidered'].public_id}"),
    ]
    looked_at(scenes, visit, accessible, stage.people["coordinator"])
    listed = "/edycje/strefa-eksperymentu-2027/ocena-formalna"
    looked_at(
        [Scene("public-formal-list", listed), Scene("public-formal-paper", f"{listed}/lista.pdf")], visit, accessible
    )
    home = {name: f"/moje/wnioski/{stage[name].public_id}" for name in ("failed", "unconsidered")}
    scenes = [
        Scene("formally-failed", home["failed"]),
        Scene("unconsidered", home["unconsidered"]),
        Scene("desk-after-the-check", "/moje"),
    ]
    looked_at(scenes, visit, accessible, stage.people["ala"])


def _marking(page: Page) -> None:
    unfolded(page)
    page.locator("#b1_title-asked").check()


def _previewing(page: Page) -> None:
    _marking(page)
    page.locator("#b1_title-criterion").select_option("F3")
    page.locator("#b1_title-note").fill("Tytuł nie mówi, co sprawdzicie: dopiszcie to.")
    pressed(page)


def test_the_jury_and_its_office(visit: Visit, instance: Served, accessible: Judge) -> None:
    stage = staged.scoring()
    instance.clock.set(staged.SCORING)
    scenes = [
        Scene("jury", f"{ROUND}/jury", unfolded),
        Scene("preview", f"/biuro/przydzialy/{stage['plan'].public_id}"),
        Scene("team-waiting", f"{ROUND}/zespol"),
        Scene("round-scoring", ROUND),
        Scene("board", f"{ROUND}/oceny"),
        Scene("reopen-refused", f"/biuro/karty/{stage['done'].public_id}/otworz", pressed),
        Scene("journal", f"{ROUND}/dziennik"),
    ]
    looked_at(scenes, visit, accessible, stage.people["coordinator"])
    scenes = [Scene("jury-read", f"{ROUND}/jury", unfolded), Scene("team-read", f"{ROUND}/zespol")]
    looked_at(scenes, visit, accessible, world.a_person(Role.AUDITOR))
    at = {name: f"/jury/wnioski/{stage[name].public_id}" for name in ("fresh", "done", "reopened")}
    scenes = [
        Scene("desk", "/jury"),
        Scene("declaration-refused", f"{at['fresh']}/bezstronnosc", recusing),
        Scene(
            "card-refused",
            at["reopened"],
            lambda page: (unfolded(page), sent(page, page.locator("button[value=submit]"))),
        ),
        Scene("card-done", at["done"]),
    ]
    looked_at(scenes, visit, accessible, stage.people["juror"])


def test_the_decisions(visit: Visit, instance: Served, accessible: Judge) -> None:
    decided = a_decided_round(published=False)
    auditor = world.a_person(Role.AUDITOR)
    instance.clock.set(world.NOON + timedelta(days=38))
    scenes = [Scene("ranking", f"{ROUND}/ranking", unfolded), Scene("kind", f"{ROUND}/dokumenty/score_card")]
    looked_at(scenes, visit, accessible, decided.coordinator)
    page = visit(f"{ROUND}/ranking", decided.coordinator)
    expect(page.get_by_text("remis: Eksperymentalność i nowość").or_(page.get_by_text("tie: ")).first).to_be_visible()
    title, result = (page.locator("thead th").nth(place).bounding_box() for place in (1, 2))
    assert title and result and title["width"] > result["width"], "a title has more room than its figures"
    looked_at([Scene("decisions-to-approve", f"{ROUND}/decyzje", unfolded)], visit, accessible, decided.approver)
    _published(decided.coordinator, decided.approver)
    key = db.session.query(Message).filter_by(template="result").first()
    assert key is not None
    key.to = "biblioteka.glowna@powiat.example"  # longer than a telephone's line
    db.session.commit()
    scenes = [
        Scene("decisions-published", f"{ROUND}/decyzje", unfolded),
        Scene("messages", "/biuro/wiadomosci"),
        Scene("message", f"/biuro/wiadomosci/{key.key}"),
    ]
    looked_at(scenes, visit, accessible, decided.coordinator)
    looked_at([Scene("round-over", ROUND)], visit, accessible, auditor)


def _published(coordinator: Person, approver: Person) -> None:
    from strefa.contest.decisions import actions
    from strefa.contest.decisions.models import Proposal

    proposal, now = db.session.query(Proposal).one(), world.NOON + timedelta(days=38)
    actions.approve(proposal, actor=approver, now=now)
    actions.publish(world.a_round(), proposal, actor=coordinator, now=now)
    db.session.commit()
