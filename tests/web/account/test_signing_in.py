"""Signing in and out, as somebody with a browser meets it, and somebody with a stolen cookie."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from strefa.contest.people import queries
from strefa.contest.people.models import Attempt, Person, SignIn
from strefa.contest.people.sign_in_actions import NETWORK_TRIES, TRIES
from strefa.infra import security
from strefa.infra.clock import Clock
from strefa.rules.policy import Role
from strefa.web.account.agents import browser
from tests import world
from tests.pages import Pages

DOOR = "/konto/logowanie"


def enter(pages: Pages, email: str, password: str = world.PASSWORD, **more: str) -> Any:
    """Sign in on a device that is known; what a stranger's is asked for stands in `test_device.py`."""
    with pages.app.app_context():
        person = queries.addressee(email)
    if person:
        pages.known_to(person)
    return pages.post(DOOR, {"email": email, "password": password, **more})


def hidden(page: Any, action: str = "") -> dict[str, str]:
    """Return the hidden fields of a page's form, as its browser would send them back."""
    tree = html.fromstring(page.get_data())
    form = next(form for form in tree.forms if form.get("action", "").endswith(action) and "kept" in form.fields)
    return {field.name: field.value or "" for field in form.inputs if getattr(field, "type", "") == "hidden"}


def somebody(**columns: Any) -> Person:
    return world.with_password(world.a_person(email="ala@example.org", name="Ala Nowak", **columns))


def test_a_known_person_signs_in_and_is_led_on(pages: Pages) -> None:
    somebody()
    answer = enter(pages, "ALA@example.org ", next="/konto/haslo")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/konto/haslo")
    assert "Ala Nowak" in pages.get("/konto").get_data(as_text=True)


def test_a_password_that_was_not_typed_is_asked_for_and_counts_as_no_try(pages: Pages) -> None:
    somebody()
    for _ in range(TRIES):
        answer = enter(pages, "ala@example.org", "")
        assert answer.status_code == 422
        assert "Wpisz hasło." in answer.text.replace("\xa0", " ")
        assert "nie zgadza" not in answer.text
    assert enter(pages, "ala@example.org").status_code == 302


def test_several_pages_opened_before_signing_in_ask_for_it_once(pages: Pages) -> None:
    for address in ("/moje", "/jury", "/biuro/edycje"):
        assert pages.get(address).status_code == 302
    assert pages.get(DOOR).get_data(as_text=True).count("Zaloguj się, aby zobaczyć tę stronę.") == 1


def test_nobody_is_led_to_a_foreign_address(pages: Pages) -> None:
    somebody()
    for foreign in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        assert enter(pages, "ala@example.org", next=foreign).headers["Location"] == "/"


def test_known_and_unknown_addresses_get_the_same_answer_for_the_same_work(
    store: Session, pages: Pages, queries_at_most: Any
) -> None:
    somebody()
    answers, counts = [], []
    pages.csrf_token()
    for email in ("ala@example.org", "ola@example.org"):
        with queries_at_most(30) as sent:
            answer = enter(pages, email, "wrong password, but long")
        answers.append((answer.status_code, answer.get_data(as_text=True).replace(email, "")))
        counts.append(len(sent))
    assert answers[0][0] == 422
    assert "nie zgadza" in answers[0][1]
    assert without_tokens(answers[0][1]) == without_tokens(answers[1][1])
    assert counts[0] == counts[1]


def without_tokens(page: str) -> str:
    tree = html.fromstring(page)
    for field in tree.iter("input"):
        if field.get("name") == "csrf_token":
            field.set("value", "")
    return str(html.tostring(tree, encoding="unicode"))


def test_an_unconfirmed_or_disabled_account_stays_shut_with_the_same_words(pages: Pages) -> None:
    somebody(email_confirmed_at=None)
    world.with_password(world.a_person(email="ola@example.org", disabled_at=world.NOON))
    for email in ("ala@example.org", "ola@example.org"):
        answer = enter(pages, email)
        assert answer.status_code == 422
        assert "nie jest jeszcze potwierdzony" in answer.get_data(as_text=True)


def test_a_cookie_copied_before_sign_out_is_dead_after_it(pages: Pages) -> None:
    somebody()
    enter(pages, "ala@example.org")
    thief = Pages(pages.app)
    cookie = pages.client.get_cookie("strefa")
    assert cookie is not None
    thief.client.set_cookie("strefa", cookie.value)
    assert thief.get("/konto").status_code == 200

    pages.post("/konto/wylogowanie")

    assert thief.get("/konto").status_code == 302
    assert pages.get("/konto").status_code == 302


