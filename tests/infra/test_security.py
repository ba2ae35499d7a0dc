"""Passwords, tokens and signed links."""

import pytest
import time_machine
from flask import Flask

from strefa.infra import security
from tests import world


@pytest.fixture(autouse=True)
def inside(app: Flask):
    with app.app_context():
        yield


@pytest.mark.parametrize(
    "password",
    [
        "password", "Qwerty123", "zaq12wsx", "HASŁO", "Hasło!2027", "  warszawa 2027  ", "Biblioteka2027!!!",
        "bibliotekabiblioteka", "hasło hasło hasło", "haslohaslohasl", "StrefaEksperymentu1", "aaaaaaaaaaaaaaaa",
        "abababababababab", "1234567890123456", "qwertyuiopasdfgh", "poiuytrewq", "abcdefghijklmnop", "9876543210987654",
        "123456789qwerty", "2027-biblioteka-2027", "1122112211221122", "zaq12wsxcde34rfv", "biblioteka2027biblioteka",
        "bibliotekapubliczna", "warszawa2026warszawa",
    ],
)  # fmt: skip
def test_what_everybody_guesses_first_is_common(password: str) -> None:
    assert security.is_common(password)


@pytest.mark.parametrize(
    "password", [world.PASSWORD, "zielone kasztany w maju", "Wr8-Zk3_qLm5TyVb0", "biblioteka pod starą lipą", "7 kotów na płocie", "pokaz strefy dla kazdego"]
)  # fmt: skip
def test_a_few_words_of_ones_own_are_not(password: str) -> None:
    assert not security.is_common(password)


def test_a_password_fits_its_hash_alone_and_hashes_never_repeat() -> None:
    first, second = (security.hash_password("zażółć gęślą jaźń") for _ in range(2))
    assert first != second
    assert first.startswith("$argon2id$")
    assert "zażółć" not in first
    assert security.password_fits(first, "zaz\u0307o\u0301łc\u0301 ge\u0328s\u0301la\u0328 jaz\u0301n\u0301")
    assert not security.password_fits(first, "zażółć gęślą jaź")
    assert not security.password_fits(None, "zażółć gęślą jaźń")
    assert not security.password_fits("no hash at all", "zażółć gęślą jaźń")


def test_a_link_is_for_one_purpose_in_its_time_and_cannot_be_forged(app: Flask) -> None:
    with time_machine.travel(world.NOON, tick=False) as clock:
        link = security.signed("reset", [7, "print"])
        assert security.unsigned("reset", link, hours=2) == [7, "print"]
        assert security.unsigned("confirm", link, hours=2) is None
        assert security.unsigned("reset", link[:-1] + ("A" if link[-1] != "A" else "B"), hours=2) is None
        assert security.unsigned("reset", "", hours=2) is None
        clock.shift(2 * 3600)
        assert security.unsigned("reset", link, hours=2) == [7, "print"]
        clock.shift(1)
        assert security.unsigned("reset", link, hours=2) is None
    app.secret_key, kept = "another key of the tests, as long as the first", app.secret_key
    try:
        with time_machine.travel(world.NOON, tick=False):
            assert security.unsigned("reset", link, hours=2) is None
    finally:
        app.secret_key = kept


def test_tokens_are_long_never_the_same_and_stored_as_hashes() -> None:
    tokens = {security.new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {64}
    assert not tokens & {security.token_hash(token) for token in tokens}
