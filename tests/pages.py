"""A client that checks each page's HTML and acts as people do."""

import re
from collections.abc import Mapping
from typing import Any

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from strefa.contest.people.models import Person
from strefa.infra import security
from strefa.infra.clock import now
from tests import world

POLISH = re.compile("[ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]")


class Pages:
    """A visitor. `sign_in` returns another visitor who holds that person's sign-in."""

    def __init__(self, app: Flask, person: Person | None = None) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self._csrf = "", ""
        if person is not None:
            token = world.a_sign_in(person)
            with self.client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = token, True

    def sign_in(self, person: Person) -> "Pages":
        """Return a visitor who is this person, second factor given."""
        return Pages(self.app, person)

    def known_to(self, person: Person) -> "Pages":
        """Let this visitor's browser be one that this person has used before."""
        name = f"{self.app.config['SESSION_COOKIE_NAME']}-{person.public_id}"
        with self.app.app_context():
            self.client.set_cookie(name, security.signed("device", [person.public_id, now().timestamp()]))
        return self

    def in_english(self) -> "Pages":
        """Switch this visitor to English (signed-in people have a language of their own)."""
        self.client.set_cookie("language", "en")
        return self

    def get(self, address: str, **options: Any) -> TestResponse:
        """Open a page; HTML is parsed strictly."""
        with self.app.app_context():  # `g` and the session of a request must not outlive it
            return self._checked(self.client.get(address, **options))

    def post(self, address: str, data: Mapping[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form with a fresh CSRF token."""
        whole = {"csrf_token": self.csrf_token(), **(data or {})}
        with self.app.app_context():
            return self._checked(self.client.post(address, data=whole, **options))

    def send_application(self, public_id: str) -> TestResponse:
        """Send an application as it stands, from the page that says what is missing."""
        address = f"/moje/wnioski/{public_id}"
        return self.post(f"{address}/zloz", {"read": state_on(self.get(f"{address}/braki").text)})

    def csrf_token(self) -> str:
        """Return a token that fits this visitor's cookie; asked for again when the cookie is another."""
        if self._csrf[0] and self._csrf[0] == self._cookie():
            return self._csrf[1]
        with self.app.app_context():
            page = self.client.get("/konto/haslo/nowe").get_data(as_text=True)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found, "no form with a CSRF token on the page of a new password"
        self._csrf = self._cookie(), found[1]
        return found[1]

    def _cookie(self) -> str:
        cookie = self.client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        return cookie.value if cookie else ""

    def _checked(self, response: TestResponse) -> TestResponse:
        if response.mimetype == "text/html" and response.status_code not in {301, 302, 303, 307, 308}:
            check_html(response.get_data(as_text=True))
        return response


def state_on(page: str) -> str:
    """Return the state of an application that a page carries beside its button; "" when it has no button."""
    found = re.search(r'name="read" value="([^"]*)"', page)
    return found[1] if found else ""


def check_html(text: str) -> None:
    """Fail unless a page is strict HTML, says its language, and each field has its label."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(text)
    assert not parser.errors, [(position, code, values) for position, code, values in parser.errors]
    nodes = list(tree.iter())
    assert tree.get("lang"), "the page does not say its language"
    headings = tree.findall(".//h1")
    assert len(headings) == 1, f"a page has exactly one h1, this one has {len(headings)}"
    heading = " ".join("".join(headings[0].itertext()).split())
    title = " ".join(tree.find(".//title").text.split())
    assert title.startswith(heading), f"the title «{title}» starts with the h1 «{heading}»"
    _check_ids_and_labels(nodes)
    assert not re.search(r"\bNone\b|\{\{|Undefined", "".join(_texts(tree))), "a Python value leaked into the page"


def _texts(tree: Any) -> list[str]:
    skipped = {"script", "style", "textarea"}
    return [text for node in tree.iter() if node.tag not in skipped for text in (node.text, node.tail) if text]


def _check_ids_and_labels(nodes: list[Any]) -> None:
    ids = [node.get("id") for node in nodes if node.get("id")]
    assert len(ids) == len(set(ids)), f"duplicate ids: {sorted(i for i in ids if ids.count(i) > 1)}"
    labelled = {node.get("for") for node in nodes if node.tag == "label"}
    for node in nodes:
        assert node.get("style") is None, f"inline style on <{node.tag}>"
        if node.tag in {"input", "select", "textarea"} and node.get("type") not in {"hidden", "submit"}:
            named = node.get("id") in labelled or node.get("aria-label") or node.get("aria-labelledby")
            assert named, f"<{node.tag} name={node.get('name')}> has no label"
        if node.tag == "form":
            assert node.get("action"), "a form without an address"
        described = (node.get("aria-describedby") or "").split() + (node.get("aria-labelledby") or "").split()
        assert set(described) <= set(ids), f"<{node.tag}> is described by what is not there: {described}"
