"""An application in a real browser: typed and sent once, by keyboard alone, without a script, each problem a link."""

import re
from base64 import b64encode
from pathlib import Path

from playwright.sync_api import Dialog, FilePayload, Locator, Page, Request, Route, expect

from strefa.rules.lifecycle import Status
from tests import world
from tests.answers import COMPLETE
from tests.attachments import a_heavy_pdf, a_heic, a_pdf
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.writing import address_of, letters, main_button, sent, status, write


def test_a_whole_application_is_typed_saves_itself_and_is_sent(visit: Visit, instance: Served) -> None:
    ala = world.a_person(name="Ala Kot")
    world.an_organisation(ala, name="Gminna Biblioteka Publiczna w Zalesiu")
    world.a_round()
    page = visit("/moje", ala)
    page.get_by_role("link", name="Zacznij wniosek").click()
    page.get_by_role("button", name="Zacznij jako: Gminna Biblioteka Publiczna w Zalesiu").click()
    page.get_by_role("link", name="Pisz dalej").click()

    for letter in "abcdefghi":
        expect(page.locator("h1")).to_contain_text(f"{letter.upper()}. ")
        write(page, letter)
        if letter == "h":
            page.locator('input[type="file"]').set_input_files(
                {"name": "list.pdf", "mimeType": "application/pdf", "buffer": a_pdf()}
            )
            expect(page.get_by_role("link", name="list.pdf", exact=True)).to_be_visible()
        page.locator(".actions button").last.click()

    expect(page.locator("h1")).to_have_text("Czego jeszcze brakuje")
    expect(page.locator("main")).to_contain_text("Niczego nie brakuje")
    main_button(page, "Złóż wniosek").click()
    expect(page.locator("h1")).to_have_text("Wniosek SE-2027-0001 jest złożony")
    expect(page.locator("main")).to_contain_text("Potwierdzenie")
    [version] = sent()
    assert version.answers["b1_title"] == COMPLETE["b1_title"]
    assert [row["cost"] for row in version.answers["g1_budget"]] == [row["cost"] for row in COMPLETE["g1_budget"]]
    assert version.answers["i1_declarations"] == COMPLETE["i1_declarations"]
    assert len(version.content_hash) == 64
    assert [file["name"] for file in version.attachments] == ["list.pdf"]
    assert letters() == [("receipt", ala.email), ("receipt", "anna@example.org")]


