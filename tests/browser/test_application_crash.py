"""The whole browser dies, not only a page: what was typed and not yet saved is there when it opens again."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from strefa.contest.people.models import Person
from tests import world
from tests.browser.conftest import FLAGS, program
from tests.browser.served import Served
from tests.browser.writing import SAVED, address_of, stored

LONG_AGO = 6_000  # milliseconds after which Chromium has put its local storage on disk


def opened(browser: Browser, instance: Served, profile: Path, person: Person) -> BrowserContext:
    """Start a browser of its own processes, with this folder for what it remembers."""
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path=program(), args=FLAGS, base_url=instance.address, locale="pl"
    )
    context.add_cookies([instance.cookie_of(person)])  # pyright: ignore[reportArgumentType]
    return context


def at(context: BrowserContext, address: str) -> Page:
    page = context.pages[0]
    page.goto(address)
    page.wait_for_selector("html[data-scripted]", state="attached")
    return page


def killed(profile: Path) -> None:
    """Kill every process of the browser that keeps its things here, as when the power goes: nothing is put away first."""
    found = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"--user-data-dir={profile}".encode() in (process / "cmdline").read_bytes().split(b"\0"):
                os.kill(int(process.name), signal.SIGKILL)
                found += 1
    assert found, "there was nothing to kill"


def test_what_was_typed_in_the_last_seconds_outlives_the_browser(
    browser: Browser, instance: Served, tmp_path: Path
) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    first = opened(browser, instance, tmp_path, ala)
    page = at(first, address_of(application, "/c"))
    first.set_offline(True)
    need = page.locator("#c1_need")
    need.fill("Długo przed katastrofą.")
    page.wait_for_timeout(LONG_AGO)
    need.press_sequentially(" I tuż przed nią.")
    page.wait_for_timeout(200)
    killed(tmp_path)
    with suppress(Error):  # whoever is gone does not answer
        first.close()

    second = opened(browser, instance, tmp_path, ala)
    page = at(second, address_of(application, "/c"))
    page.get_by_role("button", name="Przywróć ten tekst").click()
    expect(page.locator("#c1_need")).to_have_value("Długo przed katastrofą. I tuż przed nią.")
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    assert stored(application)["c1_need"] == "Długo przed katastrofą. I tuż przed nią."
    at(second, address_of(application, "/c"))
    expect(page.get_by_role("button", name="Przywróć ten tekst")).to_have_count(0)
    second.close()
