"""Every public, account and applicant's page, looked at by a machine: wide and on a phone, light and dark, at 200 % zoom.
Axe finds nothing, nothing scrolls sideways, and nothing is excluded.

The run on SQLite looks at the pages in Polish, the one on PostgreSQL in English: no look of a page depends on its
database, and together they see both. Where the browser stories run once (`BROWSER_ON_BOTH=no`) that run sees both, and
so does `STREFA_PICTURES=folder`, which leaves a picture of each page, to be looked at by people.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page, expect

from strefa.contest.people import invitation_actions
from strefa.contest.people.models import Person
from strefa.infra import security
from strefa.infra.database import db, saving
from strefa.rules.lifecycle import Status
from strefa.rules.policy import OrganisationRole, Role
from tests import world
from tests.alone import POSTGRESQL
from tests.answers import COMPLETE
from tests.browser.conftest import Judge, Visit
from tests.browser.served import Served
from tests.browser.staged import with_drawn_files
from tests.browser.test_account import link_in
from tests.decided import a_decided_round
from tests.guards.scene import another_round

PICTURES = os.environ.get("STREFA_PICTURES")
ROUND = "/edycje/strefa-eksperymentu-2027"
Act = Callable[[Page], Any]
ALONE = PICTURES or os.environ.get("BROWSER_ON_BOTH") == "no"
LANGUAGES = ("pl", "en") if ALONE else ("en",) if POSTGRESQL else ("pl",)
# All rules each time, in four of the eight combinations: every two of language, width and scheme meet in one of them,
# and nothing on a page depends on all three at once.
JUDGED: dict[tuple[str, int], Literal["light", "dark"]] = {
    ("pl", 1280): "light",
    ("pl", 360): "dark",
    ("en", 1280): "dark",
    ("en", 360): "light",
}


@dataclass(frozen=True)
class Scene:
    """A page in one state: where it is, and what is done there first."""

    name: str
    address: str
    act: Act | None = None


def looked_at(scenes: Iterable[Scene], visit: Visit, accessible: Judge, person: Person | None = None) -> None:
    """Judge each page in the run's language at each width; tell of all that is wrong at once."""
    wrong: list[str] = []
    for language in LANGUAGES:
        if person is not None:
            person.language = language
            db.session.commit()
        db.session.rollback()  # what a test has read last would keep the server from writing
        page = visit("/zdrowie", person, language=language, reduced_motion="reduce")  # colours change at once
        for scene in scenes:
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(scene.address)
            if scene.act:
                scene.act(page)
            wrong += [f"{scene.name} ({language}): {told}" for told in _wrong(page, accessible, scene.name, language)]
    assert not wrong, "\n".join(wrong)


def _wrong(page: Page, accessible: Judge, name: str, language: str) -> Iterable[str]:
    for width in (1280, 640, 360):  # 640 is what a wide screen shows at 200 % zoom
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield f"{wide} wide at {width}"
        scheme = JUDGED.get((language, width))
        if scheme:
            page.emulate_media(color_scheme=scheme)
            try:
                accessible(page)
            except AssertionError as found:
                yield f"{width} {scheme}: {found}"
            if PICTURES:
                page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}-{scheme}-{language}.png"), full_page=True)


def pressed(page: Page) -> None:
    """Send the page's form as it stands."""
    with page.expect_navigation():
        page.locator("main form button:visible").last.click()


def typed(**fields: str) -> Act:
    def act(page: Page) -> None:
        for name, value in fields.items():
            page.locator(f"main #{name}").fill(value)
        pressed(page)

    return act


