"""Whether one may apply, told in the first minute; and what happens to an application that is sent."""

import re
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application
from strefa.infra.clock import Clock
from strefa.rules.lifecycle import Status
from strefa.rules.timetable import Phase
from strefa.web.session import AUTOSAVE
from tests import world
from tests.answers import of_section
from tests.pages import Pages

START = "/moje/nowy/strefa-eksperymentu-2027"


@pytest.fixture
def limited(store: Session) -> None:
    """A round for two voivodeships and communes of at most 20 000 people."""
    round_ = world.a_round()
    frame = round_.template["frame"] | {"voivodeships": ["lubelskie", "podlaskie"], "largest_population": 20_000}
    world.a_round(template=round_.template | {"frame": frame}, template_sha256="e" * 64)


def text(page: Any, place: str = "//main") -> str:
    (found,) = html.fromstring(page.get_data()).xpath(place)
    return " ".join(" ".join(found.itertext()).replace("\xa0", " ").split())


def test_before_she_begins_each_of_her_organisations_is_judged_by_what_is_known(
    limited: None, store: Session, pages: Pages
) -> None:
    ala = world.a_person()
    world.an_organisation(ala, name="Biblioteka A", population=9000)
    world.an_organisation(ala, name="Biblioteka B", voivodeship="lubuskie", population=20001)
    shown = pages.sign_in(ala).get(START)
    good, bad, unknown = (
        " ".join(part.text_content().replace("\xa0", " ").split())
        for part in html.fromstring(shown.get_data()).xpath("//ul[@class='standing']")
    )
    assert "spełnia Miejsce: województwo (lubelskie) jest w obszarze edycji." in good
    assert "spełnia Liczba mieszkańców gminy: 9 000, a może być najwyżej 20 000." in good
    assert "nie spełnia" not in good
    assert "nie spełnia Województwo (lubuskie) jest poza obszarem tej edycji" in bad
    assert "nie spełnia Gmina ma 20 001 mieszkańców, a może mieć najwyżej 20 000." in bad
    assert unknown.count("jeszcze nie wiadomo") == 3
    begun = pages.sign_in(ala).post(START, {"organisation": html.fromstring(shown.get_data()).xpath("//button[@name='organisation']/@value")[1]})  # fmt: skip
    assert "/moje/wnioski/" in begun.headers["Location"], "it tells, and stops nobody from writing"


def test_on_the_first_section_it_is_told_anew_with_each_save_in_the_words_of_the_refusal(
    limited: None, store: Session, pages: Pages
) -> None:
    ala = world.a_person()
    draft = world.an_application(by=ala)
    hers, address = pages.sign_in(ala), f"/moje/wnioski/{draft.public_id}"
    assert "Czy możecie złożyć wniosek?" in text(hers.get(f"{address}/a"))
    assert "Czy możecie złożyć wniosek?" not in text(hers.get(f"{address}/b"))
    typed = {**of_section("a"), "revision": "1", "a6_voivodeship": "lubuskie"}
    saved = hers.post(f"{address}/a", typed, headers={AUTOSAVE: "1"}).get_json()
    told = {line["aspect"]: (line["kind"], line["text"]) for line in saved["standing"]}
    assert told["territory"][0] == "bad"
    assert "number" not in told, "no save of this one changes it"
    assert told["territory"][1] in text(hers.get(f"{address}/braki"))
    assert hers.post(f"{address}/zloz").status_code == 422
    assert hers.post(f"{address}/b", {"revision": "1", "b1_title": "x"}, headers={AUTOSAVE: "1"}).get_json()["standing"] == []  # fmt: skip


def masked(page: Any, application: Application) -> str:
    shown = page.get_data(as_text=True).partition("<main")[2].partition("</main>")[0]
    content_hash = f"{application.id:064x}"
    for own in (application.public_id, application.number or "", application.title, content_hash, "csrf_token"):
        shown = shown.replace(own, "…")
    return "\n".join(line for line in shown.splitlines() if 'name="…"' not in line)


def test_who_waits_reads_the_same_whatever_was_decided(store: Session, pages: Pages, clock: Clock) -> None:
    ala = world.a_person()
    owner = world.an_organisation(ala)
    three = [
        world.an_application(status, by=ala, organisation=owner)
        for status in (Status.SUBMITTED, Status.ELIGIBLE, Status.INELIGIBLE)
    ]
    hers = pages.sign_in(ala)
    clock.set(world.a_round().closes_at + timedelta(days=30))
    for rest in ("", "/potwierdzenie", "/braki", "/podpis", "/podglad", "/a", "/wycofaj"):
        shown = {masked(hers.get(f"/moje/wnioski/{one.public_id}{rest}"), one) for one in three}
        assert len(shown) == 1, rest
    answers = {
        (answer.status_code, answer.headers.get("Location", "").replace(one.public_id, "…"))
        for one in three
        for answer in [hers.post(f"/moje/wnioski/{one.public_id}/zloz")]
    }
    assert answers == {(302, "/moje/wnioski/…/potwierdzenie")}
    shown = set[str]()
    for one in three:
        hers.post(f"/moje/wnioski/{one.public_id}/popraw")
        shown.add(masked(hers.get(f"/moje/wnioski/{one.public_id}"), one))
    assert len(shown) == 1, "nor does an old page's button tell"


def test_a_sent_application_says_the_stage_the_next_one_and_what_can_still_be_done(
    store: Session, pages: Pages, clock: Clock
) -> None:
    ala = world.a_person()
    sent = world.an_application(Status.SUBMITTED, by=ala)
    hers, address = pages.sign_in(ala), f"/moje/wnioski/{sent.public_id}"
    during = text(hers.get(address))
    assert "Nabór wniosków do 11 lutego 2027, 15:00 Do końca naboru wniosek można poprawić" in during
    assert "Ocena formalna od" in during
    assert "Do 11.02.2027, 15:00 wniosek można poprawić i złożyć ponownie albo wycofać." in during
    from strefa.outputs.timing import timetable

    scoring = next(stage for stage in timetable(world.a_round()).stages if stage.key is Phase.SCORING)
    clock.set(scoring.starts)
    later = text(hers.get(address))
    assert "czytają niezależnie co najmniej dwie osoby z jury. teraz" in later
    assert "Ogłoszenie wyników od" in later
    assert "Wniosku nie można już zmienić. Można go wycofać aż do ogłoszenia wyników." in later
    assert "Popraw i złóż ponownie" not in later


def test_in_english_every_moment_names_its_month(store: Session, pages: Pages) -> None:
    ala = world.a_person(language="en")
    application = world.an_application(Status.SUBMITTED, by=ala)
    hers, address = pages.sign_in(ala), f"/moje/wnioski/{application.public_id}"
    assert "11 February 2027, 15:00" in text(hers.get(address))
    for tail in ("", "/potwierdzenie", "/b/historia", "/podpis", "/podglad"):
        found = re.findall(r"\d{1,2}\.\d{2}\.\d{4}", text(hers.get(address + tail)))
        assert found == [], tail
