"""Nothing typed is lost: saved while one types, two tabs, no connection, an expired sign-in, a passing deadline."""

from time import monotonic

from playwright.sync_api import Dialog, Page, Route, expect

from strefa.rules.lifecycle import Status
from strefa.rules.money import parse
from strefa.rules.refusal import Refused
from strefa.rules.text import length
from tests import world
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.test_account import give_code
from tests.browser.writing import SAVED, address_of, main_button, status, stored


def test_a_section_saves_itself_within_three_seconds_and_counts_like_the_server(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala, answers={})
    page = visit(address_of(application, "/c"), ala)
    text = "Zażółć gęślą\njaźń 📚"

    need = page.locator("#c1_need")
    with page.expect_request(lambda request: request.method == "POST") as posted:
        need.press_sequentially(text)
        last_key: float = page.evaluate("performance.timeOrigin + performance.now()")
    started = posted.value.timing["startTime"]
    expect(page.locator(SAVED)).to_have_text("Zapisano 12:00:00")
    expect(page.locator("#c1_need-count")).to_have_text("19 / 2\u00a0000")

    assert started - last_key <= 3000, "three seconds after the last key it is on its way"
    kept = stored(application)["c1_need"]
    assert (kept, length(kept)) == (text, 19)
    assert page.locator("[data-missing-count]").inner_text().startswith("Do złożenia brakuje jeszcze")
    page.locator("#c1_need").fill("ż" * 2001)
    expect(page.locator("#c1_need-error")).to_contain_text("Tekst jest o 1 znak za długi")
    expect(page.locator("#c1_need-count")).to_contain_text("o 1 znak za dużo")
    page.locator("#c1_need").fill("ż" * 2000)
    expect(page.locator("#c1_need-error")).to_be_hidden()


def test_what_is_missing_follows_what_one_types(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala, answers=world.complete_answers() | {"c4_failure": "", "f1_repeat": ""})
    page = visit(address_of(application, "/c"), ala)
    box = page.locator(".notice[data-missing]")
    links = box.locator("li:visible")
    expect(links).to_have_text(["C4. Co, jeśli się nie uda?", "F1. Jak powtórzy to inna biblioteka?"])
    page.locator("#c1_need").fill("")
    expect(links).to_have_text(
        [
            "C1. Jaka jest potrzeba i skąd o niej wiecie?",
            "C4. Co, jeśli się nie uda?",
            "F1. Jak powtórzy to inna biblioteka?",
        ]
    )
    box.get_by_role("link", name="C1.").click()
    expect(page.locator("#c1_need")).to_be_in_viewport()
    for key in ("c2_hypothesis", "c1_need"):
        page.locator(f"#{key}").fill("ż" * 2001)
    page.locator('[name="c3_audience-0-number"]').fill("-5")
    expect(links).to_have_count(5)
    expect(links.last).to_have_text("i jeszcze 1")