def test_every_public_page(visit: Visit, instance: Served, accessible: Judge) -> None:
    decided = a_decided_round()
    scenes = [
        Scene("home", "/"),
        Scene("rounds", "/edycje"),
        Scene("round", ROUND),
        Scene("results", f"/edycje/{decided.round.slug}/wyniki"),
        Scene("unknown", "/nie-ma"),
        Scene("menu", "/", lambda page: page.evaluate("document.querySelector('.menu-button').click()")),
    ]
    looked_at(scenes, visit, accessible)
    page = visit(f"/edycje/{decided.round.slug}/wyniki", width=360)
    awarded = page.get_by_role("table", name="Eksperymenty z dotacją")  # a list on a phone, and still a table
    expect(awarded.get_by_role("row").nth(1)).to_contain_text("Biblioteka nocnych marków")
    instance.clock.set(world.NOON + timedelta(days=12))
    looked_at([Scene("home-after-the-call", "/")], visit, accessible)


def test_the_public_pages_before_there_is_anything(visit: Visit, instance: Served, accessible: Judge) -> None:
    looked_at([Scene("home-empty", "/"), Scene("rounds-empty", "/edycje")], visit, accessible)


def test_every_page_of_an_account_without_a_sign_in(visit: Visit, instance: Served, accessible: Judge) -> None:
    known = world.with_password(world.a_person(email="znana@example.org"))
    claims = _invitations("nowa@example.org", known.email)
    fingerprint = security.token_hash(known.password_hash or "")
    scenes = [
        Scene("sign-in", "/konto/logowanie"),
        Scene("sign-in-asked", "/moje"),
        Scene("sign-in-wrong", "/konto/logowanie", typed(email="znana@example.org", password="nie to")),
        Scene("sign-up", "/konto/nowe"),
        Scene("sign-up-wrong", "/konto/nowe", pressed),
        Scene("sign-up-sent", "/konto/nowe", typed(name="Ola", email=known.email, password=world.PASSWORD)),
        Scene("confirm", f"/konto/potwierdzenie/{security.signed('confirm', [known.id, known.email, known.email])}"),
        Scene("stale", "/konto/potwierdzenie/nie-ma"),
        Scene("ask", "/konto/haslo/nowe"),
        Scene("ask-sent", "/konto/haslo/nowe", typed(email="znana@example.org")),
        Scene("reset", f"/konto/haslo/nowe/{security.signed('reset', [known.id, fingerprint])}"),
        Scene("reminders-stop", f"/konto/przypomnienia/{security.signed('reminders', known.id)}"),
        Scene("reminders-stale", "/konto/przypomnienia/nie-ma"),
        Scene("invitation", claims[0]),
        Scene("invitation-known", claims[1]),
        Scene("invitation-spent", "/konto/zaproszenia/nie/ma"),
        Scene("new-device", "/konto/logowanie", _on_a_new_device),
        Scene("new-device-wrong", "/konto/nowe-urzadzenie", _with_a_wrong_code),
    ]
    looked_at(scenes, visit, accessible)


def _on_a_new_device(page: Page) -> None:
    language = page.locator("html").get_attribute("lang") or ""
    person = world.with_password(world.a_person(email=f"nowa-{language}@example.org", language=language))
    typed(email=person.email, password=world.PASSWORD)(page)


def _with_a_wrong_code(page: Page) -> None:
    page.locator("#code").fill("12")
    with page.expect_navigation():
        page.locator("#code").press("Enter")


def _invitations(*emails: str) -> list[str]:
    """Invite people to a library by letter; returns the addresses of the links."""
    library, boss = world.an_organisation(name="Miejska Biblioteka w Śremie"), world.a_person()
    for email in emails:
        with saving():
            invitation_actions.invite_to_organisation(
                db.session.merge(library), email, OrganisationRole.EDITOR, actor=db.session.merge(boss), now=world.NOON
            )
    return [link_in("invitation_organisation", email) for email in emails]