def test_other_sign_ins_are_ended_one_by_one_and_all_at_once(store: Session, pages: Pages) -> None:
    ala = somebody()
    here, phone, library = (pages.sign_in(ala) for _ in range(3))
    ids = list(store.scalars(select(SignIn.public_id).order_by(SignIn.id)))
    assert here.get("/konto").get_data(as_text=True).count("Zakończ</button>") == 2

    here.post(f"/konto/logowania/{ids[1]}/koniec")
    assert phone.get("/konto").status_code == 302
    assert library.get("/konto").status_code == 200
    here.post("/konto/wylogowanie/wszedzie")
    assert library.get("/konto").status_code == 302
    assert here.get("/konto").status_code == 200


def test_nobody_ends_somebody_elses_sign_in(store: Session, pages: Pages) -> None:
    hers, his = pages.sign_in(somebody()), pages.sign_in(world.a_person())
    first = store.scalar(select(SignIn.public_id).order_by(SignIn.id))
    assert his.post(f"/konto/logowania/{first}/koniec").status_code == 404
    assert hers.get("/konto").status_code == 200


def test_after_ten_tries_even_the_right_password_waits_a_quarter(pages: Pages, clock: Clock) -> None:
    somebody()
    for _ in range(TRIES):
        enter(pages, "ala@example.org", "wrong password, but long")
    refused = enter(pages, "ala@example.org")
    assert refused.status_code == 422
    assert "Za dużo prób" in refused.get_data(as_text=True)
    clock.set(world.NOON + timedelta(minutes=16))
    assert enter(pages, "ala@example.org").status_code == 302


def test_a_new_password_by_letter_ends_the_wait_of_that_account_alone(store: Session, pages: Pages) -> None:
    ala, ola = somebody(), world.with_password(world.a_person(email="ola@example.org"))
    for _ in range(TRIES):
        for person in (ala, ola):
            enter(pages, person.email, "wrong password, but long")
    assert "albo ustaw nowe hasło" in enter(pages, ala.email).text
    token = security.signed("reset", [ala.id, security.token_hash(ala.password_hash or "")])
    assert pages.post(f"/konto/haslo/nowe/{token}", {"password": "zielone kasztany w maju"}).status_code == 302
    assert enter(pages, ala.email, "zielone kasztany w maju").status_code == 302
    assert "Za dużo prób" in enter(Pages(pages.app), ola.email).text


def test_a_new_password_gives_nobody_more_tries_at_the_second_step(store: Session, pages: Pages, clock: Clock) -> None:
    juror = world.with_password(world.a_person(Role.JUROR))
    enter(pages, juror.email)
    for _ in range(TRIES):
        pages.post("/konto/drugi-krok", {"code": "000000"})
    token = security.signed("reset", [juror.id, security.token_hash(juror.password_hash or "")])
    Pages(pages.app).post(f"/konto/haslo/nowe/{token}", {"password": "zielone kasztany w maju"})
    enter(pages, juror.email, "zielone kasztany w maju")
    assert "Za dużo prób" in pages.post("/konto/drugi-krok", {"code": "000000"}).text


TIRED = {
    "/konto/logowanie": ({"email": "ala@example.org", "password": "wrong password"}, "albo ustaw nowe hasło"),
    "/konto/nowe": ({"name": "Ala", "email": "ala@example.org", "password": world.PASSWORD}, "prób założenia konta"),
    "/konto/haslo/nowe": ({"email": "ala@example.org"}, "próśb o nowe hasło"),
    "/konto/adres": ({"email": "ola@example.org", "current": "wrong"}, "prób podania obecnego hasła"),
    "/konto/drugi-krok": ({"code": "000000"}, "prób podania kodu"),
}


