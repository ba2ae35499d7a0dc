"""A person with a keyboard and nothing else: wherever a key takes her, she sees where she is and is told what it is."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import FileChooser, Locator, Page, expect

from tests.answers import of_section
from tests.attachments import a_pdf

# Nothing of it may lie outside the window or under a bar that stays in sight, and its ring must be drawn.
WRONG = """() => {
  const e = document.activeElement, wrong = [];
  const [first] = e.getClientRects();
  const { width, height } = first ?? { width: 0, height: 0 };
  const style = getComputedStyle(e.closest(".scale label") ?? e);
  if (width * height < 1) wrong.push("has no size");
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2 || style.outlineColor === "rgba(0, 0, 0, 0)") wrong.push("has no ring");
  const mine = (top) => top && (e.contains(top) || top.contains(e) && top.matches("label") || (e.closest(".option, .scale label") ?? e).contains(top));
  const low = Math.min(height, 48); // of a tall box its first line is enough: one writes there
  for (const [x, y] of [[.1, .1], [.5, .5], [.9, .9]]) {
    const top = document.elementFromPoint(first?.left + width * x, first?.top + low * y);
    if (!mine(top)) wrong.push(`is under ${top ? top.outerHTML.slice(0, 60) : "the edge of the window"}`);
  }
  return wrong;
}"""
HERE = """() => {
  const e = document.activeElement;
  const { name = "", value = "", type = "", checked = false, tagName, href = "" } = e;
  return { name, value, type, checked, tag: tagName, href, html: e.outerHTML.slice(0, 120), left: e === document.body };
}"""


class Keyboard:
    """Walks through pages by keys alone, and fails at a stop that cannot be seen or has no name."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses = page, 0
        self._dialogs: list[FileChooser] = []
        page.on(
            "filechooser", lambda dialog: self._dialogs.append(dialog)
        )  # from the start: asked for at the key, it may come too late
        self._cdp = page.context.new_cdp_session(page)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.presses += 1

    def stop(self, key: str = "Tab") -> dict[str, Any]:
        """Press a key that moves the focus; returns what it stands on."""
        self.press(key)
        return self.here()

    def here(self) -> dict[str, Any]:
        """Return what the focus stands on, once it is known to be seen and named."""
        here = self.page.evaluate(HERE)
        assert not here["left"], "the focus has left the page"
        wrong = self.page.evaluate(WRONG)
        assert not wrong, f"{self.page.url}: {here['html']} {wrong}"
        assert self._name().strip(), f"{self.page.url}: {here['html']} has no name"
        return here

    def _name(self) -> str:
        found = self._cdp.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]["objectId"]
        [node] = self._cdp.send("Accessibility.getPartialAXTree", {"objectId": found, "fetchRelatives": False})["nodes"]
        return str(node.get("name", {}).get("value", ""))

    def to(self, wanted: Locator, key: str = "Tab", most: int = 60) -> None:
        """Walk until the focus stands on something."""
        for _press in range(most):
            self.stop(key)
            if wanted.evaluate("e => e === document.activeElement"):
                return
        raise AssertionError(f"{most} times {key} do not reach {wanted}")

    def follow(self, wanted: Locator, key: str = "Tab") -> None:
        """Walk to a link or a button, press Enter, and wait for the page that answers."""
        self.to(wanted, key)
        with self.page.expect_navigation():
            self.press("Enter")
        self.page.wait_for_selector("html[data-scripted]", state="attached")

    def past_the_top(self) -> None:
        """Leave out what every page begins with, by its first link."""
        self.stop()
        expect(self.page.locator("body > .skip")).to_be_focused()
        self.press("Enter")
        expect(self.page.locator("main")).to_be_focused()

    def past_the_sections(self) -> None:
        """From the top of a section's page, by its two links, into the first question."""
        self.past_the_top()
        self.stop()
        self.press("Enter")
        expect(self.page.locator("#questions :focus")).to_be_visible()

    def fill(self, letter: str, until: Locator) -> None:
        """Walk through a section from its first question, answer each where one comes to it, and stop at the button."""
        waiting = {name: value for name, value in of_section(letter).items() if value}
        for here in self._stops(until):
            name, wanted = here["name"], waiting.get(here["name"])
            if name == "rows":
                self._row(here["value"], waiting)
            elif here["type"] == "file":
                self._attach()
            elif wanted:
                self._answer(here, wanted)
                if here["type"] != "checkbox" or isinstance(wanted, str):
                    del waiting[name]
                elif here["value"] in wanted:
                    waiting[name] = [value for value in wanted if value != here["value"]]
        left = [name for name, value in waiting.items() if value]
        assert not left, f"the keyboard did not come to {left}"

    def _stops(self, until: Locator) -> Iterator[dict[str, Any]]:
        yield self.here()
        for _press in range(150):
            yield self.stop()
            if until.evaluate("e => e === document.activeElement"):
                return
        raise AssertionError("the section does not end")

    def _row(self, said: str, waiting: dict[str, Any]) -> None:
        """At the button below a table: add a row when there is one more to write; the focus stands in it then."""
        doing, _, table = said.partition(":")
        if doing != "add" or not any(key.startswith(f"{table}-") for key in waiting):
            return
        adding = self.page.evaluate_handle("document.activeElement")
        self.press("Space")
        self.page.wait_for_function("old => old !== document.activeElement", arg=adding)
        first = self.here()
        assert first["name"] in waiting, f"a new row begins at {first['name']}"
        self._answer(first, waiting.pop(first["name"]))

    def _answer(self, here: dict[str, Any], wanted: Any) -> None:
        """Answer the question under the focus."""
        if here["tag"] == "SELECT" or here["type"] == "radio":
            self._choose(here["type"], wanted)
        elif here["type"] == "checkbox":
            if not here["checked"] and (wanted == "y" or here["value"] in wanted):
                self.press("Space")
        elif here["type"] == "date":
            self._date(*wanted.split("-"))
        else:
            self.press("Control+a")
            self.page.keyboard.type(wanted)
            self.presses += len(wanted)
        if here["type"] not in ("checkbox", "radio"):
            assert self.page.evaluate("document.activeElement.value") == wanted

    def _date(self, year: str, month: str, day: str) -> None:
        """Type a date in the order in which this browser asks for it, which is its own affair."""
        for order in (f"{month}{day}{year}", f"{day}{month}{year}"):
            self.press("ArrowLeft")
            self.press("ArrowLeft")
            self.page.keyboard.type(order)
            if self.page.evaluate("document.activeElement.value") == f"{year}-{month}-{day}":
                return

    def _choose(self, kind: str, wanted: str) -> None:
        """Go down a list, or a group of radio buttons, to a value."""
        if kind == "radio" and self.page.evaluate("document.activeElement.value") == wanted:
            return self.press("Space")
        for _press in range(40):
            if self.page.evaluate("document.activeElement.value") == wanted:
                return None
            self.press("ArrowDown")
        raise AssertionError(f"the list has no {wanted}")

    def _attach(self) -> None:
        """Open the dialog of files and give it one; it is on the page when its link is."""
        if self.page.get_by_role("link", name="list.pdf", exact=True).count():
            return
        self.press("Enter")
        for _moment in range(50):
            if not self._dialogs:
                self.page.wait_for_timeout(100)
        self._dialogs.pop().set_files({"name": "list.pdf", "mimeType": "application/pdf", "buffer": a_pdf()})
        expect(self.page.get_by_role("link", name="list.pdf", exact=True)).to_be_visible()
        self.here()
