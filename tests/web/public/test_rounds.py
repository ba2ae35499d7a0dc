"""The public page of a round: what people must know, at each moment of its life."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy.orm import Session

from strefa.contest.rounds import actions, template_file
from strefa.contest.rounds.models import Round
from strefa.infra.clock import Clock
from strefa.infra.database import saving
from tests import world
from tests.pages import Pages

PAGE = "/edycje/strefa-eksperymentu-2027"
SHIPPED = template_file.shipped("strefa-eksperymentu")


def loaded(text: str) -> Round:
    template = template_file.load(text)
    with saving():
        return actions.load(template, template_file.dump(template), actor=None, now=world.NOON)


def said(page: Any) -> str:
    return " ".join(str(html.fromstring(page.get_data()).xpath("string(//main)")).split())


def test_the_page_tells_timetable_criteria_budget_rules_and_the_servers_time(store: Session, pages: Pages) -> None:
    world.a_round()
    page = said(pages.get(PAGE))
    for told in (
        "60 000", "2 000", "8 000", "Eksperymentalność i nowość", "25", "Zasady kosztorysu", "Ocena formalna",
        "11 lutego 2027, 15:00", "12:00:00", "Ta edycja nie ma jeszcze opublikowanych dokumentów",
        "Kto może złożyć wniosek: Biblioteka, Organizacja pozarządowa z biblioteką.",
    ):  # fmt: skip
        assert told in page, told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("pl", "Dotacja: od 2 000 zł do 9 500,50 zł."),
        ("en", "Grant: from PLN 2,000 to PLN 9,500.50."),
    ],
)
def test_the_rule_of_the_grant_names_the_rounds_own_amounts(
    store: Session, pages: Pages, language: str, told: str
) -> None:
    round_ = loaded(SHIPPED.replace("most_grant: 8000.00", "most_grant: 9500.50"))
    ala = world.a_person(language=language)
    application = world.an_application(by=ala, round_=round_)
    hers = pages.sign_in(ala)
    visitor = pages.in_english() if language == "en" else pages
    assert told in said(visitor.get(PAGE))
    assert told in said(hers.get(f"/moje/wnioski/{application.public_id}/g"))


def test_the_call_opens_and_closes_by_itself_at_its_moment(store: Session, pages: Pages, clock: Clock) -> None:
    round_ = world.a_round()
    moment = timedelta(milliseconds=1)
    states = []
    for at in (round_.opens_at - moment, round_.opens_at, round_.closes_at - moment, round_.closes_at):
        clock.set(at)
        page = pages.get(PAGE)
        states.append("nabór trwa" in page.get_data(as_text=True) if page.status_code == 200 else None)
    assert states == [None, True, True, False], "before it is announced there is no such round"


def test_the_countdown_follows_the_servers_clock(store: Session, pages: Pages, clock: Clock) -> None:
    closes = world.a_round().closes_at
    for before, left in ((timedelta(days=2, hours=3), "2 dni 3 h"), (timedelta(minutes=7, seconds=59), "7 min")):
        clock.set(closes - before)
        page = pages.get(PAGE)
        assert left in said(page)
        assert closes.isoformat() in page.get_data(as_text=True), "the script counts on to the same moment"


@pytest.mark.parametrize(("minutes", "told"), [(0, None), (1, "1 minutę"), (2, "2 minuty"), (15, "15 minut")])
def test_a_grace_is_stated_publicly_and_holds(
    store: Session, pages: Pages, clock: Clock, minutes: int, told: str | None
) -> None:
    text = SHIPPED.replace("timetable:\n", f"timetable:\n  grace_minutes: {minutes}\n")
    round_ = loaded(text)
    ala = world.a_person()
    world.an_application(by=ala, round_=round_)
    hers = pages.sign_in(ala)
    page = said(pages.get(PAGE))
    assert ("Po zamknięciu przyjmujemy jeszcze" in page) == bool(told)
    assert (told or "") in page
    clock.set(round_.closes_at + timedelta(minutes=minutes) - timedelta(milliseconds=1))
    assert "nabór trwa" in pages.get(PAGE).get_data(as_text=True)
    assert "nabór zakończony" not in hers.get("/moje").get_data(as_text=True)
    clock.set(round_.closes_at + timedelta(minutes=minutes))
    assert "nabór trwa" not in pages.get(PAGE).get_data(as_text=True)
    assert "nabór zakończony" in hers.get("/moje").get_data(as_text=True)


def test_rounds_past_and_present_are_listed_and_one_to_come_is_not(
    store: Session, pages: Pages, clock: Clock, queries_at_most: Any
) -> None:
    for year in (2026, 2027, 2028):
        loaded(SHIPPED.replace("2027", str(year)))
    with queries_at_most(6):
        page = said(pages.get("/edycje"))
    assert "11 stycznia 2027 – 11 lutego 2027, 15:00" in page.replace("\xa0", " ")
    assert ("2026" in page, "Strefa Eksperymentu 2027" in page, "Eksperymentu 2028" in page) == (True, True, False)
    assert pages.get("/edycje/strefa-eksperymentu-2028").status_code == 404


def test_results_published_ahead_of_their_day_are_what_a_round_stands_at(
    pages: Pages, store: Session, clock: Clock
) -> None:
    round_ = world.a_round()
    clock.set(datetime(2027, 4, 6, 10, tzinfo=UTC))
    badge = '<span class="badge">{}</span>'
    assert badge.format("posiedzenie jury") in pages.get(f"/edycje/{round_.slug}").get_data(as_text=True)
    round_.results_published_at = clock.now()
    store.commit()
    for address in ("/", f"/edycje/{round_.slug}"):
        assert badge.format("wyniki ogłoszone") in pages.get(address).get_data(as_text=True)
    clock.set(datetime(2027, 4, 13, 10, tzinfo=UTC))
    assert badge.format("odwołania") in pages.get(f"/edycje/{round_.slug}").get_data(as_text=True)


def test_a_public_page_speaks_the_language_of_whoever_is_signed_in(pages: Pages, store: Session) -> None:
    round_ = world.a_round()
    hers = pages.sign_in(world.a_person(language="en"))
    for address in ("/", "/edycje", f"/edycje/{round_.slug}"):
        assert '<html lang="en"' in hers.get(address).get_data(as_text=True)


def test_a_round_says_by_what_rules_marks_become_money_before_anybody_is_marked(store: Session, pages: Pages) -> None:
    world.a_round()
    page = said(pages.get(PAGE))
    for sentence in (
        "Praca trwa od 1 maja 2027 do 31 października 2027",
        "Wniosek oceniają 2 osoby z jury.",
        "Gdy wyniki z dwóch kart różnią się o więcej niż 20 pkt, ocenia jeszcze jedna osoba. "
        "Ocenia też wtedy, gdy jeden wynik sięga progu, a drugi nie.",
        "Próg: 60 pkt z kart. Punkty dodatkowe do progu się nie liczą. Średnia ocena w kryterium „Eksperymentalność i nowość” co najmniej 2½.",
        "Równe wyniki rozstrzygają kolejno: Eksperymentalność i nowość, Plan i sposób sprawdzenia, "
        "Powtarzalność i dzielenie się, głosowanie jury.",
        "do pierwszego wniosku, na który nie starcza puli. Dotacja w części to co najmniej 70 % wnioskowanej kwoty",
        "Lista jest ważna do 31 lipca 2027 włącznie.",
    ):
        assert sentence in page, sentence


def test_a_call_that_closes_at_midnight_is_open_to_the_end_of_the_day_before(store: Session, pages: Pages) -> None:
    loaded(SHIPPED.replace("ends: 2027-02-11 15:00", "ends: 2027-02-11 24:00"))
    for address in (PAGE, "/"):
        page = said(pages.get(address))
        assert "czwartek, 11 lutego 2027, 23:59" in page
        assert "12 lutego" not in page


def test_rules_of_another_round_are_said_as_they_are(store: Session, pages: Pages) -> None:
    text, _bonus, _ = SHIPPED.partition("  bonus:\n")
    text = text.replace("    margin: 20\n", "    margin: 22\n    margin_included: true\n").replace(
        "across_threshold: true", "across_threshold: false"
    )
    loaded(text)
    page = said(pages.get(PAGE))
    assert (
        "Gdy wyniki z dwóch kart różnią się o 22 pkt lub więcej, ocenia jeszcze jedna osoba. Wynik to punkty z kart (średnia). "
        in page
    )
    assert "sięga progu" not in page
    assert "dodatkowe" not in page