def test_a_section_with_files_says_at_once_what_is_wrong_in_it(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    page = visit(address_of(world.an_application(by=ala), "/h"), ala)
    film, badge = page.locator("#h2_film"), page.locator("#step-h")
    expect(badge).to_have_text("dowolne")
    film.fill("ftp:zle")
    expect(badge).to_have_text("1 problem")
    expect(page.locator(".notice[data-missing] li:visible")).to_have_text("H2. Film (odnośnik)")
    film.fill("https://film.example/1")
    expect(badge).to_have_text("gotowe")
    expect(page.locator(".notice[data-missing] li:visible")).to_have_count(0)


def test_no_box_moves_while_a_cell_beside_it_is_wrong(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    page = visit(address_of(world.an_application(by=ala), "/d"), ala)
    beside = page.locator('[name="d1_activities-0-to"]')
    before = beside.bounding_box()
    page.locator('[name="d1_activities-0-from"]').fill("2027-04-01")
    expect(page.locator("#d1_activities-0-from-error")).to_contain_text("za wcześnie")
    assert beside.bounding_box() == before


def test_two_tabs_lose_neither_text(visit: Visit, instance: Served) -> None:
    ala, jan = world.a_person(name="Ala Kot"), world.a_person(name="Jan Lis")
    application = world.an_application(by=ala, organisation=world.an_organisation(ala, jan))
    hers, his = visit(address_of(application, "/c"), ala), visit(address_of(application, "/c"), jan)

    hers.locator("#c1_need").fill("Potrzeba według Ali")
    expect(hers.locator(SAVED)).to_have_attribute("data-state", "saved")
    his.locator("#c1_need").fill("Potrzeba według Jana")
    his.locator("#c4_failure").fill("Porażka według Jana")
    clash = his.locator(".clash")
    expect(clash).to_be_focused()
    expect(clash).to_contain_text("Potrzeba według Ali")
    expect(clash).to_contain_text("Zapisane: Ala Kot")
    clash.get_by_label("połącz: jeden pod drugim").check()
    clash.get_by_role("button", name="Zapisz wybrane").click()
    expect(his.locator(SAVED)).to_have_attribute("data-state", "saved")

    assert stored(application)["c1_need"] == "Potrzeba według Jana\n\nPotrzeba według Ali"
    assert stored(application)["c4_failure"] == "Porażka według Jana"
    hers.locator("#c2_hypothesis").fill("Hipoteza Ali, pisana w tym czasie")
    expect(hers.locator("#c4_failure")).to_have_value("Porażka według Jana")  # joined without a question
    expect(hers.locator(SAVED)).to_have_attribute("data-state", "saved")
    assert stored(application)["c2_hypothesis"] == "Hipoteza Ali, pisana w tym czasie"
    assert stored(application)["c1_need"].startswith("Potrzeba według Jana")


def test_a_question_that_only_some_answers_call_for_comes_with_them(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/a"), ala)
    which = page.get_by_label("A10a.")
    expect(which).to_be_hidden()
    page.get_by_role("group", name="A10.").get_by_label("tak").check()
    expect(which).to_be_visible()
    which.fill("LABiB 2019")
    page.get_by_role("group", name="A10.").get_by_label("nie").check()
    expect(which).to_be_hidden()
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    assert stored(application)["a10_which"] == "LABiB 2019", "she may change her mind again"

    bare = visit(address_of(application, "/a"), ala, java_script_enabled=False)
    expect(bare.get_by_label("A10a.")).to_be_visible()
    expect(bare.locator("#a10_which-hint")).to_contain_text("Odpowiedz, jeśli w A10 jest „tak”.")


def test_the_budget_adds_up_while_one_types_as_the_server_will(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/g"), ala)
    page.locator('[name="g1_budget-0-grant"]').fill("9.000")  # far too much, and not what the row costs
    page.locator('[name="g1_budget-2-unit_price"]').fill("40")
    page.locator('button[value="add:g1_budget"]').click()
    for name, value in {"quantity": "2,5", "unit_price": "1.958.129", "grant": "4 895 322,50"}.items():
        page.locator(f'[name="g1_budget-3-{name}"]').fill(value)
    expect(page.locator("[data-row-total]").last).to_have_text("4\u00a0895\u00a0322,50\u00a0zł")
    expect(page.locator('[data-total="grant"]')).to_have_text("4\u00a0905\u00a0402,50\u00a0zł")

    live = verdicts(page)
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    judged = verdicts(page)
    page.reload()
    assert (live["own_share"], live["grant"], live["volunteer_hour"], live["sources"]) == ("do poprawy",) * 4, live
    assert live == judged == verdicts(page)
    expect(page.locator("#g1_budget-0-grant-echo")).to_have_text("9\u00a0000,00\u00a0zł")
    page.locator("#g3_from").fill("6.000")
    expect(page.locator("#g3_from-echo")).to_have_text("6\u00a0000,00\u00a0zł (sześć tysięcy złotych 00/100)")


def verdicts(page: Page) -> dict[str, str]:
    """Return what the page says of each rule of the budget."""
    read = "rules => Object.fromEntries(rules.map(r => [r.dataset.rule, r.querySelector('.badge').textContent.trim()]))"
    return page.locator("[data-rule]").evaluate_all(read)


def test_the_browser_reads_amounts_as_the_server_does(visit: Visit, instance: Served) -> None:
    world.a_round()
    typed = [
        "6 000", "6000", "6 000,00", "6.000,00", "6000.50", "6 000 zł", "6\u00a0000", "6\u2009000", "1.958.129", "6.000",
        "6,000", "6,5", "0", "0,05", "1 234 567,89 PLN", "zł 12", "12 złotych", "6 000,-", "007", "", "-5", "6.000,505",
        "dużo", "12.34.56", "1,2,3", "6 00", "1 0000", "6000,", ",50", "1e3", "٣", "6 000 €",
    ]  # fmt: skip

    def grosze(text: str) -> int | None:
        try:
            return parse(text)
        except Refused:
            return None

    script = """async typed => { const main = document.querySelector("script[type=module]").src;
        const { grosze } = await import(new URL("money.js", main));
        return typed.map(text => { const read = grosze(text); return read === null ? null : Number(read) }) }"""
    read: list[int | None] = visit("/").evaluate(script, typed)

    assert dict(zip(typed, read, strict=True)) == {text: grosze(text) for text in typed}


def test_what_is_typed_while_the_server_answers_does_not_read_as_saved(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/c"), ala)
    held: list[Route] = []
    page.route("**/c", lambda route: route.continue_() if held else held.append(route))

    page.locator("#c1_need").fill("Pierwsze zdanie.")
    while not held:
        page.wait_for_timeout(50)
    page.locator("#c1_need").fill("Pierwsze zdanie. Drugie zdanie.")
    with page.expect_response("**/c"):
        held[0].continue_()
    page.wait_for_timeout(300)  # less than the pause before the next save
    expect(page.locator(SAVED)).to_have_attribute("data-state", "waiting", timeout=1)
    assert stored(application)["c1_need"] == "Pierwsze zdanie."

    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    assert stored(application)["c1_need"] == "Pierwsze zdanie. Drugie zdanie."


def test_a_link_pressed_while_the_server_answers_or_before_the_script_is_there_waits_for_the_save(
    visit: Visit, instance: Served
) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/c"), ala)
    left: list[str] = []

    def leave(dialog: Dialog) -> None:
        left.append(dialog.message)
        dialog.accept()

    page.on("dialog", leave)
    held: list[Route] = []
    page.route("**/c", lambda route: route.continue_() if held else held.append(route))
    page.locator("#c1_need").fill("Na drodze")
    while not held:
        page.wait_for_timeout(50)
    page.locator("#c1_need").fill("Na drodze i dalej")
    page.get_by_role("link", name="Sprawdź i złóż").click()
    held[0].continue_()
    page.wait_for_url("**/braki")
    assert stored(application)["c1_need"] == "Na drodze i dalej"

    late: list[Route] = []
    page.route("**/js/autosave.js*", lambda route: late.append(route))
    page.goto(address_of(application, "/c"))
    page.locator("#c1_need").fill("Szybciej od skryptu")
    page.get_by_role("link", name="Sprawdź i złóż").click()
    late[0].continue_()
    page.wait_for_url("**/braki")
    assert stored(application)["c1_need"] == "Szybciej od skryptu"
    assert left == [], "nobody is asked whether to leave what is being saved"


def test_rows_are_added_and_removed_and_said_to_those_who_cannot_see(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/d"), ala)

    page.locator('button[value="add:d1_activities"]').click()
    expect(page.locator("#announcer")).to_have_text("Dodano wiersz 3.")
    expect(page.locator("#d1_activities-2-what")).to_be_focused()
    page.keyboard.type("Trzecie działanie")
    page.get_by_role("group", name="D1").get_by_role("button", name="Usuń wiersz 1").click()
    expect(page.locator("#announcer")).to_have_text("Usunięto wiersz 1.")
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")

    kept = [row["what"] for row in stored(application)["d1_activities"]]
    assert kept == ["Podsumowanie i poradnik", "Trzecie działanie"]


def test_nothing_typed_is_lost_when_the_sign_in_or_the_token_has_expired(visit: Visit, instance: Served) -> None:
    ala = world.with_password(world.a_person(email="ala@example.org"))
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/c"), ala)
    page.evaluate("document.querySelectorAll('[name=csrf_token]').forEach(field => { field.value = 'stary' })")
    page.locator("#c1_need").fill("Napisane przy starym żetonie")
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")  # a fresh token was asked for by itself
    assert stored(application)["c1_need"] == "Napisane przy starym żetonie"

    page.evaluate("document.querySelectorAll('[name=csrf_token]').forEach(field => { field.value = 'stary' })")
    page.locator("#c1_need").fill("Wysłane przyciskiem przy starym żetonie")
    main_button(page, "Zapisz i dalej").click()
    expect(page.locator("h1")).to_have_text("Nic nie zginęło")
    main_button(page, "Wyślij jeszcze raz").click()
    expect(page.locator("h1")).to_have_text("D. Plan")
    assert stored(application)["c1_need"] == "Wysłane przyciskiem przy starym żetonie"

    page.goto(address_of(application, "/c"))
    cookies = page.context.cookies()
    page.context.clear_cookies(name="strefa")
    page.locator("#c1_need").fill("Napisane po końcu logowania")
    expect(page.locator(SAVED)).to_contain_text("Sesja wygasła. Tekst jest bezpieczny w tej przeglądarce.")
    page.get_by_role("dialog").get_by_role("button", name="Zamknij i wróć do tekstu").click()
    page.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "strefa"])  # pyright: ignore[reportArgumentType, reportTypedDictNotRequiredAccess]
    page.evaluate("dispatchEvent(new Event('focus'))")  # she has signed in in another tab and comes back
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    assert stored(application)["c1_need"] == "Napisane po końcu logowania"

    page.context.clear_cookies(name="strefa")
    page.locator("#c1_need").fill("Wysłane po końcu logowania")
    main_button(page, "Zapisz i dalej").click()
    expect(page.locator("main")).to_contain_text("Sesja wygasła, ale nic nie zginęło.")
    page.get_by_label("E-mail").fill("ala@example.org")
    page.get_by_label("Hasło").fill(world.PASSWORD)
    main_button(page, "Zaloguj się").click()
    give_code(page, "ala@example.org")
    expect(page.locator("main")).to_contain_text("Wysłane po końcu logowania")
    main_button(page, "Wyślij jeszcze raz").click()
    expect(page.locator("h1")).to_have_text("D. Plan")
    assert stored(application)["c1_need"] == "Wysłane po końcu logowania"


def test_offline_text_waits_in_the_browser_and_is_offered_back(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/c"), ala)
    # Cut at the page: what it sends while it goes away slips past a block between browser and server.
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('offline')); }")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#c1_need").fill("Napisane w pociągu")
    expect(page.locator(SAVED)).to_contain_text("Brak połączenia. Tekst jest bezpieczny w tej przeglądarce")
    page.reload()
    dated = page.evaluate(
        """async () => {
          const { moment } = await import(document.querySelector("script[src*='main.js']").src.replace("main.js", "words.js"));
          const polish = moment(Date.UTC(2027, 1, 11, 14, 0));
          document.documentElement.lang = "en";
          const english = moment(Date.UTC(2027, 1, 11, 14, 0));
          document.documentElement.lang = "pl";
          return [polish, english];
        }"""
    )
    assert dated == ["11.02.2027, 15:00", "11 February 2027, 15:00"], "as the server writes instants"
    page.get_by_role("button", name="Przywróć ten tekst").click()
    expect(page.locator("#c1_need")).to_have_value("Napisane w pociągu")
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    assert stored(application)["c1_need"] == "Napisane w pociągu"


def test_a_deadline_that_passes_while_typing_keeps_the_text_and_says_what_to_do(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/c"), ala)
    instance.clock.set(world.a_round().closes_at)
    page.locator("#c1_need").fill("Pisane, gdy mijała 15:00")
    expect(page.locator(SAVED)).to_have_text("Zapisano 15:00:00")
    expect(page.locator(".deadline")).to_contain_text("Nabór jest zamknięty.")
    expect(page.locator("[data-missing]")).to_contain_text("Nabór się skończył: wniosku nie można już złożyć.")
    page.goto(address_of(application, "/braki"))
    expect(page.locator("main")).to_contain_text("15:00")
    main_button(page, "Złóż wniosek").click()
    expect(page.locator("h1")).to_have_text("Nabór jest zamknięty")
    expect(page.locator("main")).to_contain_text("Wszystko, co wpisano, jest bezpieczne.")
    assert stored(application)["c1_need"] == "Pisane, gdy mijała 15:00"
    assert status(application) is Status.DRAFT


def test_a_busy_server_is_asked_again_after_the_pause_that_it_names(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application, "/c"), ala)
    asked: list[float] = []

    def busy(route: Route) -> None:
        asked.append(monotonic())
        if len(asked) > 1:
            return route.continue_()
        return route.fulfill(status=503, content_type="application/json", body='{"error": 503, "retry_after": 1}')

    page.route("**/wnioski/*/c", lambda route: busy(route) if route.request.method == "POST" else route.continue_())
    page.locator("#c1_need").fill("W kolejce")
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved", timeout=15_000)
    assert stored(application)["c1_need"] == "W kolejce"
    assert 0.9 <= asked[1] - asked[0] < 2.5, "the usual pause is three seconds"
