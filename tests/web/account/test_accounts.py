"""Opening an account, passwords, addresses: links come by letter and are claimed by a button."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from lxml import html
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from strefa.contest.people.models import Person
from strefa.contest.rounds.models import Round
from strefa.infra import security
from strefa.infra.clock import Clock
from strefa.infra.journal import Entry
from strefa.infra.messages import Message
from strefa.outputs.letters import rendered
from tests import world
from tests.pages import Pages

ALA = {"name": "Ala Nowak", "email": "Ala@Example.org", "password": world.PASSWORD}
OTHER = "zielone kasztany w maju"


def letter(store: Session, template: str) -> Message:
    """Return the newest letter of a kind."""
    found = store.scalars(select(Message).where(Message.template == template).order_by(Message.id.desc())).first()
    assert found is not None, template
    return found


def link(message: Message) -> str:
    """Return the path of the link in a letter, as its reader would follow it."""
    _subject, text = rendered(message)
    return next(line for line in text.splitlines() if line.startswith("http")).removeprefix("http://127.0.0.1:8000")


def signs_in(pages: Pages, email: str, password: str) -> bool:
    visitor = Pages(pages.app)
    return visitor.post("/konto/logowanie", {"email": email, "password": password}).status_code == 302


def test_an_account_opens_when_its_address_is_confirmed_by_a_button(store: Session, pages: Pages) -> None:
    assert "Sprawdź pocztę" in pages.post("/konto/nowe", ALA).get_data(as_text=True)
    assert not signs_in(pages, "ala@example.org", world.PASSWORD)
    path = link(letter(store, "confirm_address"))

    assert pages.get(path).status_code == 200
    assert not signs_in(pages, "ala@example.org", world.PASSWORD), "opening the link claims nothing"
    pages.post(path)
    assert signs_in(pages, "ala@example.org", world.PASSWORD)


def door(page: Any) -> dict[str, str]:
    """Return what the sign-in page has typed already."""
    form = next(form for form in html.fromstring(page.text).forms if "password" in form.fields)
    return {name: form.fields[name] or "" for name in ("email", "next")}


def test_a_confirmed_address_leads_to_signing_in_and_on_to_an_application(store: Session, pages: Pages) -> None:
    round_ = world.a_round()
    pages.post("/konto/nowe", ALA)
    onward = pages.post(link(letter(store, "confirm_address"))).headers["Location"]
    page = pages.get(onward)
    assert door(page) == {"email": "ala@example.org", "next": f"/moje/nowy/{round_.slug}"}
    assert "Zaloguj się i zacznij wniosek" in page.text
    entered = pages.post("/konto/logowanie", {**door(page), "password": world.PASSWORD})
    assert entered.headers["Location"] == f"/moje/nowy/{round_.slug}"
    assert pages.get(entered.headers["Location"]).status_code == 200


def test_without_a_call_a_confirmed_address_leads_to_ones_own_desk(store: Session, pages: Pages, clock: Clock) -> None:
    world.a_round()
    pages.post("/konto/nowe", ALA)
    path = link(letter(store, "confirm_address"))
    clock.set(world.NOON + timedelta(days=90))
    page = pages.get(pages.post(path).headers["Location"])
    assert door(page) == {"email": "ala@example.org", "next": ""}
    assert "Zaloguj się i zacznij" not in page.text


@pytest.mark.parametrize("address", ["ala@example.org", "nobody@example.org"])
def test_the_sign_in_page_types_what_a_signed_link_says_and_looks_nobody_up(
    store: Session, pages: Pages, address: str
) -> None:
    known = world.a_person(email="ala@example.org")
    told = bare(pages.get("/konto/logowanie").text)
    for token in ("", address, "nie-ma", security.signed("reset", [known.id, address, address])):
        page = pages.get(f"/konto/logowanie?potwierdzenie={token}")
        assert door(page)["email"] == ""
        assert bare(page.text) == told
    token = security.signed("confirm", [known.id, address, known.email])
    assert door(pages.get(f"/konto/logowanie?potwierdzenie={token}"))["email"] == address


def test_a_new_address_confirmed_while_signed_in_leads_back_to_the_account(store: Session, pages: Pages) -> None:
    ala = world.a_person(email="ala@example.org")
    path = f"/konto/potwierdzenie/{security.signed('confirm', [ala.id, 'ala.nowak@example.org', ala.email])}"
    assert pages.sign_in(ala).post(path).headers["Location"] == "/konto"


def test_a_known_address_gets_the_same_page_and_another_letter(store: Session, pages: Pages) -> None:
    known = world.with_password(world.a_person(email="ala@example.org"))
    page = pages.post("/konto/nowe", ALA).get_data(as_text=True)
    new = pages.post("/konto/nowe", {**ALA, "email": "ola@example.org"}).get_data(as_text=True)
    assert bare(page).replace("ala@", "") == bare(new).replace("ola@", "")
    assert letter(store, "known_address").to == known.email
    assert store.scalar(select(func.count()).select_from(Person).where(Person.email == "ala@example.org")) == 1


def bare(page: str) -> str:
    tree = html.fromstring(page)
    for field in tree.iter("input"):
        field.set("value", "")
    return str(html.tostring(tree, encoding="unicode"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "ala.example.org"}, "brakuje znaku @"),
        ({"name": "  "}, "Podaj imię i nazwisko"),
        ({"password": "krótkie hasło"}, "co najmniej 15 znaków"),
        ({"password": "x" * 129}, "najwyżej 128"),
        ({"password": "123456789qwerty"}, "zna każdy"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(
    store: Session, pages: Pages, wrong: dict[str, str], said: str
) -> None:
    refused = pages.post("/konto/nowe", ALA | wrong)
    assert refused.status_code == 422
    assert said in refused.get_data(as_text=True)
    assert store.scalar(select(func.count()).select_from(Person)) == 0


def errors(page: Any) -> dict[str, str]:
    """Return what is said at each field that is wrong."""
    nodes = html.fromstring(page.text).xpath("//p[@class='error'][not(@hidden)]")
    return {node.get("id").removesuffix("-error"): node.text_content().strip() for node in nodes}


@pytest.mark.parametrize("blank", ["", "   "])
def test_a_field_left_empty_is_said_to_be_missing_and_nothing_else(store: Session, pages: Pages, blank: str) -> None:
    missing = "Podaj adres e-mail, na przykład biblioteka@example.org."
    refused = pages.post("/konto/nowe", {"name": "Ala Nowak", "email": blank, "password": blank})
    assert errors(refused) == {"email": missing, "password": "Wpisz hasło."}
    assert errors(pages.post("/konto/haslo/nowe", {"email": blank})) == {"email": missing}
    ala = world.with_password(world.a_person())
    changed = pages.sign_in(ala).post("/konto/haslo", {"current": world.PASSWORD, "password": blank})
    assert errors(changed) == {"password": "Wpisz hasło."}


def test_a_password_is_the_same_however_the_keyboard_composes_its_letters(store: Session, pages: Pages) -> None:
    pages.post("/konto/nowe", ALA | {"password": "z\u0307o\u0301łta łódka na Bugu"})
    pages.post(link(letter(store, "confirm_address")))
    assert signs_in(pages, "ala@example.org", "\u017c\u00f3łta łódka na Bugu")


def test_a_reset_ends_every_sign_in_and_its_link_works_once(store: Session, pages: Pages) -> None:
    ala = world.with_password(world.a_person(email="ala@example.org"))
    elsewhere = pages.sign_in(ala)
    pages.post("/konto/haslo/nowe", {"email": "ala@example.org"})
    path = link(letter(store, "reset_password"))

    assert pages.get(path).status_code == 200
    assert signs_in(pages, "ala@example.org", world.PASSWORD), "opening the link changes nothing"
    assert pages.post(path, {"password": "krótkie"}).status_code == 422
    assert pages.post(path, {"password": OTHER}).status_code == 302

    assert elsewhere.get("/konto").status_code == 302
    assert signs_in(pages, "ala@example.org", OTHER)
    assert not signs_in(pages, "ala@example.org", world.PASSWORD)
    assert pages.post(path, {"password": world.PASSWORD}).status_code == 410
    assert letter(store, "password_changed").to == "ala@example.org"


def test_asking_for_a_reset_never_says_who_has_an_account(store: Session, pages: Pages) -> None:
    world.a_person(email="ala@example.org")
    answers = [
        bare(pages.post("/konto/haslo/nowe", {"email": email}).get_data(as_text=True)).replace(email, "")
        for email in ("ala@example.org", "ola@example.org")
    ]
    assert answers[0] == answers[1]
    assert letter(store, "no_account").to == "ola@example.org"


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What slow work is done, in its order: the real work, noted."""
    done: list[str] = []
    hasher = security._hasher

    class Noting:
        def hash(self, password: str) -> str:
            done.append("hash")
            return hasher.hash(password)

        def verify(self, stored: str, password: str) -> bool:
            done.append("verify")
            return hasher.verify(stored, password)

    monkeypatch.setattr(security, "_hasher", Noting())
    return done