def test_everything_works_without_a_script(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    world.an_application(by=ala, answers=COMPLETE | {"c1_need": "", "d1_activities": [], "g1_budget": []})
    page = visit("/moje", ala, java_script_enabled=False, width=360)
    page.get_by_role("link", name="Eksperyment", exact=False).last.click()

    for letter in "cdg":
        page.get_by_role("navigation", name="Sekcje").locator("a").nth("abcdefghi".index(letter)).click()
        write(page, letter)
        page.locator(".actions button").last.click()
    page.get_by_role("link", name="Sprawdź i złóż").click()
    expect(page.locator("main")).to_contain_text("Niczego nie brakuje")
    main_button(page, "Złóż wniosek").click()
    expect(page.locator("h1")).to_have_text("Wniosek SE-2027-0001 jest złożony")
    [version] = sent()
    assert [row["what"] for row in version.answers["d1_activities"]] == ["Dyżury wieczorne", "Podsumowanie i poradnik"]


def test_a_file_goes_though_the_list_after_the_one_before_did_not_come(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/h"), ala)
    lost: list[str] = []

    def in_a_tunnel(route: Route) -> None:
        if route.request.method == "GET" and not lost:
            lost.append(route.request.url)
            return route.abort()
        return route.continue_()

    page.route(re.compile(r"/h(\?|$)"), in_a_tunnel)
    for name in ("pierwszy.pdf", "drugi.pdf"):
        given: FilePayload = {"name": name, "mimeType": "application/pdf", "buffer": a_pdf()}
        page.locator('input[type="file"]').first.set_input_files(given)
        expect(page.get_by_text(name).first).to_be_visible()
        page.wait_for_timeout(1000)  # nothing more comes of the first one
    assert lost
    for name in ("pierwszy.pdf", "drugi.pdf"):
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()


def test_a_double_click_in_two_tabs_sends_once_and_it_can_be_corrected(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    tabs = [visit(address_of(application, "/braki"), ala) for _tab in range(2)]
    for tab in tabs:
        main_button(tab, "Złóż wniosek").dblclick()
        expect(tab.locator("h1")).to_have_text("Wniosek SE-2027-0001 jest złożony")
    assert len(sent()) == 1

    page = tabs[0]
    page.get_by_role("link", name="Wróć do wniosku").click()
    main_button(page, "Popraw i złóż ponownie").click()
    expect(page.locator("main")).to_contain_text("ważna jest wersja 1")
    page.goto(address_of(application, "/b"))
    page.locator("#b1_title").fill("Biblioteka nocnych marków, poprawiona")
    page.get_by_role("link", name="Sprawdź i złóż").click()  # waits for the save
    main_button(page, "Złóż wniosek").click()
    expect(page.locator("h1")).to_have_text("Wniosek SE-2027-0001 jest złożony")
    assert [version.answers["b1_title"] for version in sent()] == [
        COMPLETE["b1_title"],
        "Biblioteka nocnych marków, poprawiona",
    ]
    page.get_by_role("link", name="Wróć do wniosku").click()
    page.get_by_role("link", name="Wycofaj wniosek").click()
    page.get_by_label("Powód wycofania").fill("Partner zrezygnował.")
    main_button(page, "Wycofaj wniosek").click()
    expect(page.locator("main")).to_contain_text("Wycofany: numer SE-2027-0001")
    assert status(application) is Status.WITHDRAWN


def tab_to(page: Page, wanted: Locator, most: int = 80) -> None:
    """Press Tab until the focus stands on something; on the way each stop must be seen."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("e => e === document.activeElement"):
            assert seen_focus(page)
            return
    raise AssertionError(f"the keyboard does not reach {wanted}")


def seen_focus(page: Page) -> bool:
    """Say whether the focused element shows it and lies in sight, not under the bar of the deadline."""
    return page.evaluate("""() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
        const label = e.closest(".option, .scale label") ?? e;
        const outlined = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2;
        const top = document.elementFromPoint(r.left + r.width / 2, r.top + Math.min(r.height / 2, 20));
        return outlined && (e.contains(top) || label.contains(top)) }""")


def test_the_keyboard_alone_leads_from_the_desk_to_the_receipt(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala, answers=COMPLETE | {"c4_failure": ""}, title="Nocne marki")
    page = visit("/moje", ala)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    for name in ("Nocne marki", "Pisz dalej: Pomysł"):
        tab_to(page, page.get_by_role("link", name=name))
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("C. Pomysł")
    tab_to(page, page.locator("#c4_failure"))
    page.keyboard.type("Wtedy dowiemy się, czego brakuje.")
    tab_to(page, page.get_by_role("button", name="Zapisz i dalej: Plan"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("D. Plan")
    assert_no_trap(page)
    page.keyboard.press("Tab")
    tab_to(page, page.get_by_role("link", name="Sprawdź i złóż"))
    page.keyboard.press("Enter")
    tab_to(page, main_button(page, "Złóż wniosek"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("jest złożony")
    assert status(application) is Status.SUBMITTED


def assert_no_trap(page: Page) -> None:
    """Walk through the whole page: each control in its order, each in sight, and out at the end."""
    controls = "main :is(input:not([type=hidden]), select, textarea, button:not([tabindex='-1']))"
    order: list[str] = page.locator(controls).evaluate_all("all => all.map(e => e.id || e.value)")
    walked: list[str] = []
    unseen: list[str] = []
    for _press in range(200):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement === document.body ? null : document.activeElement.outerHTML")
        if here is None:
            break
        unseen += [] if seen_focus(page) else [here[:90]]
        inside = page.evaluate(f"document.activeElement.matches({controls!r})")
        if inside:
            walked.append(page.evaluate("document.activeElement.id || document.activeElement.value"))
    assert list(dict.fromkeys(walked)) == order
    assert unseen == []


def test_each_problem_is_a_link_that_lands_in_its_field(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    wrong = {
        "a3_nip": "5213017229", "a6_postal_code": "21512", "a7_edelivery": "AE:PL-1", "a9_email": "ania",
        "b5_dates": {"from": "2027-09-30", "to": "2027-05-04"}, "g3_from": "dużo", "i1_declarations": {}, "f2_products": [],
        "g1_budget": [dict(COMPLETE["g1_budget"][0], unit_price="6.000,505", activity="9")], "a10_earlier": "",
        "c3_audience": [],
    }  # fmt: skip
    application = world.an_application(by=ala, answers=COMPLETE | wrong)
    page = visit(address_of(application, "/braki"), ala)
    problems: list[str] = page.locator(".blockers a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert len(problems) >= 18

    for section in sorted({problem.partition("#")[0] for problem in problems}):
        here = [problem.partition("#")[2] for problem in problems if problem.startswith(section + "#")]
        page.goto(f"{section}#{here[0]}")
        expect(page.locator("html[data-scripted]")).to_be_attached()
        inside = "id => document.getElementById(id)?.contains(document.activeElement)"
        assert page.evaluate(inside, here[0]), here[0]
        lost = [anchor for anchor in here if not page.evaluate("id => Boolean(document.getElementById(id))", anchor)]
        told = page.locator(".error:visible").all_inner_texts()
        assert (lost, len(told) >= 1) == ([], True), section


def test_files_go_with_a_bar_and_each_refusal_says_what_to_do(visit: Visit, instance: Served, tmp_path: Path) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/h"), ala)
    held: list[Request] = []
    page.on("request", lambda request: held.append(request) if "/pliki/" in request.url else None)
    chosen = {"pusty.pdf": b"", "ogromny.pdf": b"x" * 11_000_000, "udawany.pdf": b"<html></html>", "program.exe": b"MZ"}
    for name, content in chosen.items():
        (tmp_path / name).write_bytes(content)
    page.locator('input[type="file"]').set_input_files([tmp_path / name for name in chosen])
    said = page.locator(".upload .error")
    expect(said).to_have_count(4)
    expect(said.nth(0)).to_contain_text("jest pusty")
    expect(said.nth(1)).to_have_text(
        "Plik „ogromny.pdf” ma 10,5 MB, a może mieć najwyżej 10 MB. Zmniejsz go lub podziel."
    )
    expect(said.nth(2)).to_contain_text("nie jest plikiem PDF")
    expect(said.nth(3)).to_contain_text("program.exe")
    assert len(held) == 2, "what can be refused at once is not sent"

    page.locator('input[type="file"]').set_input_files(
        [
            {"name": "dobry.pdf", "mimeType": "application/pdf", "buffer": a_pdf()},
            {"name": "nie-pdf.pdf", "mimeType": "application/pdf", "buffer": b"<html></html>"},
        ]
    )
    expect(page.get_by_role("link", name="dobry.pdf", exact=True)).to_be_visible()
    expect(page.locator("[data-files] > .error")).to_contain_text("nie-pdf.pdf")
    page.reload()
    expect(page.locator("[data-files] > .error")).to_have_count(0)

    page.route("**/pliki/**", lambda route: None)  # an upload that takes its time
    page.locator('input[type="file"]').set_input_files(
        {"name": "list.pdf", "mimeType": "application/pdf", "buffer": a_pdf()}
    )
    bar = page.get_by_role("progressbar", name="Wysyłanie: list.pdf")
    expect(bar).to_be_visible()
    page.get_by_role("button", name="Przerwij list.pdf").click()
    expect(bar).to_have_count(0)


def test_a_chosen_file_goes_without_another_button_and_leaving_before_it_is_there_warns(
    visit: Visit, instance: Served
) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/h"), ala)
    expect(page.get_by_role("button", name="Wyślij pliki")).to_have_count(0)
    page.locator('input[type="file"]').set_input_files(
        {"name": "list.pdf", "mimeType": "application/pdf", "buffer": a_pdf()}
    )
    expect(page.get_by_role("link", name="list.pdf", exact=True)).to_be_visible()

    page.route("**/pliki/**", lambda route: None)  # a file that takes its time
    page.locator('input[type="file"]').set_input_files(
        {"name": "umowa.pdf", "mimeType": "application/pdf", "buffer": a_pdf()}
    )
    expect(page.get_by_role("progressbar", name="Wysyłanie: umowa.pdf")).to_be_visible()
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    main_button(page, "Zapisz i dalej: Oświadczenia").last.click()
    page.wait_for_timeout(300)
    page.remove_listener("dialog", stay)
    assert asked == ["beforeunload"]
    expect(page).to_have_url(re.compile(r"/h$"))


DROP = """(section, files) => {
  const data = new DataTransfer();
  for (const [name, text] of files) data.items.add(new File([Uint8Array.from(atob(text), c => c.charCodeAt(0))], name));
  for (const kind of ["dragover", "drop"]) {
    section.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""


def test_files_are_dropped_and_one_goes_on_by_itself_after_a_cut(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/h"), ala)
    starts: list[str] = []

    def cut(route: Route) -> None:
        starts.append(route.request.url.rpartition("od=")[2])
        route.abort("connectionreset") if len(starts) == 2 else route.continue_()

    page.route("**/czesci/*?od=*", cut)
    given = {"duzy.pdf": a_heavy_pdf(2_500_000), "zbedny.pdf": a_pdf(), "IMG_1.HEIC": a_heic()}
    section = page.locator("[data-files]")
    section.evaluate(DROP, [[name, b64encode(content).decode()] for name, content in given.items()])
    expect(page.get_by_role("progressbar")).to_have_count(3)
    page.get_by_role("button", name="Przerwij zbedny.pdf").click()

    expect(section.get_by_text("Połączenie przerwane. Plik „duzy.pdf” wyśle się dalej, gdy wróci.")).to_be_visible()
    expect(section.get_by_role("link", name="duzy.pdf", exact=True)).to_be_visible()
    expect(section.get_by_role("link", name="IMG_1.jpg", exact=True)).to_be_visible()
    expect(section.get_by_role("link", name="zbedny.pdf")).to_have_count(0)
    assert starts[:4] == ["0", "1048576", "1048576", "2097152"], "only the piece that was cut is sent again"


def test_a_file_goes_on_once_its_sender_has_signed_in_again(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/h"), ala)
    starts: list[str] = []

    def sign_out(route: Route) -> None:
        starts.append(route.request.url.rpartition("od=")[2])
        if len(starts) == 2:
            page.context.clear_cookies(name="strefa")
        route.continue_()

    page.route("**/czesci/*?od=*", sign_out)
    section = page.locator("[data-files]")
    section.evaluate(DROP, [["duzy.pdf", b64encode(a_heavy_pdf(1_500_000)).decode()]])
    expect(section.get_by_text("Sesja wygasła.")).to_be_visible()
    page.context.add_cookies([instance.cookie_of(ala)])  # pyright: ignore[reportArgumentType]
    expect(section.get_by_role("link", name="duzy.pdf", exact=True)).to_be_visible()
    assert starts[:2] == ["0", "1048576"]
    assert starts[-1] == "1048576", "the first piece is not sent again"


def test_a_foreign_address_is_not_found(visit: Visit, instance: Served) -> None:
    application = world.an_application()
    page = visit(address_of(application, "/c"), world.a_person())
    expect(page.locator("h1")).to_have_text("Nie ma takiej strony")
    expect(page.locator("footer")).to_contain_text("@")


def test_on_a_phone_no_table_of_an_application_is_read_sideways(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/podglad"), ala)
    page.set_viewport_size({"width": 360, "height": 800})
    tables = page.get_by_role("table")
    assert tables.count() >= 6, "each table is one to those who hear it, too"
    wide = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.getAttribute('aria-label'))"
    assert page.locator(".scroll").evaluate_all(wide) == []
