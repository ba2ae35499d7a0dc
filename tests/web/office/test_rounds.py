"""The office sets a round up, changes it, publishes its documents and gathers its team; nobody else does."""

import hashlib
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.people.models import Invitation, RoundRole
from strefa.contest.rounds import template_file
from strefa.contest.rounds.models import FormVersion, Round, RoundDocument
from strefa.infra.clock import Clock
from strefa.infra.journal import Entry
from strefa.rules.policy import Role
from tests import world
from tests.attachments import a_pdf
from tests.pages import Pages
from tests.web.account.test_invitations import NEW, link, roles_of

SHIPPED = template_file.shipped("strefa-eksperymentu")
ROUND = "/biuro/edycje/strefa-eksperymentu-2027"
PUBLIC = "/edycje/strefa-eksperymentu-2027"
TITLES = {"title": "Regulamin konkursu", "title_en": "Rules of the contest"}


def text_of(page: Any) -> str:
    return str(html.fromstring(page.get_data()).xpath("string(//main//textarea)"))


def publishes(visitor: Pages, content: bytes, name: str = "regulamin.pdf", **about: str) -> Any:
    return visitor.post(f"{ROUND}/regulamin", {**TITLES, **about, "file": (BytesIO(content), name)})


def documents(store: Session) -> list[RoundDocument]:
    return list(store.scalars(select(RoundDocument).order_by(RoundDocument.id)))


def test_a_round_is_changed_in_its_text_and_errors_leave_every_word(store: Session, pages: Pages) -> None:
    hers = pages.sign_in(world.a_person(Role.COORDINATOR))
    begun = hers.get(f"{ROUND}/zmiana")
    assert text_of(begun).strip() == SHIPPED.strip()
    assert "Na początek domyślna edycja" not in begun.text
    assert "Na początek domyślna edycja" in hers.get("/biuro/edycje/nowa").text

    wrong = SHIPPED.replace("work_to: 2027-10-31", "work_to: 2027-11-31").replace("limit: 120", "limt: 120", 1)
    refused = hers.post(f"{ROUND}/zmiana", {"text": wrong})
    lines = [1 + wrong[: wrong.index(part)].count("\n") for part in ("work_to", "limt")]
    assert refused.status_code == 422
    told = [str(item.text) for item in html.fromstring(refused.get_data()).xpath("//*[@role='alert']//li/ul/li")]
    assert [each.partition(",")[0] for each in told] == [f"Wiersz {line}" for line in sorted(lines)]
    assert "znak 3, " in told[0]
    assert text_of(refused).strip() == wrong.strip()

    done = hers.post(f"{ROUND}/zmiana", {"text": SHIPPED.replace("limit: 120", "limit: 130", 1)})
    assert done.status_code == 302
    assert store.query(FormVersion).count() == 2
    told = "form.sections.1.fields.0.limit"
    assert f"Edycja jest wczytana. Zmieniono w pliku: {told}." in hers.get(ROUND).text
    assert told in hers.get(f"{ROUND}/dziennik").text
    hers.post(f"{ROUND}/zmiana", {"text": SHIPPED.replace("limit: 120", "limit: 130", 1)})
    assert "nic się w niej nie zmieniło" in hers.get(ROUND).text


def test_a_term_on_a_day_off_is_told_on_the_rounds_page(store: Session, pages: Pages) -> None:
    hers = pages.sign_in(world.a_person(Role.COORDINATOR))
    assert "dzień wolny" not in hers.get(ROUND).get_data(as_text=True)
    hers.post(f"{ROUND}/zmiana", {"text": SHIPPED.replace("ends: 2027-04-30 24:00", "ends: 2027-05-03 24:00")})
    page = " ".join(html.fromstring(hers.get(ROUND).get_data()).xpath("string(//main)").split())
    assert (
        "koniec wypada w dzień wolny (poniedziałek, 3 maja 2027). Najbliższy dzień roboczy: wtorek, 4 maja 2027" in page
    )


