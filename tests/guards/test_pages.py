"""Every page, opened by everybody: who gets in, whether the page is sound, and that opening it stores nothing.

The scene stands on a database of its own, in real transactions, so a view that wrote would be refused by the database.
"""

from collections.abc import Iterator

import pytest

from tests.guards.addresses import address
from tests.guards.languages import bare, lacks_contact, words_of_another_language
from tests.guards.scene import PEOPLE, Scene
from tests.guards.tables import READ, endpoints, table
from tests.pages import check_html

MARKS = {200: "+", 302: ">", 404: "-", 410: "x", 503: "w"}
ROWS = table(READ)

judged: set[tuple[str, str]] = set()


@pytest.fixture(scope="module", params=["pl", "en"])
def language(scene: Scene, request: pytest.FixtureRequest) -> Iterator[str]:
    scene.speak(request.param)
    yield request.param
    scene.speak("pl")


def test_the_table_lists_every_page_and_no_other(scene: Scene) -> None:
    opened = {rule.endpoint for rule in scene.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert endpoints(READ) == opened - {"static"}


@pytest.mark.parametrize("row", ROWS)
def test_who_may_open_it_and_what_they_see(scene: Scene, language: str, row: str) -> None:
    """A page that nobody but its people may open is tried by all; in English by those who get in."""
    asked = [who for who in PEOPLE if language == "pl" or ROWS[row][who] not in "->"]
    answers = {who: scene.clients[who].get(address(scene, row)) for who in asked}
    assert {who: MARKS.get(answer.status_code, answer.status) for who, answer in answers.items()} == {
        who: ROWS[row][who] for who in asked
    }
    for answer in answers.values():
        if answer.status_code == 302:
            assert answer.location.startswith("/"), f"led away to {answer.location}"
        elif answer.mimetype == "text/html":
            sound(scene, language, answer.get_data(as_text=True))


def sound(scene: Scene, language: str, page: str) -> None:
    """Fail unless a page is strict HTML, in one language, with the contest's phone and e-mail.

    Pages that differ only in who looks and in their tokens are judged once.
    """
    known = language, bare(page)
    if known in judged:
        return
    check_html(page)
    assert f'<html lang="{language}"' in page
    assert words_of_another_language(page, language) == []
    assert lacks_contact(page, scene.app.config["SETTINGS"]) == []
    judged.add(known)


def test_anonymous_people_are_asked_to_sign_in_and_led_back(scene: Scene) -> None:
    for row, marks in ROWS.items():
        if marks["anonymous"] == ">":
            where = address(scene, row)
            assert scene.clients["anonymous"].get(where).location.partition("?")[0] == "/konto/logowanie", row