def test_every_page_of_an_account_with_a_sign_in(visit: Visit, instance: Served, accessible: Judge) -> None:
    ala = world.with_password(world.a_person(name="Ala Kot", email="ala@example.org"))
    [claim] = _invitations("inna@example.org")
    world.a_sign_in(ala)
    scenes = [
        Scene("account", "/konto"),
        Scene("address", "/konto/adres"),
        Scene("name-wrong", "/konto/imie", typed(name=" ")),
        Scene("address-wrong", "/konto/adres", pressed),
        Scene("password", "/konto/haslo"),
        Scene("second-step-set-up", "/konto/drugi-krok/ustawienie"),
        Scene("second-step-wrong", "/konto/drugi-krok/ustawienie", typed(code="000000")),
        Scene("invitation-signed-in", claim),
    ]
    looked_at(scenes, visit, accessible, ala)
    looked_at([Scene("second-step", "/konto/drugi-krok")], visit, accessible, world.a_person(Role.JUROR))


WRONG = COMPLETE | {
    "a3_nip": "5213017229", "a6_postal_code": "21512", "a7_edelivery": "AE:PL-1", "a9_phone": "abc", "b1_title": "ż" * 130,
    "b5_dates": {"from": "2027-09-30", "to": "2027-05-04"}, "g3_from": "dużo", "i1_declarations": {},
    "g1_budget": [dict(COMPLETE["g1_budget"][0], unit_price="6.000,505", activity="9"), COMPLETE["g1_budget"][1]],
}  # fmt: skip


def test_every_page_of_an_application_being_written(visit: Visit, instance: Served, accessible: Judge) -> None:
    ala, library = _at_a_library()
    drafts = {
        "draft": world.an_application(by=ala, organisation=library, title="Biblioteka nocnych marków"),
        "wrong": world.an_application(by=ala, organisation=library, title="Bardzo długi tytuł " * 6, answers=WRONG),
        "empty": world.an_application(by=ala, organisation=library, title="", answers={}),
    }
    at = {name: f"/moje/wnioski/{draft.public_id}" for name, draft in drafts.items()}
    drawn, waiting, _infected = with_drawn_files(drafts["wrong"], ala)
    scenes = [
        Scene("draft", at["draft"]),
        Scene("files", f"{at['wrong']}/h"),
        Scene("file", f"{at['wrong']}/pliki/{drawn.public_id}/podglad"),
        Scene("file-waiting", f"{at['wrong']}/pliki/{waiting.public_id}/podglad"),
        Scene("preview", f"{at['draft']}/podglad"),
        Scene("nothing-missing", f"{at['draft']}/braki"),
        Scene("missing", f"{at['wrong']}/braki"),
        *[Scene(f"draft-{key}", f"{at['draft']}/{key}") for key in "cdfh"],
        *[Scene(f"wrong-{key}", f"{at['wrong']}/{key}?braki=1") for key in "abgi"],
        Scene("empty-e", f"{at['empty']}/e?braki=1"),
        Scene("lost-token", f"{at['draft']}/c", _with_an_old_token),
        Scene("clash", f"{at['draft']}/c", _after_somebody_else),
        Scene("another-person", f"{at['draft']}/c", _as_another),
        Scene("signed-out", f"{at['draft']}/d", _signed_out),
        Scene("history", f"{at['draft']}/c/historia"),
        Scene("signing", f"{at['draft']}/podpis"),
        Scene("signing-missing", f"{at['wrong']}/podpis"),
        Scene("signing-changed", f"{at['draft']}/podpis", _read_before_it_changed),
    ]
    looked_at(scenes, visit, accessible, ala)


def _at_a_library() -> tuple[Person, Any]:
    ala = world.a_person(name="Maria Dąbrowska-Zielińska", email="maria.zielinska@biblioteka-zalesie.example.org")
    accountant = world.a_person(name="Jan Kowalski")
    library = world.an_organisation(
        ala, accountant, name="Gminna Biblioteka Publiczna im. Marii Konopnickiej w Zalesiu Dolnym",
        founding_authority="Gmina Zalesie", nip="5213017228", edelivery="AE:PL-12345-67890-ABCDE-12",
    )  # fmt: skip
    return ala, library


def _with_an_old_token(page: Page) -> None:
    page.evaluate("document.querySelectorAll('[name=csrf_token]').forEach(field => { field.value = 'stary' })")
    with page.expect_navigation():
        page.locator("form[data-autosave]").evaluate("form => form.submit()")