def test_a_file_of_another_round_is_not_taken_for_a_change(store: Session, pages: Pages) -> None:
    hers = pages.sign_in(world.a_person(Role.COORDINATOR))
    other = SHIPPED.replace("strefa-eksperymentu-2027", "inna")
    refused = hers.post(f"{ROUND}/zmiana", {"text": other})
    assert (refused.status_code, "Ten plik ma adres inna" in refused.get_data(as_text=True)) == (422, True)
    assert store.query(Round).count() == 1


def test_a_new_round_changes_none_that_there_is(store: Session, pages: Pages) -> None:
    hers = pages.sign_in(world.a_person(Role.COORDINATOR))
    refused = hers.post("/biuro/edycje/nowa", {"text": SHIPPED.replace("pool: 60000", "pool: 11000")})
    assert (refused.status_code, "Edycja strefa-eksperymentu-2027 już jest." in refused.text) == (422, True)
    assert store.query(Round.pool).scalar() == 6_000_000


def test_a_new_round_begins_as_a_copy_and_whoever_makes_it_looks_after_it(store: Session, pages: Pages) -> None:
    hers = pages.sign_in(world.a_person(Role.COORDINATOR))
    store.query(Round).one().source = SHIPPED.replace("Strefa Eksperymentu 2027", "Wzorowa edycja")
    store.commit()
    copied = text_of(hers.get("/biuro/edycje/nowa?wzor=strefa-eksperymentu-2027"))
    assert "Wzorowa edycja" in copied
    made = hers.post("/biuro/edycje/nowa", {"text": copied.replace("2027", "2028")})
    assert hers.get(made.headers["Location"]).status_code == 200
    assert hers.get("/biuro/edycje/nowa?wzor=nie-ma").status_code == 200


def test_a_coordinator_of_another_round_neither_changes_this_one_nor_reads_its_file(
    store: Session, pages: Pages
) -> None:
    world.a_round()
    foreign = world.a_person()
    hers = pages.sign_in(world.a_person(Role.ADMINISTRATOR))
    hers.post("/biuro/edycje/nowa", {"text": SHIPPED.replace("2027", "2028")})
    later = store.scalars(select(Round).where(Round.slug == "strefa-eksperymentu-2028")).one()
    store.add(RoundRole(round_id=later.id, person_id=foreign.id, role=Role.COORDINATOR, granted_at=world.NOON))
    foreign.totp_confirmed_at = world.NOON
    store.query(Round).filter_by(slug="strefa-eksperymentu-2027").one().source = "tajne: tak"
    store.commit()

    theirs = pages.sign_in(foreign)
    store.query(Round).filter_by(slug="strefa-eksperymentu-2027").one().rules_frozen_at = world.NOON
    store.commit()
    refused = theirs.post("/biuro/edycje/nowa", {"text": SHIPPED.replace("60000.00", "70000.00")})
    assert (refused.status_code, "prowadzi ktoś inny" in refused.get_data(as_text=True)) == (422, True)
    assert "zamrożone" not in refused.get_data(as_text=True)
    assert "tajne: tak" not in text_of(theirs.get("/biuro/edycje/nowa?wzor=strefa-eksperymentu-2027"))
    assert theirs.get(f"{ROUND}/zmiana").status_code == 404
    assert theirs.get("/biuro/edycje/strefa-eksperymentu-2028/zmiana").status_code == 200


