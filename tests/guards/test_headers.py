"""Headers on every answer, cookies that no script reads, and pages that ask no other server for anything."""

import re
from pathlib import Path

import lxml.html
import pytest
from werkzeug.test import TestResponse

from strefa.web import assets
from tests import world
from tests.guards.addresses import address
from tests.guards.conftest import an_app, put_back
from tests.guards.scene import PEOPLE, Scene
from tests.guards.tables import READ, table
from tests.pages import Pages

ROOT = Path(__file__).resolve().parents[2]
SHEET = f"{assets.address_of(ROOT / 'static')}/css/base.css"
ROWS = table(READ)
LOADING = {"src", "srcset", "poster", "data", "action", "formaction", "xlink:href"}
FOREIGN_STYLE = re.compile(r"url\(\s*['\"]?(?:[a-z]+:)?//[^)]*|@import[^;]*")


@pytest.fixture(scope="module")
def opened(scene: Scene) -> dict[str, TestResponse]:
    """Each page as an anonymous visitor sees it, and as the first who may."""
    answers = {}
    for row, marks in ROWS.items():
        allowed = next((who for who in PEOPLE[1:] if marks[who] not in "->"), "stranger")
        answers |= {f"{row} as {who}": scene.clients[who].get(address(scene, row)) for who in ("anonymous", allowed)}
    return answers


def test_every_answer_carries_the_headers(opened: dict[str, TestResponse]) -> None:
    bare = {}
    for name, answer in opened.items():
        policy = answer.headers["Content-Security-Policy"]
        told = {
            "no scripts of others": re.search(r"default-src '(?:self|none)'", policy) and "unsafe" not in policy,
            "in nobody's frame": "frame-ancestors 'none'" in policy,
            "no guessing": answer.headers["X-Content-Type-Options"] == "nosniff",
            "no address told": answer.headers["Referrer-Policy"] == "same-origin",
            "no camera": "camera=()" in answer.headers["Permissions-Policy"],
            "kept by nobody": name.endswith("anonymous") or answer.headers["Cache-Control"] == "no-store",
        }
        if not all(told.values()):
            bare[name] = [what for what, holds in told.items() if not holds]
    assert bare == {}


@pytest.mark.parametrize("where", ["/nie-ma-takiej-strony", "/static/nie-ma.css", "/zdrowie", SHEET])
def test_what_is_no_page_carries_them_too(scene: Scene, where: str) -> None:
    answer = scene.clients["anonymous"].get(where)
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_a_browser_keeps_what_a_page_is_dressed_in_and_asks_anew_when_any_of_it_changes(
    scene: Scene, tmp_path: Path
) -> None:
    answer = scene.clients["anonymous"].get(SHEET)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert f'href="{SHEET}"' in scene.clients["anonymous"].get("/").text
    assert "immutable" not in scene.clients["anonymous"].get("/static/nie-ma.css").headers.get("Cache-Control", "")
    (tmp_path / "css").mkdir()
    sheet = tmp_path / "css" / "base.css"
    sheet.write_text("a {}", encoding="utf-8")
    before = assets.address_of(tmp_path)
    assert assets.address_of(tmp_path) == before
    sheet.write_text("b {}", encoding="utf-8")
    assert assets.address_of(tmp_path) != before


def test_the_policy_lets_no_script_stand_in_a_page(scene: Scene) -> None:
    policy = scene.clients["anonymous"].get("/").headers["Content-Security-Policy"]
    parts = [part.strip().partition(" ") for part in policy.split(";")]
    sources = {name: value for name, _space, value in parts}
    assert sources["default-src"] == "'self'"
    assert sources.get("script-src", "'self'") in {"'self'"}
    assert sources.get("style-src", "'self'") in {"'self'"}
    assert (sources["object-src"], sources["base-uri"], sources["form-action"]) == ("'none'", "'none'", "'self'")


def test_no_page_asks_another_server_for_anything(opened: dict[str, TestResponse]) -> None:
    asked = {}
    for name, answer in opened.items():
        if (
            answer.mimetype == "text/html"
            and answer.status_code != 302
            and (foreign := loaded_from_others(answer.text))
        ):
            asked[name] = foreign
    assert asked == {}


def loaded_from_others(page: str) -> list[str]:
    """List the addresses of other servers that a browser would ask while showing a page or sending its forms."""
    found = []
    for node in lxml.html.fromstring(page).iter(lxml.html.etree.Element):
        names = LOADING | ({"href"} if node.tag == "link" else set())
        found += [value for name in names if (value := node.get(name, "")) and not own(value)]
    return found


def own(value: str) -> bool:
    return value.startswith(("/", "#", "data:image/", "?")) and not value.startswith("//")


def test_no_stylesheet_or_script_of_ours_asks_another_server() -> None:
    foreign = {}
    for path in (ROOT / "static").rglob("*"):
        if path.suffix == ".css" and (found := FOREIGN_STYLE.findall(bare_of_comments(path))):
            foreign[path.name] = found
        if path.suffix == ".js" and (found := re.findall(r"https?://[^\s'\"`]+", bare_of_comments(path))):
            foreign[path.name] = found
    assert foreign == {}


def bare_of_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/|^\s*//.*$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(
    ("base_url", "name", "secure"),
    [("http://127.0.0.1:8000", "strefa", False), ("https://strefa.example.org", "__Host-strefa", True)],
)
def test_the_cookie_of_a_sign_in_is_for_our_server_alone(
    tmp_path: Path, base_url: str, name: str, secure: bool
) -> None:
    app = an_app(tmp_path, f"guards_cookie_{secure}", base_url=base_url)
    with put_back(app):
        world.start()
        person = world.with_password(world.a_person())
        visitor = Pages(app)
        data = {"email": person.email, "password": world.PASSWORD}
        app.config["WTF_CSRF_ENABLED"] = False
        answer = visitor.client.post("/konto/logowanie", data=data, base_url=base_url)
    assert answer.status_code == 302
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith(f"{name}="))
    parts = {part.strip().partition("=")[0]: part.strip().partition("=")[2] for part in cookie.split(";")[1:]}
    assert {"HttpOnly", "SameSite", "Path"} <= parts.keys()
    assert (parts["SameSite"], parts["Path"], "Secure" in parts, "Domain" in parts) == ("Lax", "/", secure, False)
    assert ("Strict-Transport-Security" in answer.headers) is secure