@pytest.mark.parametrize(
    ("address", "form", "work"),
    [
        ("/konto/logowanie", {"password": "wrong password, but long"}, ["verify"]),
        ("/konto/nowe", {"name": "Ala", "password": world.PASSWORD}, ["hash"]),
        ("/konto/haslo/nowe", {}, []),
    ],
)
@pytest.mark.parametrize("state", ["open", "without a password", "unconfirmed", "disabled"])
def test_known_and_unknown_addresses_get_the_same_bytes_for_the_same_slow_work(
    pages: Pages,
    hashes: list[str],
    queries_at_most: Any,
    address: str,
    form: dict[str, str],
    work: list[str],
    state: str,
) -> None:
    known = world.a_person(
        email="ala@example.org",
        email_confirmed_at=None if state == "unconfirmed" else world.NOON,
        disabled_at=world.NOON if state == "disabled" else None,
    )
    if state != "without a password":
        world.with_password(known)
    answers, counts = [], []
    token = pages.csrf_token()
    for email in ("first@example.org", "ola@example.org", "ala@example.org"):  # the first begins the journal
        hashes.clear()
        with pages.app.app_context(), queries_at_most(30) as sent:
            answer = pages.client.post(address, data={"csrf_token": token, "email": email, **form})
        assert hashes == work
        counts.append(len(sent))
        headers = [pair for pair in answer.headers if pair[0] not in {"Set-Cookie", "Content-Length"}]
        answers.append((answer.status_code, headers, bare(answer.get_data(as_text=True)).replace(email, "")))
    assert answers[1] == answers[2]
    if address != "/konto/nowe":  # there a row more is written, in a hundredth of the time of the hash
        assert counts[1] == counts[2]