def test_a_document_is_published_with_its_hash_and_date_and_a_new_version_keeps_the_old(
    store: Session, pages: Pages, clock: Clock
) -> None:
    hers = pages.sign_in(world.a_person(Role.COORDINATOR))
    assert publishes(hers, a_pdf()).status_code == 302
    clock.set(world.NOON + timedelta(days=1))
    key = documents(store)[0].key
    newer = a_pdf() + b"\n%%EOF"
    assert publishes(hers, newer, "nowy.pdf", key=key, title="", title_en="").status_code == 302

    first, second = documents(store)
    assert (first.version, second.version, second.title) == (1, 2, "Regulamin konkursu")
    assert second.sha256 == hashlib.sha256(newer).hexdigest()
    page = pages.get(PUBLIC).get_data(as_text=True)
    assert page.index(second.sha256[:16]) < page.index(first.sha256[:16]), "the version in force comes first"
    assert "wersja 2 z dnia 2" in page
    got = pages.get(f"{PUBLIC}/dokumenty/{second.public_id}")
    assert (got.get_data(), got.mimetype) == (newer, "application/pdf")
    assert got.headers["Content-Disposition"].startswith("attachment")
    verbs = store.scalars(select(Entry.verb).order_by(Entry.sequence)).all()
    assert verbs.count("publish_document") == 2


def test_the_same_file_sent_twice_is_one_version(store: Session, pages: Pages) -> None:
    hers = pages.sign_in(world.a_person(Role.COORDINATOR))
    same = a_pdf()
    for _ in range(2):
        publishes(hers, same)
    publishes(hers, same, key=documents(store)[0].key)
    assert len(documents(store)) == 1


@pytest.mark.parametrize(
    ("content", "name", "about", "said"),
    [
        (b"", "", {}, "Nie wybrano żadnego pliku"),
        (b"", "regulamin.pdf", {}, "jest pusty"),
        (b"MZ\x90", "regulamin.pdf", {}, "nie jest plikiem PDF"),
        (a_pdf(), "regulamin.docx", {}, "jako jeden z rodzajów: PDF"),
        (a_pdf("tajne"), "regulamin.pdf", {}, "zabezpieczony hasłem"),
        (a_pdf(), "regulamin.pdf", {"title": " "}, "Tytuł po polsku"),
        (a_pdf(), "regulamin.pdf", {"title_en": "x" * 201}, "Tytuł po angielsku"),
        (a_pdf(), "regulamin.pdf", {"key": "nie ma"}, "Co publikujesz"),
    ],
)
def test_what_cannot_be_published_is_said_and_nothing_typed_is_lost(
    store: Session, pages: Pages, content: bytes, name: str, about: dict[str, str], said: str
) -> None:
    hers = pages.sign_in(world.a_person(Role.COORDINATOR))
    refused = publishes(hers, content, name, **about)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert said in str(html.fromstring(page).xpath("string(//*[@role='alert'])"))
    assert (about.get("title_en") or "Rules of the contest") in page
    assert documents(store) == []


def test_the_documents_of_a_round_that_is_not_announced_yet_cannot_be_fetched(
    store: Session, pages: Pages, clock: Clock
) -> None:
    publishes(pages.sign_in(world.a_person(Role.COORDINATOR)), a_pdf())
    clock.set(world.a_round().announced_at - timedelta(seconds=1))
    assert pages.get(f"{PUBLIC}/dokumenty/{documents(store)[0].public_id}").status_code == 404


def test_a_colleague_is_invited_by_letter_and_joins_the_team(store: Session, pages: Pages) -> None:
    hers = pages.sign_in(world.a_person(Role.COORDINATOR, name="Beata Terminowska"))
    wrong = hers.post(f"{ROUND}/zespol", {"name": "", "email": "lidia@example.org", "role": "juror"})
    assert wrong.status_code == 422
    asked = {"name": "Lidia Szołtyskowa", "email": "lidia@example.org", "role": "approver"}
    assert hers.post(f"{ROUND}/zespol", asked).status_code == 302
    assert "lidia@example.org" in hers.get(f"{ROUND}/zespol").get_data(as_text=True)

    pages.post(link(store), NEW)
    team = hers.get(f"{ROUND}/zespol").get_data(as_text=True)
    assert "Lidia Szołtyskowa" in team
    assert "Zaproszenia bez odpowiedzi" not in team


