"""Chromium for the stories that need one: visitors, and a judge of accessibility.

A story that leaves an error in the console, or asks anybody but us for anything, fails.
"""

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from strefa.contest.people.models import Person
from tests import world
from tests.browser.served import Served, served

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What axe finds is put into words in the page: carrying all of it out of there takes longer than finding it.
RUN_AXE = """async tags => {
  const options = {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], preload: false};
  const found = await axe.run(document, options);
  if (!found.passes.length) throw new Error('axe judged nothing');
  const where = node => `${node.target} ${node.html.slice(0, 160)}`;
  return found.violations.map(rule =>
    [`${rule.id} (${rule.impact}): ${rule.help}`, ...rule.nodes.slice(0, 5).map(where)].join('\\n    '));
}"""
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ON_MACOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Visit = Callable[..., Page]
Judge = Callable[[Page], None]


def program() -> str | None:
    """Return the system's browser, or None for the one that Playwright keeps."""
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    return found or (ON_MACOS if Path(ON_MACOS).exists() else None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    folder = tmp_path_factory.mktemp("served")
    address = f"sqlite:///{folder / 'strefa.sqlite'}"
    if os.environ.get("STREFA_TEST_DATABASE") == "postgresql":
        from tests.databases import database_url

        address = database_url("strefa_browser")
    with served(folder, address) as instance:
        yield instance


@pytest.fixture
def instance(_instance: Served) -> Iterator[Served]:
    """An empty running instance whose clock stands at the world's noon; builders of `tests.world` fill it."""
    world.start()
    _instance.clock.set(world.NOON)
    with _instance.app.app_context():
        yield _instance
        _instance.empty()
    _instance.clock.set(None)


@pytest.fixture
def visit(browser: Browser, instance: Served) -> Iterator[Visit]:
    """Open a page of one's own: `visit("/", person=None, width=1280, height=800, **context)`.

    Further words go to Playwright's `new_context`: `color_scheme="dark"`, `java_script_enabled=False`, …
    """
    opened: list[Page] = []
    complaints: list[str] = []

    def open_page(address: str = "/", person: Person | None = None, width: int = 1280, **options: Any) -> Page:
        viewport = {"width": width, "height": options.pop("height", 800)}
        language = options.pop("language", "pl")
        context = browser.new_context(base_url=instance.address, viewport=viewport, locale=language, **options)  # pyright: ignore[reportArgumentType]
        context.set_default_timeout(10_000)
        context.add_cookies([{"name": "language", "value": language, "url": instance.address}])
        if person is not None:
            context.add_cookies([instance.cookie_of(person)])  # pyright: ignore[reportArgumentType]
        page = context.new_page()
        _listen(page, instance.address, complaints)
        opened.append(page)
        page.goto(address)
        if options.get("java_script_enabled", True) and page.locator("script[src*='main.js']").count():
            page.wait_for_selector("html[data-scripted]", state="attached")  # before, a click takes the scriptless road
        return page

    yield open_page
    for page in opened:
        page.context.close()
    assert not complaints, "\n".join(complaints)


def _listen(page: Page, address: str, complaints: list[str]) -> None:
    def console(message: ConsoleMessage) -> None:
        expected = "Failed to load resource" in message.text  # an answer such as 409 is a story's own matter
        if message.type == "error" and not expected:
            complaints.append(f"console: {message.text}")

    def request(asked: Request) -> None:
        if not asked.url.startswith((address, "data:", "blob:")):
            complaints.append(f"a request to a stranger: {asked.url}")

    page.on("console", console)
    page.on("request", request)
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))


@pytest.fixture
def accessible() -> Judge:
    """Fail on any violation that axe finds on the page as it stands now: A, AA, 2.2 AA and best practice."""

    def judge(page: Page) -> None:
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE)  # through the debugger, where the page's CSP has no say
        told: list[str] = page.evaluate(RUN_AXE, TAGS)
        assert not told, f"{page.url}\n" + "\n".join(told)

    return judge