def _read_before_it_changed(page: Page) -> None:
    page.locator("[name=read]").evaluate("button => { button.value = button.value.replace('#', '') }")
    pressed(page)


def _as_another(page: Page) -> None:
    page.locator("[name=writer]").evaluate("field => { field.value = 'ktoinny999' }")
    with page.expect_navigation():
        page.locator("form[data-autosave]").evaluate("form => form.submit()")


def _signed_out(page: Page) -> None:
    """Type where the sign-in has ended: it is asked for again in place. The cookie comes back for the next scene."""
    cookies = page.context.cookies()
    page.context.clear_cookies(name="strefa")
    page.locator("form[data-autosave] textarea").first.fill("Tekst")
    page.get_by_role("dialog").wait_for()
    page.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "strefa"])  # pyright: ignore[reportArgumentType, reportTypedDictNotRequiredAccess]


def _after_somebody_else(page: Page) -> None:
    """Type where another tab saved meanwhile: the panel of two texts opens."""
    page.evaluate("""async () => {
        const form = document.querySelector("form[data-autosave]");
        const body = new URLSearchParams(new FormData(form));
        body.set("c1_need", `Druga karta: ${document.documentElement.lang}`);
        await fetch(form.action, { method: "POST", body, headers: { "X-Strefa-Autosave": "1" } });
    }""")
    page.locator("#c1_need").fill("Pierwsza karta")
    page.locator(".clash").wait_for()


def test_every_other_page_of_the_applicants_desk(visit: Visit, instance: Served, accessible: Judge) -> None:
    ala, library = _at_a_library()
    sent, reopened, withdrawn = (
        world.an_application(status, by=ala, organisation=library, title=f"Kasety z szuflady {number}")
        for number, status in enumerate((Status.SUBMITTED, Status.REOPENED, Status.WITHDRAWN))
    )
    draft = world.an_application(by=ala, organisation=library, title="Wypożyczalnia czasu")
    old = world.an_application(Status.SUBMITTED, by=ala, organisation=library, round_=another_round(2026))
    at = f"/moje/wnioski/{sent.public_id}"
    scenes = [
        Scene("desk", "/moje"),
        Scene("begin", "/moje/nowy/strefa-eksperymentu-2027"),
        Scene("sent", at),
        Scene("earlier", f"/moje/wnioski/{old.public_id}"),
        Scene("reopened", f"/moje/wnioski/{reopened.public_id}"),
        Scene("withdrawn", f"/moje/wnioski/{withdrawn.public_id}"),
        Scene("section-read", f"{at}/g"),
        Scene("receipt", f"{at}/potwierdzenie"),
        Scene("paper-waiting", f"{at}/wniosek.pdf"),
        Scene("withdraw", f"{at}/wycofaj", pressed),
        Scene("copy", f"/moje/wnioski/{old.public_id}/nowy/strefa-eksperymentu-2027"),
        Scene("take-over", f"/moje/wnioski/{draft.public_id}/dane-organizacji"),
        Scene("discard", f"/moje/wnioski/{draft.public_id}/usun"),
        Scene("organisations", "/moje/organizacje"),
        Scene("organisation", f"/moje/organizacje/{library.public_id}"),
        Scene("organisation-data", f"/moje/organizacje/{library.public_id}/dane"),
        Scene("organisation-new", "/moje/organizacje/nowa", typed(nip="123")),
    ]
    looked_at(scenes, visit, accessible, ala)
    instance.clock.set(world.NOON + timedelta(days=11))
    late = [Scene("late", f"/moje/wnioski/{draft.public_id}/braki", pressed), Scene("desk-closed", "/moje")]
    looked_at(late, visit, accessible, ala)
    nobody = [Scene("desk-empty", "/moje"), Scene("organisations-empty", "/moje/organizacje")]
    looked_at(nobody, visit, accessible, world.a_person())