def test_known_and_unknown_addresses_are_invited_alike(store: Session, pages: Pages) -> None:
    hers = pages.sign_in(world.a_person(Role.COORDINATOR))
    world.a_person(email="znana@example.org")
    answers = []
    for email in ("znana@example.org", "nowa@example.org"):
        sent = hers.post(f"{ROUND}/zespol", {"name": "Ktoś", "email": email, "role": "auditor"})
        answers.append((sent.status_code, sent.headers["Location"]))
    assert answers[0] == answers[1]


def test_an_invitation_taken_back_opens_nothing(store: Session, pages: Pages) -> None:
    hers = pages.sign_in(world.a_person(Role.COORDINATOR))
    hers.post(f"{ROUND}/zespol", {"name": "Lidia", "email": "lidia@example.org", "role": "chair"})
    path, public_id = link(store), store.scalar(select(Invitation.public_id))
    hers.post(f"/biuro/zaproszenia/{public_id}/cofnij")
    assert pages.get(path).status_code == 410
    assert "Zaproszenia bez odpowiedzi" not in hers.get(f"{ROUND}/zespol").text
    assert hers.post(f"/moje/organizacje/zaproszenia/{public_id}/cofnij").status_code == 404


@pytest.mark.parametrize(
    ("place", "asked"),
    [
        ("zespol", {"name": "Lidia", "role": "chair"}),
        ("jury", {"name": "Lidia", "background": "librarian", "voivodeship": "śląskie"}),
    ],
)
def test_an_invitation_that_waited_too_long_is_said_to_have_expired_and_is_sent_again(
    store: Session, pages: Pages, clock: Clock, place: str, asked: dict[str, str]
) -> None:
    hers = pages.sign_in(world.a_person(Role.COORDINATOR, name="Beata Terminowska"))
    posted = f"{ROUND}/{place}" if place == "zespol" else f"{ROUND}/jury/zaproszenia"
    hers.post(posted, asked | {"email": "lidia@example.org"})
    first, invitation = link(store), store.scalars(select(Invitation)).one()
    again = f"/biuro/zaproszenia/{invitation.public_id}/ponow"
    waiting = hers.get(f"{ROUND}/{place}").text
    assert "zaproszenie ważne do 15 lutego 2027" in waiting.replace("\xa0", " ")
    assert again not in waiting

    clock.set(world.NOON + timedelta(days=14))
    expired = hers.get(f"{ROUND}/{place}").text
    assert "wygasło 15 lutego 2027" in expired.replace("\xa0", " ")
    assert again in expired
    assert hers.post(again).headers["Location"] == f"{ROUND}/{place}"
    assert "wygasło" not in hers.get(f"{ROUND}/{place}").text
    assert pages.get(first).status_code == 410
    assert pages.post(link(store), NEW).status_code == 302
    assert hers.post(again).status_code == 404
    entry = store.scalars(select(Entry).where(Entry.verb == "invite_again")).one()
    assert (entry.details or {})["email"] == "lidia@example.org"


def test_a_role_ends_at_once_and_the_last_coordinator_stays(store: Session, pages: Pages) -> None:
    me, auditor = world.a_person(Role.COORDINATOR), world.a_person(Role.AUDITOR)
    hers, theirs = pages.sign_in(me), pages.sign_in(auditor)
    assert theirs.get(ROUND).status_code == 200
    hers.post(f"{ROUND}/zespol/{auditor.public_id}/auditor/koniec")
    assert theirs.get(ROUND).status_code == 404

    hers.post(f"{ROUND}/zespol/{me.public_id}/coordinator/koniec")
    assert "Ktoś musi prowadzić tę edycję" in hers.get(f"{ROUND}/zespol").get_data(as_text=True)
    assert roles_of(store, me, world.a_round()) == {Role.COORDINATOR}


@pytest.mark.parametrize("count", [1, 30])
def test_the_team_takes_as_many_statements_for_one_as_for_thirty(
    count: int, pages: Pages, queries_at_most: Any
) -> None:
    hers = pages.sign_in(world.a_person(Role.COORDINATOR))
    for _ in range(count):
        world.a_person(Role.AUDITOR)
    with queries_at_most(9):
        hers.get(f"{ROUND}/zespol")
