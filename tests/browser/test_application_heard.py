"""The form as a screen reader tells of it: every control by its question, every fault where it is, and no more than that."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from strefa.contest.applications.models import Application
from strefa.contest.rounds import template_file
from strefa.outputs.questions import label_of
from tests import world
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.test_looks_applicant import WRONG
from tests.browser.writing import SAVED, address_of

CONTROLS = {"textbox", "checkbox", "radio", "combobox", "spinbutton", "button", "link", "listbox", "searchbox", "Date"}
AROUND = {"group", "radiogroup", "region"}
FORM = template_file.load(template_file.shipped("strefa-eksperymentu")).form


@dataclass(frozen=True)
class Heard:
    """One thing in the page as it is told: what it is, its name after those of the groups it lies in, what describes it."""

    role: str
    name: str
    within: str
    description: str
    required: bool
    invalid: bool
    key: str
    id: str


def heard(page: Page) -> list[Heard]:
    """List what a screen reader is told of each control and each group, in the order of the page."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("DOM.getDocument", {"depth": 0})
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}

    def around(node: dict) -> list[str]:
        above = nodes.get(node.get("parentId", ""))
        names = around(above) if above else []
        return names + ([_value(above, "name")] if above and _value(above, "role") in AROUND else [])

    told = []
    for node in nodes.values():
        if node.get("ignored") or _value(node, "role") not in CONTROLS | AROUND:
            continue
        found = session.send("DOM.describeNode", {"backendNodeId": node["backendDOMNodeId"]})["node"]
        pairs = iter(found.get("attributes", []))
        attributes = dict(zip(pairs, pairs, strict=True))
        states = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
        told.append(
            Heard(
                _value(node, "role"), _value(node, "name").strip(), " › ".join(around(node)), _value(node, "description"),
                states.get("required") is True, states.get("invalid") == "true",
                attributes.get("name", ""), attributes.get("id", ""),
            )
        )  # fmt: skip
    return told


def _value(node: dict, what: str) -> str:
    return str(node.get(what, {}).get("value", "")).replace("\N{NO-BREAK SPACE}", " ")


def opened(page: Page, application: Application, address: str) -> None:
    page.goto(address_of(application, address))
    page.wait_for_selector("html[data-scripted]", state="attached")
    page.evaluate("document.querySelectorAll('[data-when]').forEach(one => { one.hidden = false })")


@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_control_is_told_with_the_question_it_answers(visit: Visit, instance: Served, language: str) -> None:
    ala = world.a_person(language=language)
    application = world.an_application(by=ala)
    page = visit(address_of(application), ala, language=language)
    asked = {field.key: label_of(field, language).replace("\N{NO-BREAK SPACE}", " ") for field in FORM.fields}
    met: set[str] = set()
    for section in FORM.sections:
        opened(page, application, f"/{section.key}")
        told = heard(page)
        nameless = [one for one in told if one.role in CONTROLS and not one.name]
        assert not nameless, section.key
        for one in told:
            key = "h1_attachments" if one.key == "file" else one.key.partition("-")[0]
            if one.role in CONTROLS and key in asked:
                met.add(key)
                assert asked[key] in f"{one.within} › {one.name}", one
        rows = {one.within for one in told if "-0-" in one.key and one.key.partition("-")[0] in asked}
        assert all(("Wiersz 1" if language == "pl" else "Row 1") in within for within in rows), rows
    assert met == set(asked)


def test_every_fault_describes_the_control_it_is_in(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala, answers=WRONG | {"c1_need": "", "c3_audience": [], "f2_products": []})
    page = visit(address_of(application), ala)
    faults = 0
    for section in FORM.sections:
        opened(page, application, f"/{section.key}?braki=1")
        said: list[list[str]] = page.locator("form[data-autosave] .error:visible").evaluate_all(
            "all => all.map(one => [one.id.replace(/-error$/, ''), one.innerText.replaceAll('\\u00a0', ' ')])"
        )
        told = {one.id: one for one in heard(page)}
        faults += len(said)
        for at, text in said:
            assert at in told, (at, text)
            assert " ".join(text.split()) in " ".join(told[at].description.split()), (at, text, told[at])
            assert told[at].invalid or told[at].role in AROUND, told[at]
        assert {one.id for one in told.values() if one.invalid} <= {at for at, _text in said}, section.key
    assert faults > 15


LIVE = "() => [...document.querySelectorAll('[aria-live], [role=status], [role=alert], [role=log], output')].map(one => one.id)"
WATCHED = """() => {
  window.said = [];
  new MutationObserver(() => window.said.push(document.getElementById('announcer').textContent))
    .observe(document.getElementById('announcer'), { childList: true });
}"""


def test_nothing_is_said_at_each_key_and_what_matters_is_said_once(visit: Visit, instance: Served) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    page = visit(address_of(application), ala)
    opened(page, application, "/b")
    page.evaluate(WATCHED)
    within_live = "one => Boolean(one.closest('[aria-live], [role=status], [role=alert]'))"
    for quiet in (SAVED, "#b1_title-count", "[data-missing-count]"):
        assert not page.locator(quiet).evaluate(within_live), f"{quiet} would be read out at every change"
    page.locator("#b1_title").press_sequentially(" i nic więcej")
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    assert page.evaluate("window.said") == []

    page.locator("#b1_title").fill("ż" * 120)
    page.locator("#b1_title").press_sequentially("żżż")
    assert page.evaluate("window.said") == ["o 1 znak za dużo"]
    page.locator("#b1_title").fill("Biblioteka")
    page.locator("#b5_dates-from").fill("2027-04-01")
    expect(page.locator("#b5_dates-error, #b5_dates-from-error").filter(visible=True)).to_have_count(1)
    told = page.evaluate("window.said.at(-1)")
    assert told.startswith("B5. ") and "za wcześnie" in told, told

    page.context.set_offline(True)
    page.locator("#b1_title").fill("Biblioteka nocnych")
    expect(page.locator(SAVED)).to_have_attribute("data-state", "failed")
    assert "Brak połączenia" in page.evaluate("window.said.at(-1)")
    page.context.set_offline(False)
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    assert "Zapisano" in page.evaluate("window.said.at(-1)")
