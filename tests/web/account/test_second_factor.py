"""The second step: set up once, asked for at each sign-in, and no code passes twice."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from lxml import html
from pyotp.totp import TOTP
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.people.models import Person, RecoveryCode, SignIn
from strefa.infra.clock import Clock
from strefa.infra.messages import Message
from strefa.rules.policy import Role
from tests import world
from tests.pages import Pages

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP, SET_UP = "/konto/drugi-krok", "/konto/drugi-krok/ustawienie"


def hidden(page: Any, action: str) -> dict[str, str]:
    tree = html.fromstring(page.get_data())
    form = next(form for form in tree.forms if form.get("action") == action)
    return {field.name: field.value or "" for field in form.inputs if getattr(field, "type", "") == "hidden"}


def half_in(pages: Pages, person: Person) -> Pages:
    """Sign somebody in with her password alone."""
    world.with_password(person)
    visitor = Pages(pages.app).known_to(person)
    visitor.post("/konto/logowanie", {"email": person.email, "password": world.PASSWORD})
    return visitor


def code(clock: Clock, secret: str = SECRET) -> str:
    return TOTP(secret).at(clock.now())


def set_up(pages: Pages, clock: Clock) -> list[str]:
    """Set a code app up as a person does; returns the recovery codes."""
    page = pages.get(SET_UP)
    secret = html.fromstring(page.get_data()).xpath("string(//*[@id='key'])").replace(" ", "")
    done = pages.post(SET_UP, {**hidden(page, SET_UP), "code": code(clock, secret)})
    return re.findall(r"<code>([0-9a-f-]+)</code>", done.get_data(as_text=True))


def test_a_role_that_asks_for_it_is_led_to_set_the_second_step_up(store: Session, pages: Pages, clock: Clock) -> None:
    new = world.a_person(Role.COORDINATOR, totp_secret=None, totp_confirmed_at=None)
    hers = half_in(pages, new)
    assert hers.get("/biuro/edycje").headers["Location"].startswith(SET_UP)

    assert len(set_up(hers, clock)) == 10
    assert hers.get("/biuro/edycje").status_code == 200
    letters = store.scalars(select(Message.template)).all()
    assert "second_factor_set" in letters


def test_nothing_but_the_second_step_opens_before_it(pages: Pages) -> None:
    hers = half_in(pages, world.a_person(Role.JUROR))
    for address in ("/konto", "/konto/haslo", "/konto/adres", "/moje"):
        assert hers.get(address).headers["Location"].startswith(STEP + "?"), address
    taken_over = hers.get(SET_UP)
    assert (taken_over.status_code, taken_over.headers["Location"]) == (302, STEP)


def test_somebody_who_turned_the_second_step_on_is_asked_for_it_whatever_her_role(pages: Pages) -> None:
    hers = half_in(pages, world.a_person(totp_secret=SECRET, totp_confirmed_at=world.NOON))
    assert hers.get("/konto").headers["Location"].startswith(STEP)


def test_a_code_leads_on_and_does_not_pass_twice(pages: Pages, clock: Clock) -> None:
    juror = world.a_person(Role.JUROR)
    first, second = half_in(pages, juror), half_in(pages, juror)
    assert first.post(STEP, {"code": f" {code(clock)[:3]} {code(clock)[3:]}", "next": "/konto"}).status_code == 302
    assert first.get("/konto").status_code == 200

    again = second.post(STEP, {"code": code(clock)})
    assert again.status_code == 422
    assert "już użyty" in again.get_data(as_text=True)
    clock.set(world.NOON + timedelta(seconds=30))
    assert second.post(STEP, {"code": code(clock)}).status_code == 302


@pytest.mark.parametrize("typed", ["", "123456", "абвгде", "12345", "0" * 200])
def test_a_wrong_code_is_said_to_be_wrong(pages: Pages, typed: str) -> None:
    refused = half_in(pages, world.a_person(Role.JUROR)).post(STEP, {"code": typed})
    assert refused.status_code == 422
    assert "Kod się nie zgadza" in refused.get_data(as_text=True)


def test_codes_cannot_be_guessed_one_after_another(pages: Pages, clock: Clock) -> None:
    hers = half_in(pages, world.a_person(Role.JUROR))
    for _ in range(10):
        hers.post(STEP, {"code": "000000"})
    assert "Za dużo prób" in hers.post(STEP, {"code": code(clock)}).get_data(as_text=True)


def test_a_recovery_code_passes_once_and_a_letter_tells_of_it(store: Session, pages: Pages, clock: Clock) -> None:
    person = world.a_person(Role.JUROR, totp_secret=None, totp_confirmed_at=None)
    codes = set_up(half_in(pages, person), clock)
    assert all(kept not in codes for kept in store.scalars(select(RecoveryCode.code_hash)))

    lost = half_in(pages, person)
    assert lost.post(STEP, {"code": codes[3].upper()}).status_code == 302
    assert half_in(pages, person).post(STEP, {"code": codes[3]}).status_code == 422
    assert half_in(pages, person).post(STEP, {"code": codes[4]}).status_code == 302
    assert store.scalars(select(Message.template)).all().count("recovery_code_used") == 2
    account = lost.get("/konto").get_data(as_text=True).replace("\xa0", " ")
    assert f"Zostało {len(codes) - 2} niewykorzystanych kodów zapasowych." in account


def test_the_field_for_a_recovery_code_brings_up_letters_and_the_one_for_figures_figures(
    pages: Pages, clock: Clock
) -> None:
    new = half_in(pages, world.a_person(Role.JUROR, totp_secret=None, totp_confirmed_at=None))
    figures = html.fromstring(new.get(SET_UP).text).xpath("//input[@name='code']")[0]
    assert any(character.isalpha() for given in set_up(new, clock) for character in given)
    either = html.fromstring(half_in(pages, world.a_person(Role.JUROR)).get(STEP).text)
    field = either.xpath("//input[@name='code']")[0]
    assert (figures.get("inputmode"), field.get("inputmode")) == ("numeric", "text")
    assert (field.get("autocomplete"), field.get("autocapitalize")) == ("one-time-code", "none")
    assert "albo kod zapasowy" in either.xpath("string(//label[@for='code'])").replace("\xa0", " ")


def test_a_jurors_text_survives_both_steps(store: Session, pages: Pages, clock: Clock) -> None:
    juror = world.with_password(world.a_person(Role.JUROR))
    interrupted = Pages(pages.app)
    first = interrupted.post("/konto/adres", {"email": "ola@example.org"})
    door = "/konto/logowanie"
    second = interrupted.post(door, {**hidden(first, door), "email": juror.email, "password": world.PASSWORD})
    assert second.status_code == 401
    assert "Nic nie zginęło" in second.get_data(as_text=True)
    third = interrupted.post(STEP, {**hidden(second, STEP), "code": code(clock)})
    assert hidden(third, "/konto/adres")["email"] == "ola@example.org"
    assert store.scalar(select(SignIn.second_factor_at).order_by(SignIn.id.desc())) == clock.now()


def test_only_a_demo_shows_the_code_on_the_page(app: Flask, pages: Pages, clock: Clock, monkeypatch: Any) -> None:
    hers = half_in(pages, world.a_person(Role.JUROR))
    assert code(clock) not in hers.get(STEP).get_data(as_text=True)
    monkeypatch.setitem(app.config, "DEMO", True)
    assert code(clock) in hers.get(STEP).get_data(as_text=True)


def test_a_demos_clock_hides_no_open_sign_in(app: Flask, pages: Pages, clock: Clock, monkeypatch: Any) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update={"demo": True}))
    hers = pages.sign_in(world.a_person())
    clock.set(clock.now() + timedelta(days=90))
    assert "to urządzenie" in hers.get("/konto").get_data(as_text=True)
