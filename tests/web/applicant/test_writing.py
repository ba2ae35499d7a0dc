"""Writing an application: saved while one types, nothing typed is lost, two people never bury each other's text."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application, SectionAnswers, SectionHistory
from strefa.contest.people.models import Membership
from strefa.infra.clock import Clock
from strefa.infra.database import db
from strefa.rules.lifecycle import Status
from strefa.rules.policy import OrganisationRole
from tests import world
from tests.answers import COMPLETE, of_section
from tests.pages import Pages

SILENT = {"X-Strefa-Autosave": "1"}
Counter = Callable[[int], AbstractContextManager[list[str]]]


def address_of(application: Application, rest: str = "") -> str:
    return f"/moje/wnioski/{application.public_id}{rest}"


def stored(store: Session, application: Application, key: str) -> SectionAnswers:
    store.expire_all()
    found = select(SectionAnswers).where(SectionAnswers.application_id == application.id, SectionAnswers.section == key)
    return store.scalars(found).one()


def test_a_save_of_another_day_is_told_with_its_day(store: Session, pages: Pages, clock: Clock) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers = pages.sign_in(ala)

    def told() -> str:
        page = html.fromstring(hers.get(address_of(application, "/c")).get_data(as_text=True))
        return page.xpath("//*[@data-saved]")[0].text_content().strip()

    assert told() == "Zapisano 12:00:00"
    clock.set(world.NOON + timedelta(days=1))
    assert re.fullmatch(r"Zapisano \d+\.\d\d\.\d{4}, 12:00", told())


def test_an_autosave_tells_what_the_page_needs(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala, answers={})
    hers = pages.sign_in(ala)

    sent = of_section("g", g3_from="2.000") | {"revision": "1"}
    told = hers.post(address_of(application, "/g"), sent, headers=SILENT)

    assert told.status_code == 200
    assert told.json is not None
    assert (told.json["saved_at"], told.json["revision"]) == ("12:00:00", 2)
    assert told.json["echo"]["g3_from"] == "2\u00a0000,00\u00a0zł (dwa tysiące złotych 00/100)"
    assert told.json["echo"]["g1_budget-0-grant"] == "1\u00a0920,00\u00a0zł"
    assert told.json["steps"] == [{"key": "g", "word": "3 problemy", "kind": "bad"}]
    assert {v["key"]: v["passes"] for v in told.json["budget"]}["own_share"] is True
    assert {p["at"] for p in told.json["problems"]} == {f"g1_budget.{place}.activity" for place in range(3)}
    assert stored(store, application, "g").answers["g3_from"] == "2.000"


def test_saving_never_fails_on_content(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)

    long = "Zażółć gęślą\r\njaźń 📚" * 60
    saved = pages.sign_in(ala).post(address_of(application, "/b"), {"revision": "1", "b1_title": long}, headers=SILENT)

    assert saved.status_code == 200
    assert saved.json is not None
    assert saved.json["problems"][0]["at"] == "b1_title"
    kept = stored(store, application, "b").answers
    assert kept["b1_title"] == long.replace("\r\n", "\n")
    assert kept["b2_sentence"] == COMPLETE["b2_sentence"], "what the form did not carry stays"


@pytest.mark.parametrize("odd", ["²", "-1", "x", "9" * 5000])
def test_a_revision_or_a_row_that_no_page_of_ours_sent_changes_nothing(store: Session, pages: Pages, odd: str) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers = pages.sign_in(ala)
    before = dict(stored(store, application, "d").answers)

    stale = hers.post(address_of(application, "/d"), of_section("d") | {"revision": odd, "d4_accessibility": "Nowe"})
    assert stale.status_code == 409
    hers.post(address_of(application, "/d"), of_section("d") | {"revision": "1", "rows": f"remove:d1_activities:{odd}"})
    assert stored(store, application, "d").answers == before


def test_the_same_text_again_changes_nothing(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers = pages.sign_in(ala)

    for _ in range(3):
        answer = hers.post(address_of(application, "/c"), {"revision": "0", **of_section("c")}, headers=SILENT)
        assert answer.status_code == 200

    assert stored(store, application, "c").revision == 1
    assert store.scalars(select(SectionHistory)).all() == []


def test_a_stale_autosave_gets_both_texts(store: Session, pages: Pages) -> None:
    ala = world.a_person(name="Ala Kot")
    application = world.an_application(by=ala)
    hers, address = pages.sign_in(ala), address_of(application, "/b")

    first = hers.post(address, {"revision": "1", "b1_title": "Pierwszy"}, headers=SILENT)
    second = hers.post(address, {"revision": "1", "b1_title": "Drugi"}, headers=SILENT)

    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json is not None
    assert (second.json["theirs"]["b1_title"], second.json["saved_by"]) == (["Pierwszy"], ""), "nobody else wrote it"
    assert second.json["theirs"]["b5_dates-from"] == ["2027-05-04"]
    assert stored(store, application, "b").answers["b1_title"] == "Pierwszy"


def words_of_sections(page: str) -> dict[str, str]:
    """Read from the side of a page how far each section is."""
    words = re.findall(r'id="step-(\w+)"[^>]*>([^<]*)<', page)
    assert len(words) == 9
    return dict(words)


@pytest.mark.parametrize(
    ("choice", "said"),
    [("both", "Moja potrzeba\n\nInna potrzeba"), ("mine", "Moja potrzeba"), ("theirs", "Inna potrzeba")],
)
def test_two_tabs_without_a_script_choose_field_by_field(store: Session, pages: Pages, choice: str, said: str) -> None:
    ala = world.a_person()
    ticked = {
        key: version for key, version in COMPLETE["i1_declarations"].items() if key != min(COMPLETE["i1_declarations"])
    }
    application = world.an_application(by=ala, answers=COMPLETE | {"i1_declarations": ticked})
    hers, address = pages.sign_in(ala), address_of(application, "/c")
    mine = of_section("c", c1_need="Moja potrzeba", c2_hypothesis="Moja hipoteza")
    hers.post(address, {"revision": "1", **of_section("c", c1_need="Inna potrzeba", c4_failure="Inna porażka")})

    clash = hers.post(address, {"revision": "1", **mine})

    page = clash.get_data(as_text=True)
    assert clash.status_code == 409
    marked = [" ".join(str(side.text_content()).split()) for side in html.fromstring(page).xpath("//pre")]
    assert marked == ["Moja potrzeba", "Inna potrzeba"]
    assert "Moja hipoteza" in page
    assert "zapisano w innej karcie" in page
    assert "Nic nie zginęło. Wybierz" in page
    assert words_of_sections(page) == words_of_sections(hers.get(address_of(application, "/d")).text)
    assert words_of_sections(page)["i"] == "w trakcie"
    assert re.findall(r'name="(take-[^"]+)" value="mine"', page) == ["take-c1_need"], "only what both changed is asked"
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    assert hidden["c4_failure"] == "Inna porażka", "what the other alone changed is taken"
    hers.post(address, {**hidden, "take-c1_need": choice})
    kept = stored(store, application, "c").answers
    assert kept["c1_need"] == said
    assert (kept["c2_hypothesis"], kept["c4_failure"]) == ("Moja hipoteza", "Inna porażka")


def test_rows_are_added_and_removed_without_a_script(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers, address = pages.sign_in(ala), address_of(application, "/d")

    more = hers.post(address, {"revision": "1", **of_section("d"), "rows": "add:d1_activities"})
    less = hers.post(address, {"revision": "1", **of_section("d"), "rows": "remove:d1_activities:0"})

    assert more.status_code == 200
    assert 'name="d1_activities-2-what"' in more.get_data(as_text=True)
    assert 'name="d1_activities-1-what"' not in less.get_data(as_text=True)
    assert [row["what"] for row in stored(store, application, "d").answers["d1_activities"]] == [
        "Podsumowanie i poradnik"
    ]


def test_a_plain_save_leads_on_to_the_next_section_and_then_to_what_is_missing(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers = pages.sign_in(ala)

    onward = [
        hers.post(address_of(application, f"/{key}"), {"revision": "1", **of_section(key)}).headers["Location"]
        for key in "agi"
    ]

    assert onward == [address_of(application, rest) for rest in ("/b", "/h", "/braki")]


def test_a_session_that_ended_keeps_every_row_that_was_typed(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    address, typed = address_of(application, "/d"), {"revision": "1", **of_section("d")}

    silent = pages.post(address, typed, headers=SILENT)
    spoken = pages.post(address, typed)
    expired = pages.sign_in(ala).post(address, typed | {"csrf_token": "stary"})

    assert (silent.status_code, spoken.status_code, expired.status_code) == (401, 401, 400)
    assert silent.json is not None
    assert "sign_in" in silent.json
    assert 'name="kept"' in spoken.get_data(as_text=True)
    resent = expired.get_data(as_text=True)
    assert [name for name, value in typed.items() if value and f'name="{name}" value="' not in resent] == []


def test_an_expired_token_gives_an_autosave_a_fresh_one(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers = pages.sign_in(ala)

    refused = hers.post(address_of(application, "/b"), {"b1_title": "Nowy", "csrf_token": "stary"}, headers=SILENT)

    assert refused.status_code == 400
    assert refused.json is not None
    typed = {"b1_title": "Nowy", "revision": "1", "csrf_token": refused.json["csrf_token"]}
    assert hers.post(address_of(application, "/b"), typed, headers=SILENT).status_code == 200


def test_an_accountant_writes_the_budget_and_reads_the_rest(store: Session, pages: Pages) -> None:
    ala, accountant = world.a_person(), world.a_person()
    application = world.an_application(by=ala)
    db.session.add(
        Membership(
            organisation_id=application.organisation_id, person_id=accountant.id, role=OrganisationRole.ACCOUNTANT,
            created_at=world.NOON,
        )
    )  # fmt: skip
    db.session.commit()
    db.session.refresh(accountant, ["memberships"])
    hers = pages.sign_in(accountant)

    budget = hers.post(
        address_of(application, "/g"), {"revision": "1", "g2_justification": "Ceny z ofert"}, headers=SILENT
    )
    story = hers.post(address_of(application, "/c"), {"revision": "1", "c1_need": "Nie moje"}, headers=SILENT)

    assert (budget.status_code, story.status_code) == (200, 422)
    assert story.json is not None
    assert "kosztorys" in story.json["text"]
    assert "<textarea" not in hers.get(address_of(application, "/c")).get_data(as_text=True)
    assert "<textarea" in hers.get(address_of(application, "/g")).get_data(as_text=True)
    assert stored(store, application, "c").answers["c1_need"] == COMPLETE["c1_need"]
    for page in (hers.get(address_of(application)).text, hers.get(address_of(application, "/g")).text):
        assert ("Sprawdź i złóż" in page, "Czego jeszcze brakuje" in page) == (False, True), "she does not send"
    assert "Sprawdź i złóż" in pages.sign_in(ala).get(address_of(application)).text


def test_the_rounds_time_of_work_stands_above_the_dates(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    page = pages.sign_in(ala).get(address_of(world.an_application(by=ala), "/b")).text.replace("\xa0", " ")
    assert "W tej edycji: od 1 maja 2027 do 31 października 2027." in page


def test_whoever_signs_makes_the_declarations_and_opens_what_she_sent(store: Session, pages: Pages) -> None:
    ala, director = world.a_person(), world.a_person()
    application = world.an_application(by=ala, answers=COMPLETE | {"i1_declarations": {}})
    place = {"organisation_id": application.organisation_id, "person_id": director.id, "created_at": world.NOON}
    db.session.add(Membership(role=OrganisationRole.SIGNATORY, **place))
    db.session.commit()
    db.session.refresh(director, ["memberships"])
    hers = pages.sign_in(director)
    desk = hers.get(address_of(application)).text
    assert "Pisz dalej: Oświadczenia" in desk, "her way on leads to what she may write"
    assert f'href="{address_of(application, "/i")}?braki=1' in hers.get(address_of(application, "/braki")).text

    ticks = {f"i1_declarations-{key}": "y" for key in COMPLETE["i1_declarations"]}
    assert 'type="checkbox"' in hers.get(address_of(application, "/i")).text
    assert hers.post(address_of(application, "/i"), {"revision": "1", **ticks}).status_code == 302
    assert hers.send_application(application.public_id).status_code == 302
    assert "Popraw i złóż ponownie" in hers.get(address_of(application)).text
    assert hers.post(address_of(application, "/popraw")).status_code == 302
    store.refresh(application)
    assert application.status is Status.REOPENED


@pytest.mark.parametrize("role", [OrganisationRole.READER, OrganisationRole.SIGNATORY])
def test_whoever_only_reads_or_signs_is_given_no_budget_to_lose_her_text_in(
    store: Session, pages: Pages, role: OrganisationRole
) -> None:
    ala, other = world.a_person(), world.a_person()
    application = world.an_application(by=ala)
    place = {"organisation_id": application.organisation_id, "person_id": other.id, "created_at": world.NOON}
    db.session.add(Membership(role=role, **place))
    db.session.commit()
    db.session.refresh(other, ["memberships"])
    page = pages.sign_in(other).get(address_of(application, "/g")).get_data(as_text=True)
    assert "<textarea" not in page
    assert "Tę sekcję możesz czytać, ale nie zmieniać" in page


def test_a_sent_application_is_read_and_says_why_it_cannot_change(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(Status.SUBMITTED, by=ala)
    hers = pages.sign_in(ala)

    refused = hers.post(address_of(application, "/c"), {"revision": "1", "c1_need": "Za późno"}, headers=SILENT)
    plain = hers.post(address_of(application, "/c"), {"revision": "1", "c1_need": "Za późno, a długo pisane"})

    assert (refused.status_code, plain.status_code) == (422, 422)
    assert "Za późno, a długo pisane" in plain.get_data(as_text=True), "what was typed stays on the page"
    assert "<textarea" not in hers.get(address_of(application, "/c")).get_data(as_text=True)


@pytest.mark.parametrize("key", "abcdefghi")
def test_every_section_opens_and_holds_what_was_typed(store: Session, pages: Pages, key: str) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)

    page = pages.sign_in(ala).get(address_of(application, f"/{key}"))

    assert page.status_code == 200
    text = page.get_data(as_text=True)
    missing = [
        name for name, value in of_section(key).items() if isinstance(value, str) and f'name="{name}"' not in text
    ]
    assert missing == []


@pytest.mark.parametrize("key", "abcdefghi")
def test_an_untouched_section_shouts_nothing_but_tells_on_demand(store: Session, pages: Pages, key: str) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala, answers={})
    hers = pages.sign_in(ala)

    calm = hers.get(address_of(application, f"/{key}")).get_data(as_text=True)
    asked = hers.get(address_of(application, f"/{key}?braki=1")).get_data(as_text=True)

    assert "Brakuje" not in calm.split('class="notice spark"')[0]
    assert ("Brakuje" in asked.split('class="notice spark"')[0]) is (key != "h")


def test_writing_costs_the_same_statements_with_one_row_and_with_many(
    store: Session, pages: Pages, queries_at_most: Counter
) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers, address = pages.sign_in(ala), address_of(application, "/g")
    row: dict[str, Any] = COMPLETE["g1_budget"][0]
    hers.get(address)

    counts = []
    for revision, rows in enumerate(([row], [row] * 50), start=1):
        token = hers.csrf_token()
        typed = of_section("g", g1_budget=rows) | {"revision": str(revision), "csrf_token": token}
        with queries_at_most(6) as saving, hers.app.app_context():
            assert hers.client.post(address, data=typed, headers=SILENT).status_code == 200
        with queries_at_most(13) as showing:
            assert hers.get(address).status_code == 200
        counts.append((len(saving), len(showing)))

    assert counts[0] == counts[1]


def test_a_foreign_application_is_not_found(store: Session, pages: Pages) -> None:
    application = world.an_application()
    stranger = pages.sign_in(world.a_person())

    for rest in ("", "/b", "/podglad", "/braki", "/potwierdzenie", "/wycofaj", "/nie-ma"):
        assert stranger.get(address_of(application, rest)).status_code == 404
    for rest in ("/b", "/zloz", "/popraw", "/wycofaj", "/pliki/h1_attachments"):
        assert stranger.post(address_of(application, rest)).status_code == 404


@pytest.mark.parametrize(("language", "said"), [("pl", "W ankiecie przy ladzie"), ("en", "In a survey at the desk")])
def test_an_example_of_a_good_answer_is_there_for_whoever_opens_it(
    store: Session, pages: Pages, language: str, said: str
) -> None:
    ala = world.a_person(language=language)
    page = html.fromstring(pages.sign_in(ala).get(address_of(world.an_application(by=ala), "/c")).text)
    examples = page.xpath("//details[contains(@class, 'example')]")
    assert [example.get("open") for example in examples] == [None, None, None]
    assert " ".join(str(examples[0].xpath("string(p)")).replace("\xa0", " ").split()).startswith(said)
    assert "C1" in str(examples[0].xpath("string(summary)"))
    assert "C3" not in "".join(str(example.xpath("string(summary)")) for example in examples)


def test_who_declares_finds_beside_it_what_she_declares_to_know(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala, answers={})
    hers = pages.sign_in(ala)
    leads = html.fromstring(hers.get(address_of(application, "/i")).text).xpath("//main//a/@href")
    public = f"/edycje/{world.a_round().slug}"
    assert {f"{public}#documents", f"{public}/dane-osobowe"} <= set(leads)
    assert html.fromstring(hers.get(public).text).xpath("//*[@id='documents']")
    assert f"{public}#documents" not in html.fromstring(hers.get(address_of(application, "/b")).text).xpath("//a/@href")