@pytest.mark.parametrize("address", TIRED)
def test_each_door_says_in_its_own_words_that_there_were_too_many_tries(
    store: Session, pages: Pages, address: str
) -> None:
    form, said = TIRED[address]
    if address in ("/konto/adres", "/konto/drugi-krok"):
        pages = pages.sign_in(somebody(totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", totp_confirmed_at=world.NOON))
    for _ in range(TRIES):
        pages.post(address, form)
    page = pages.post(address, form).text.replace("\xa0", " ")
    assert said in page
    assert "15 minut" in page
    assert address == "/konto/logowanie" or "ustaw nowe hasło" not in page


def test_one_network_address_cannot_try_a_hundred_accounts(store: Session, pages: Pages) -> None:
    enter(pages, "nobody@example.org")
    row = store.scalars(select(Attempt).order_by(Attempt.id.desc())).first()
    assert row is not None
    store.add_all(Attempt(key=row.key, at=world.NOON) for _ in range(NETWORK_TRIES))
    store.commit()
    page = enter(pages, "ola@example.org").text.replace("\xa0", " ")
    assert "Za dużo prób z tego łącza" in page
    assert "ustaw nowe hasło" not in page, "it would not help"


def test_a_whole_ipv6_network_counts_as_one_address(store: Session, pages: Pages) -> None:
    for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1", "192.0.2.7", "::ffff:192.0.2.7"):
        pages.post(DOOR, {"email": f"{address}@example.org", "password": "x"}, environ_base={"REMOTE_ADDR": address})
    keys = [row.key for row in store.scalars(select(Attempt).order_by(Attempt.id))][1::2]
    assert [keys.index(key) for key in keys] == [0, 0, 2, 3, 3]


def test_a_sign_in_ends_when_idle_and_lives_while_it_is_used(app: Flask, pages: Pages, clock: Clock) -> None:
    somebody()
    enter(pages, "ala@example.org")
    idle = timedelta(hours=app.config["SETTINGS"].session_idle_hours)
    for hours in range(1, 30):  # pages are only read: the cookie alone knows of it
        clock.set(world.NOON + timedelta(hours=hours))
        assert pages.get("/konto").status_code == 200
    clock.set(clock.now() + idle)
    assert pages.get("/konto").status_code == 302


def test_a_sign_in_ends_after_its_days_however_much_it_is_used(app: Flask, pages: Pages, clock: Clock) -> None:
    somebody()
    enter(pages, "ala@example.org")
    for half_days in range(app.config["SETTINGS"].session_days * 2):
        clock.set(world.NOON + timedelta(hours=11) * half_days)
        assert pages.get("/konto").status_code == 200
    clock.set(world.NOON + timedelta(days=app.config["SETTINGS"].session_days))
    assert pages.get("/konto").status_code == 302


def test_reading_leaves_the_row_alone_and_the_next_post_brings_it_up_to_date(
    store: Session, pages: Pages, clock: Clock
) -> None:
    somebody()
    enter(pages, "ala@example.org")
    clock.set(world.NOON + timedelta(hours=2))
    pages.get("/konto")
    assert store.scalar(select(SignIn.used_at)) == world.NOON
    pages.post("/jezyk", {"language": "pl"})
    store.expire_all()
    assert store.scalar(select(SignIn.used_at)) == clock.now()


def test_a_form_sent_after_the_session_expired_keeps_every_word(store: Session, pages: Pages) -> None:
    world.a_round()
    somebody()
    address = "/moje/nowy/strefa-eksperymentu-2027"
    interrupted = pages.post(address, {"name": "Książnica „Pod Lipą” w Zalesiu"})
    assert interrupted.status_code == 401
    assert "nic nie zginęło" in interrupted.get_data(as_text=True)

    wrong = enter(pages, "ala@example.org", "wrong password, but long", **hidden(interrupted, DOOR))
    again = enter(pages, "ala@example.org", **hidden(wrong, DOOR))
    page = again.get_data(as_text=True)
    assert "Książnica „Pod Lipą” w Zalesiu" in page
    form = next(form for form in html.fromstring(page).forms if form.get("action") == address)
    sent = pages.client.post(address, data=dict(form.form_values()))
    assert sent.status_code == 302, "the fresh page carries a fresh token"
    assert "/moje/wnioski/" in sent.headers["Location"]


def test_a_password_is_never_kept_in_a_page(pages: Pages) -> None:
    answer = pages.post("/konto/haslo", {"current": "a secret of hers", "password": "another secret of hers"})
    assert answer.status_code == 401
    assert "secret" not in str(hidden(answer, DOOR))


def test_each_try_is_counted_before_it_is_judged(store: Session, pages: Pages) -> None:
    enter(pages, "nobody@example.org")
    assert store.scalar(select(func.count()).select_from(Attempt)) == 2


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        ("curl/8", ""),
        ("Firefox. Zablokuj konto: https://example.net", "Firefox"),
    ],
)
def test_a_browser_is_named_in_few_words(agent: str, said: str) -> None:
    assert browser(agent) == said