def test_the_stand_in_takes_as_long_as_a_password() -> None:
    assert not security._hasher.check_needs_rehash(security.STAND_IN)


def test_links_expire(store: Session, pages: Pages) -> None:
    world.with_password(world.a_person(email="ala@example.org"))
    pages.post("/konto/haslo/nowe", {"email": "ala@example.org"})
    pages.post("/konto/nowe", ALA | {"email": "ola@example.org"})
    reset, confirming = link(letter(store, "reset_password")), link(letter(store, "confirm_address"))
    for path, hours in ((reset, 2), (confirming, 48)):
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours, seconds=-5)):
            assert pages.get(path).status_code == 200
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours, seconds=5)):
            assert pages.get(path).status_code == 410
            assert pages.post(path, {"password": OTHER}).status_code == 410


def test_a_letter_says_how_long_its_link_works(store: Session, pages: Pages) -> None:
    ala = world.with_password(world.a_person(email="ala@example.org"))
    pages.sign_in(ala).post("/konto/adres", {"email": "nowa@example.org", "current": world.PASSWORD})
    pages.post("/konto/haslo/nowe", {"email": "ala@example.org"})
    pages.post("/konto/nowe", ALA | {"email": "ola@example.org"})
    for template, said, hours in (
        ("confirm_address", "w ciągu dwóch dni", 48),
        ("confirm_new_address", "w ciągu dwóch dni", 48),
        ("reset_password", "w ciągu dwóch godzin", 2),
    ):
        found = letter(store, template)
        assert said in rendered(found)[1], template
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours, seconds=-5)):
            assert pages.get(link(found)).status_code == 200, template
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours, seconds=5)):
            assert pages.get(link(found)).status_code == 410, template


def test_a_confirmation_pressed_twice_confirms_once(store: Session, pages: Pages) -> None:
    pages.post("/konto/nowe", ALA)
    path = link(letter(store, "confirm_address"))
    assert [pages.post(path).status_code for _ in range(2)] == [302, 302]
    assert store.scalars(select(Entry.verb)).all().count("confirm_address") == 1


def test_forged_links_open_nothing(store: Session, pages: Pages, clock: Clock) -> None:
    world.a_person(email="ala@example.org")
    pages.post("/konto/haslo/nowe", {"email": "ala@example.org"})
    path = link(letter(store, "reset_password"))
    assert pages.get(path[:-3] + "abc").status_code == 410
    assert pages.get(path.replace("/haslo/nowe/", "/potwierdzenie/")).status_code == 410, "a link is for one thing"


