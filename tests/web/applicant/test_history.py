"""The history of a section: what it has said is seen change by change, comes back, and nobody's text is buried."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from strefa.contest.applications import history_queries
from strefa.contest.applications.models import Application, SectionAnswers, SectionHistory
from strefa.contest.people.models import Membership, Person
from strefa.infra.clock import Clock
from strefa.infra.database import db
from strefa.infra.journal import Entry
from strefa.rules.lifecycle import Status
from strefa.rules.policy import OrganisationRole
from tests import world
from tests.pages import Pages
from tests.web.applicant.test_writing import SILENT, address_of, stored

Counter = Callable[[int], AbstractContextManager[list[str]]]
FIRST, SECOND = "Noc w czytelni.", "Noc w czytelni i dzień na dworze."


def written(hers: Pages, application: Application, text: str, revision: int, **more: str) -> Any:
    answers = {"revision": str(revision), "c1_need": text, **more}
    return hers.post(address_of(application, "/c"), answers, headers=SILENT)


def two_sittings(hers: Pages, application: Application, clock: Clock) -> None:
    """Write the first text at noon and the second an hour later."""
    for hour, text in enumerate([FIRST, SECOND]):
        clock.set(world.NOON + timedelta(hours=hour))
        written(hers, application, text, hour)


def history(hers: Pages, application: Application, key: str = "c") -> list[Any]:
    page = html.fromstring(hers.get(address_of(application, f"/{key}/historia")).text)
    return page.xpath("//article")


def said(node: Any) -> str:
    return " ".join(str(node.text_content()).replace("\xa0", " ").split())


def a_colleague(application: Application, role: OrganisationRole = OrganisationRole.EDITOR) -> Person:
    person = world.a_person(name="Ola Drugą")
    member = {"organisation_id": application.organisation_id, "person_id": person.id, "role": role}
    db.session.add(Membership(**member, created_at=world.NOON))
    db.session.commit()
    return person


@pytest.fixture
def draft(store: Session) -> Application:
    """A draft in which nobody has written yet."""
    application = world.an_application(by=world.a_person(name="Ala Pierwsza"), answers={})
    store.execute(delete(SectionAnswers).where(SectionAnswers.application_id == application.id))
    store.commit()
    store.expire_all()
    return application


@pytest.fixture
def ala(pages: Pages, store: Session, draft: Application) -> Pages:
    return pages.sign_in(store.get_one(Person, draft.created_by_id))


def test_each_sitting_is_shown_with_the_words_that_changed(ala: Pages, draft: Application, clock: Clock) -> None:
    for minute, text in enumerate(["Noc", "Noc w", FIRST]):
        clock.set(world.NOON + timedelta(minutes=minute))
        written(ala, draft, text, minute)
    clock.set(world.NOON + timedelta(hours=1))
    written(ala, draft, SECOND, 3)

    newest, oldest = history(ala, draft)
    assert "13:00 · Ala Pierwsza tak jest teraz" in said(newest)
    assert [said(piece) for piece in newest.xpath(".//ins")] == ["i dzień na dworze"]
    assert newest.xpath(".//del") == newest.xpath(".//form") == []
    assert "12:02" in said(oldest)
    assert [said(piece) for piece in oldest.xpath(".//ins")] == [FIRST]
    assert "Przywróć ten tekst" in said(oldest)


def test_an_earlier_text_comes_back_and_the_present_one_stays_in_the_history(
    store: Session, ala: Pages, draft: Application, clock: Clock
) -> None:
    two_sittings(ala, draft, clock)
    clock.set(world.NOON + timedelta(hours=2))

    answer = ala.post(address_of(draft, "/c/historia/1"), {"revision": "2"})

    assert answer.location == address_of(draft, "/c")
    assert "Przywrócono tekst z" in ala.get(answer.location).text.replace("\xa0", " ")
    assert stored(store, draft, "c").answers["c1_need"] == FIRST
    _now, before, _first = history(ala, draft)
    assert "i dzień na dworze" in said(before)
    assert store.scalars(select(Entry.verb).order_by(Entry.sequence.desc())).first() == "restore_section"


def test_a_text_is_not_restored_over_one_that_came_meanwhile(
    store: Session, ala: Pages, draft: Application, clock: Clock
) -> None:
    two_sittings(ala, draft, clock)
    answer = ala.post(address_of(draft, "/c/historia/1"), {"revision": "1"})
    assert answer.location == address_of(draft, "/c/historia")
    assert "Ktoś zapisał tu zmiany" in ala.get(answer.location).text.replace("\xa0", " ")
    assert stored(store, draft, "c").answers["c1_need"] == SECOND


def test_the_text_that_lost_stays_in_the_history_and_comes_back_alone(
    store: Session, pages: Pages, ala: Pages, draft: Application, clock: Clock
) -> None:
    ola = pages.sign_in(a_colleague(draft))
    written(ala, draft, FIRST, 0)
    written(ola, draft, "Tekst Oli.", 0)
    clock.set(world.NOON + timedelta(minutes=1))
    assert written(ola, draft, "Tekst Oli, dłuższy.", 0).status_code == 409

    (lost,) = [one for one in history(ala, draft) if "niezapisane" in said(one)]
    assert "12:01 · Ola Drugą" in said(lost)
    assert "Tekst Oli, dłuższy." in said(lost)
    assert store.scalar(select(func.count()).select_from(SectionHistory).where(SectionHistory.lost)) == 1

    (way,) = lost.xpath(".//form/@action")
    written(ala, draft, FIRST, 1, c2_hypothesis="Pomysł Ali.")
    ala.post(way, {"revision": "2"})
    answers = stored(store, draft, "c").answers
    assert (answers["c1_need"], answers["c2_hypothesis"]) == ("Tekst Oli, dłuższy.", "Pomysł Ali.")
    assert not any("niezapisane" in said(one) for one in history(ala, draft)), "now a version says it"


def lost_in(hers: Pages, application: Application) -> list[Any]:
    return [one for one in history(hers, application) if "niezapisane" in said(one)]


def test_a_text_that_lost_brings_back_its_writers_words_and_buries_nobody_elses(
    store: Session, pages: Pages, ala: Pages, draft: Application
) -> None:
    ola = pages.sign_in(a_colleague(draft))
    written(ala, draft, FIRST, 0, c2_hypothesis="Pomy")
    written(ala, draft, FIRST, 1, c2_hypothesis="Pomysł Ali.")
    assert written(ola, draft, "Tekst Oli.", 1, c2_hypothesis="Pomy").status_code == 409
    (lost,) = lost_in(ala, draft)
    assert "Pomy" not in said(lost), "it stood there when she began, and Ali has gone on since"
    ala.post(lost.xpath(".//form/@action")[0], {"revision": "2"})
    answers = stored(store, draft, "c").answers
    assert (answers["c1_need"], answers["c2_hypothesis"]) == ("Tekst Oli.", "Pomysł Ali.")


@pytest.mark.parametrize("last", ["Tekst Oli i reszta.", "Teksty Oli i reszta."])
def test_what_was_joined_and_saved_at_once_did_not_lose_however_its_writer_went_on(
    pages: Pages, ala: Pages, draft: Application, last: str
) -> None:
    ola = pages.sign_in(a_colleague(draft))
    written(ala, draft, "", 0, c2_hypothesis="Pomysł Ali.")
    written(ola, draft, "Tekst Oli", 0)
    assert len(lost_in(ala, draft)) == 1
    for revision, text in enumerate(["Tekst Oli", last], start=1):
        written(ola, draft, text, revision)
    assert lost_in(ala, draft) == []


def test_what_one_person_lost_in_two_windows_is_all_kept(pages: Pages, ala: Pages, draft: Application) -> None:
    ola = pages.sign_in(a_colleague(draft))
    written(ala, draft, FIRST, 0, c2_hypothesis="Pomysł Ali.")
    written(ola, draft, "Z telefonu.", 0)
    ola.post(address_of(draft, "/c"), {"revision": "0", "c2_hypothesis": "Z komputera."}, headers=SILENT)
    (lost,) = lost_in(ala, draft)
    assert "Z telefonu." in said(lost)
    assert "Z komputera." in said(lost)


def test_a_text_that_lost_keeps_its_address_when_another_loses_to_an_earlier_one(
    pages: Pages, ala: Pages, draft: Application
) -> None:
    ola, jan = (pages.sign_in(a_colleague(draft)) for _ in range(2))
    for revision in range(2):
        written(ala, draft, f"Tekst {revision}.", revision)
    written(ola, draft, "Tekst Oli.", 1)
    (way,) = lost_in(ala, draft)[0].xpath(".//form/@action")
    written(jan, draft, "Tekst Jana.", 0)
    ways = {said(one)[-40:]: one.xpath(".//form/@action")[0] for one in lost_in(ala, draft)}
    assert len(set(ways.values())) == 2
    assert "Oli." in next(text for text, its in ways.items() if its == way)


def test_what_stood_here_a_moment_before_it_was_taken_away_or_restored_over_is_in_the_history(
    store: Session, ala: Pages, draft: Application, clock: Clock
) -> None:
    two_sittings(ala, draft, clock)
    long = "Zdanie, którego nikt nie chce stracić. " * 5
    written(ala, draft, long, 2)
    written(ala, draft, "x", 3)
    assert any(long.strip() in said(one) for one in history(ala, draft)), "taken away by mistake a moment ago"
    ala.post(address_of(draft, "/c/historia/1"), {"revision": "4"})
    revision = stored(store, draft, "c").revision
    written(ala, draft, FIRST + " Dalej.", revision)
    keys = [one.xpath(".//form/@action")[0].rsplit("/", 1)[1] for one in history(ala, draft) if one.xpath(".//form")]
    assert keys == ["4", "3", "1"], "one sitting, and what stood before each cut and each return"


def test_a_restored_section_says_no_more_than_it_said(
    store: Session, ala: Pages, draft: Application, clock: Clock
) -> None:
    written(ala, draft, FIRST, 0)
    clock.set(world.NOON + timedelta(hours=1))
    written(ala, draft, SECOND, 1, c2_hypothesis="Pomysł.")
    for _click in range(2):
        ala.post(address_of(draft, "/c/historia/1"), {"revision": "2"})
    answers = stored(store, draft, "c").answers
    assert (answers["c1_need"], answers["c2_hypothesis"]) == (FIRST, "")
    restored = select(func.count()).select_from(Entry).where(Entry.verb == "restore_section")
    assert store.scalar(restored) == 1, "a second click restores nothing"


def test_the_oldest_listed_version_is_compared_with_the_one_before_it(
    ala: Pages, draft: Application, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_queries, "MOST", 1)
    two_sittings(ala, draft, clock)
    (only,) = history(ala, draft)
    assert [said(piece) for piece in only.xpath(".//ins")] == ["i dzień na dworze"]


def test_on_the_page_of_two_texts_the_words_that_differ_are_marked(
    pages: Pages, ala: Pages, draft: Application
) -> None:
    ola = pages.sign_in(a_colleague(draft))
    written(ala, draft, FIRST, 0)
    page = html.fromstring(ola.post(address_of(draft, "/c"), {"revision": "0", "c1_need": "Noc w ogrodzie."}).text)
    mine, theirs = page.xpath("//pre")
    assert (said(mine), said(theirs)) == ("Noc w ogrodzie.", FIRST)
    assert [said(piece) for piece in mine.xpath(".//del")] == ["ogrodzie"]
    assert [said(piece) for piece in theirs.xpath(".//ins")] == ["czytelni"]


def test_who_may_only_read_sees_the_history_and_no_button(
    pages: Pages, ala: Pages, draft: Application, clock: Clock
) -> None:
    two_sittings(ala, draft, clock)
    for role, answered in ((OrganisationRole.READER, 404), (OrganisationRole.ACCOUNTANT, 302)):
        other = pages.sign_in(a_colleague(draft, role))
        assert "Przywróć" not in " ".join(said(one) for one in history(other, draft))
        assert other.post(address_of(draft, "/c/historia/1"), {"revision": "2"}).status_code == answered
    assert pages.sign_in(world.a_person()).get(address_of(draft, "/c/historia")).status_code == 404


def test_a_version_or_a_section_that_is_not_there_is_not_found(ala: Pages, draft: Application) -> None:
    written(ala, draft, FIRST, 0)
    assert ala.get(address_of(draft, "/x/historia")).status_code == 404
    for version in ("9", "1-0", "x"):
        assert ala.post(address_of(draft, f"/c/historia/{version}"), {"revision": "1"}).status_code == 404


def test_once_sent_nothing_is_restored(store: Session, ala: Pages, draft: Application, clock: Clock) -> None:
    two_sittings(ala, draft, clock)
    draft.status, draft.number = Status.SUBMITTED, "SE-2027-0009"
    store.commit()
    assert "Przywróć" not in " ".join(said(one) for one in history(ala, draft))
    ala.post(address_of(draft, "/c/historia/1"), {"revision": "2"})
    assert stored(store, draft, "c").answers["c1_need"] == SECOND


def test_an_empty_history_says_so(ala: Pages, draft: Application) -> None:
    assert "jeszcze nikt nic nie zapisał" in ala.get(address_of(draft, "/c/historia")).text.replace("\xa0", " ")


def test_a_long_history_stands_on_pages_and_asks_no_more_of_the_database(
    ala: Pages, draft: Application, clock: Clock, queries_at_most: Counter
) -> None:
    sent = []
    for number in range(45):
        clock.set(world.NOON + timedelta(minutes=15 * number))
        written(ala, draft, f"Tekst {number}.", number)
        if number in (1, 44):
            with queries_at_most(12) as statements:
                page = ala.get(address_of(draft, "/c/historia?page=3"))
            sent.append(len(statements))
    assert sent[0] == sent[1]
    assert [said(one).count("Tekst 4") for one in html.fromstring(page.text).xpath("//article")][-1] == 0
    assert len(html.fromstring(page.text).xpath("//article")) == 5


def test_the_history_is_of_one_section_of_one_application(
    store: Session, pages: Pages, ala: Pages, draft: Application, clock: Clock
) -> None:
    other = world.an_application(by=world.a_person())
    theirs = pages.sign_in(store.get_one(Person, other.created_by_id))
    two_sittings(ala, draft, clock)
    ala.post(address_of(draft, "/b"), {"revision": "0", "b1_title": "Przebieg."}, headers=SILENT)
    written(theirs, other, "Cudzy tekst.", 1)
    ala.post(address_of(draft, "/b"), {"revision": "1", "b1_title": "Inny przebieg."}, headers=SILENT)
    assert len(history(ala, draft)) == 2
    assert len(history(theirs, other)) == 2
    assert "Cudzy" not in " ".join(said(one) for one in history(ala, draft))
    assert FIRST not in " ".join(said(one) for one in history(theirs, other))


def test_what_two_people_could_not_save_over_one_revision_is_told_apart_and_from_the_present_text(
    pages: Pages, ala: Pages, draft: Application
) -> None:
    written(ala, draft, FIRST, 0)
    for word in ("ogrodzie", "parku"):
        colleague = pages.sign_in(a_colleague(draft))
        answer = written(colleague, draft, f"Noc w {word}.", 0, b1_title="Nie stąd.")
        assert answer.json["marked"]["c1_need"] == [
            ["kept", "Noc w "], ["removed", word], ["added", "czytelni"], ["kept", "."],
        ]  # fmt: skip
    lost = lost_in(ala, draft)
    assert sorted(said(one.xpath(".//ins")[0]) for one in lost) == ["ogrodzie", "parku"]
    assert [said(piece) for one in lost for piece in one.xpath(".//del")] == ["czytelni"] * 2


def test_an_earlier_save_of_hers_settles_nothing(pages: Pages, ala: Pages, draft: Application, clock: Clock) -> None:
    ola = pages.sign_in(a_colleague(draft))
    written(ola, draft, "Tekst Oli.", 0)
    written(ola, draft, "Pusto.", 1)
    written(ala, draft, FIRST, 2)
    clock.set(world.NOON + timedelta(hours=1))
    written(ola, draft, "Tekst Oli.", 2)
    assert len(lost_in(ala, draft)) == 1


def test_a_page_past_the_last_is_the_last_and_long_texts_are_cut(ala: Pages, draft: Application, clock: Clock) -> None:
    far = " ".join(f"słowo{number}" for number in range(90))
    for hour, end in enumerate(("las", "pole")):
        clock.set(world.NOON + timedelta(hours=hour))
        written(ala, draft, f"{far} {end}", hour)
    page = html.fromstring(ala.get(address_of(draft, "/c/historia?page=9")).text)
    newest = page.xpath("//article")[0]
    assert "…" in said(newest)
    assert "słowo5 " not in said(newest)
