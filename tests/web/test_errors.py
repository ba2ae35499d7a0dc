"""Error pages say what happened and what to do; scripts get an answer they understand."""

import pytest
from sqlalchemy.orm import Session

from strefa.web import LARGEST_BODY
from strefa.web.session import AUTOSAVE, UPLOAD
from tests import world
from tests.pages import POLISH, Pages


@pytest.mark.parametrize(
    ("method", "address", "status", "said"),
    [
        ("GET", "/nie/ma/takiej", 404, "Nie ma takiej strony"),
        ("GET", "/konto/wylogowanie", 405, "Tak się nie da"),
        ("POST", "/", 405, "Tak się nie da"),
    ],
)
def test_a_wrong_address_gets_a_page_with_a_way_on(
    store: Session, pages: Pages, method: str, address: str, status: int, said: str
) -> None:
    answer = pages.get(address) if method == "GET" else pages.post(address)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, said in page) == (status, True), page
    assert 'href="/"' in page
    english = Pages(pages.app).in_english()
    again = english.get(address) if method == "GET" else english.post(address)
    main = again.get_data(as_text=True).partition("<main")[2].partition("</main>")[0]
    assert not POLISH.search(main)


def test_a_body_that_is_too_large_is_refused_before_it_is_read(store: Session, pages: Pages) -> None:
    answer = pages.post("/konto/logowanie", {"email": "a" * (LARGEST_BODY + 1), "password": "x"})
    assert answer.status_code == 413


def test_a_body_that_is_too_large_leads_back_to_its_form(store: Session, pages: Pages) -> None:
    body = {"email": "a" * (LARGEST_BODY + 1), "password": "x"}
    answer = pages.post("/konto/logowanie", body, headers={"Referer": "http://localhost/moje/wnioski/abc/h"})
    assert 'href="/moje/wnioski/abc/h"' in answer.text
    answer = pages.post("/konto/logowanie", body, headers={"Referer": "http://localhost/konto/logowanie"})
    assert 'href="/konto/logowanie"' in answer.text.partition("<main")[2].partition("</main>")[0]
    for came in ("http://elsewhere.example/konto/logowanie", "", "http://localhost/konto/wylogowanie"):
        answer = pages.post("/konto/logowanie", body, headers={"Referer": came})
        assert "Wróć do formularza" not in answer.text


def test_a_form_of_a_thousand_and_one_parts_is_refused(store: Session, pages: Pages) -> None:
    parts = {f"part{number}": "x" for number in range(1_001)}
    answer = pages.post("/konto/logowanie", parts, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_a_token_that_is_too_old_shows_what_was_typed_and_sends_it_again(store: Session, pages: Pages) -> None:
    hers = pages.sign_in(world.a_person())
    stale = hers.post("/moje/organizacje/nowa", {"csrf_token": "old", "name": "Biblioteka „Pod Lipą”"})
    page = stale.get_data(as_text=True)
    assert stale.status_code == 400
    assert "Biblioteka „Pod Lipą”" in page
    assert 'action="/moje/organizacje/nowa"' in page
    kept = hers.post(
        "/konto/haslo", {"csrf_token": "old", "current": "stare tajne hasło", "password": "nowe tajne hasło"}
    )
    assert "tajne hasło" not in kept.get_data(as_text=True)


@pytest.mark.parametrize(("header", "key"), [(AUTOSAVE, "csrf_token"), (UPLOAD, "text")])
def test_a_script_with_an_old_token_is_answered_in_its_own_way(
    store: Session, pages: Pages, header: str, key: str
) -> None:
    hers = pages.sign_in(world.a_person())
    answer = hers.post("/moje/organizacje/nowa", {"csrf_token": "old"}, headers={header: "1"})
    assert (answer.status_code, list(answer.get_json())) == (400, [key])


@pytest.mark.parametrize(("header", "keys"), [(AUTOSAVE, {"error", "text"}), (UPLOAD, {"text"})])
def test_a_script_at_a_wrong_address_is_answered_in_its_own_way(
    store: Session, pages: Pages, header: str, keys: set[str]
) -> None:
    answer = pages.get("/nie/ma/takiej", headers={header: "1"})
    assert (answer.status_code, set(answer.get_json())) == (404, keys)


def test_the_address_for_watchers_tells_that_the_database_is_there(store: Session, pages: Pages) -> None:
    answer = pages.get("/zdrowie")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})