def test_a_password_is_changed_by_whoever_knows_the_old_one(store: Session, pages: Pages) -> None:
    ala = world.with_password(world.a_person(email="ala@example.org"))
    here, elsewhere = pages.sign_in(ala), pages.sign_in(ala)
    refused = here.post("/konto/haslo", {"current": "not this one at all", "password": OTHER})
    assert "To nie jest obecne hasło" in refused.get_data(as_text=True)
    assert here.post("/konto/haslo", {"current": world.PASSWORD, "password": OTHER}).status_code == 302
    assert here.get("/konto").status_code == 200
    assert elsewhere.get("/konto").status_code == 302
    assert signs_in(pages, "ala@example.org", OTHER)


def test_eight_characters_are_enough_beside_a_second_factor(pages: Pages) -> None:
    codes: dict[str, Any] = {"totp_secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "totp_confirmed_at": world.NOON}
    for columns, expected in ((codes, 302), ({}, 422)):
        hers = pages.sign_in(world.with_password(world.a_person(**columns)))
        answer = hers.post("/konto/haslo", {"current": world.PASSWORD, "password": "gżegżół8"})
        assert answer.status_code == expected


def test_a_new_address_counts_once_it_is_confirmed_there(store: Session, pages: Pages) -> None:
    ala = world.with_password(world.a_person(email="ala@example.org"))
    hers = pages.sign_in(ala)
    assert hers.post("/konto/adres", {"email": "nowa@example.org", "current": world.PASSWORD}).status_code == 302
    confirming, telling = letter(store, "confirm_new_address"), letter(store, "address_changing")
    assert (confirming.to, telling.to) == ("nowa@example.org", "ala@example.org")
    assert "na nowa@example.org" in rendered(telling)[1]
    assert "Jeśli to nie Ty" in rendered(telling)[1]
    assert "ala@example.org" not in rendered(confirming)[1], "a slip of the pen tells a stranger nothing"
    assert signs_in(pages, "ala@example.org", world.PASSWORD)
    assert store.scalar(select(Message).where(Message.template == "address_changed")) is None

    pages.post(link(confirming))
    told = letter(store, "address_changed")
    assert told.to == "ala@example.org", "whoever has the old address learns that it is the account's no more"
    assert "na nowa@example.org" in rendered(told)[1]
    assert "Jeśli to nie Ty" in rendered(told)[1]
    assert signs_in(pages, "nowa@example.org", world.PASSWORD)
    assert not signs_in(pages, "ala@example.org", world.PASSWORD)
    assert pages.get(link(confirming)).status_code == 410, "an old link cannot bring an address back"


def test_an_address_that_somebody_else_has_is_not_told_and_not_taken(store: Session, pages: Pages) -> None:
    world.a_person(email="ola@example.org")
    hers = pages.sign_in(world.with_password(world.a_person(email="ala@example.org")))
    answer = hers.post("/konto/adres", {"email": "ola@example.org", "current": world.PASSWORD})
    assert answer.status_code == 302
    assert store.scalar(select(Message).where(Message.template == "confirm_new_address")) is None


def test_pages_of_an_account_speak_english_without_a_polish_letter(store: Session, pages: Pages, clock: Clock) -> None:
    from tests.pages import POLISH

    hers = pages.sign_in(world.with_password(world.a_person(name="Ann", language="en")))
    clock.set(world.NOON + timedelta(minutes=1))
    for address in ("/konto", "/konto/haslo", "/konto/adres", "/konto/drugi-krok/ustawienie"):
        text = html.fromstring(hers.get(address).get_data()).xpath("string(//main)")
        assert not POLISH.search(text), f"{address}: {text}"
    anonymous = Pages(pages.app).in_english()
    for address in ("/konto/logowanie", "/konto/nowe", "/konto/haslo/nowe", "/nie/ma/takiej"):
        text = html.fromstring(anonymous.get(address).get_data()).xpath("string(//main)")
        assert not POLISH.search(text), f"{address}: {text}"


def test_with_two_open_calls_the_button_promises_no_more_than_signing_in(store: Session, pages: Pages) -> None:
    round_ = world.a_round()
    copied = {column.key: getattr(round_, column.key) for column in Round.__table__.columns if column.key != "id"}
    store.add(Round(**copied | {"slug": "druga-edycja", "number_prefix": "DE-2027"}))
    store.commit()
    pages.post("/konto/nowe", ALA)
    page = pages.get(pages.post(link(letter(store, "confirm_address"))).headers["Location"])
    assert page.text.count("Trwa nabór:") == 2
    assert "zacznij wniosek" not in page.text
    assert door(page)["next"] == ""
