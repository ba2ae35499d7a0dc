"""A visitor of the played round: opens pages, fills in their forms as they stand, follows where they lead.

Nothing is known here but pages: a field that a page does not show cannot be filled in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from strefa.cli.demo.stopping import unless_stopped

Value = str | list[str] | bool
_ROW = re.compile(r"-\d+-")  # a script adds rows of a table: their fields are named like those of the first


class Surprise(Exception):  # noqa: N818
    """A page was not what the played round expects; the text says which page and why."""


@dataclass(frozen=True)
class File:
    """A file to upload: its name and its bytes."""

    name: str
    content: bytes


class Page:
    """One answer of the server, read as a page."""

    def __init__(self, address: str, response: TestResponse) -> None:
        self.address = address
        self.status = response.status_code
        self.content = response.get_data()
        self.tree: Any = html.fromstring(self.content) if response.mimetype == "text/html" else None

    @property
    def title(self) -> str:
        return " ".join(self.tree.findtext(".//title", "").split())

    @property
    def said(self) -> list[str]:
        """What the page says at its top about the last step."""
        found = self.tree.xpath("//*[contains(@class, 'flashes') or contains(@class, 'summary')]")
        return [" ".join(node.text_content().split()) for node in found]

    def text(self, name: str) -> str:
        """Return the text of the part of the page with this id, or ""."""
        found = self.tree.xpath(f"//*[@id='{name}']")
        return " ".join(found[0].text_content().split()) if found else ""

    def links(self, part: str) -> list[str]:
        """List the paths of links whose address holds `part`, each once, in the order of the page."""
        paths = [urlsplit(urljoin(self.address, a.get("href"))).path for a in self.tree.iter("a") if a.get("href")]
        return [path for path in dict.fromkeys(paths) if part in path]

    def form(self, action: str, press: str = "") -> Any:
        """Return the form whose address ends in `action`, the one with a button worth `press` if one is named.

        Raises:
            Surprise: the page has no such form.
        """
        for form in self.tree.forms:
            fits = urlsplit(form.action or "").path.endswith(action)
            if fits and (not press or form.xpath(".//button[@value=$value]", value=press)):
                return form
        known = [form.action for form in self.tree.forms]
        raise Surprise(f"{self.address} ({self.status}): no form for …{action}, only {known}. {self.said}")


class Visitor:
    """Somebody with a browser of her own."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client()
        self._base_url: str = app.config["BASE_URL"]
        self._here = "/"

    def get(self, address: str, expected: int = 200) -> Page:
        """Open a page and follow where it leads.

        Raises:
            Surprise: the server answers with another status.
        """
        return self._expected(self._open(address, method="GET"), expected)

    def send(
        self,
        page: Page,
        action: str,
        values: Mapping[str, Value] | None = None,
        *,
        press: str = "",
        files: Mapping[str, list[File]] | None = None,
        expected: int = 200,
    ) -> Page:
        """Fill in a form of a page and send it; fields that are not named keep what they show.

        Args:
            action: how the form's address ends.
            values: field name to text, texts of several choices, or a tick.
            press: the value of the button that is pressed, when there is a choice; a form's only one is pressed anyway.
        """
        form = page.form(action, press)
        data = _filled(form, values or {}) | _pressed(form, press)
        for name, uploads in (files or {}).items():
            data[name] = [(BytesIO(upload.content), upload.name) for upload in uploads]
        kind = "multipart/form-data" if files else None
        return self._expected(self._open(form.action, method="POST", data=data, content_type=kind), expected)

    def _open(self, address: str, **request: Any) -> Page:
        unless_stopped()
        headers = {"User-Agent": "Firefox, Linux", "Referer": urljoin(self._base_url, self._here)}
        response = self._client.open(
            _path(address), base_url=self._base_url, headers=headers, follow_redirects=True, **request
        )
        self._here = response.request.path
        return Page(self._here, response)

    @staticmethod
    def _expected(page: Page, status: int) -> Page:
        if page.status != status:
            said = page.said if page.tree is not None else page.content[:200]
            raise Surprise(f"{page.address}: {page.status} instead of {status}: {said}")
        return page


def _pressed(form: Any, press: str) -> dict[str, Any]:
    """Return what the pressed button says, as a browser sends it."""
    buttons = form.xpath(".//button")
    pressed = [one for one in buttons if one.get("value") == press] if press else buttons if len(buttons) == 1 else []
    return {one.get("name"): [one.get("value", "")] for one in pressed if one.get("name")}


def _filled(form: Any, values: Mapping[str, Value]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name, value in form.form_values():
        data.setdefault(name, []).append(value)
    known = {field.name for field in form.inputs if field.name}
    first_rows = {_ROW.sub("-0-", name) for name in known}
    unknown = {name for name in values if name not in known and _ROW.sub("-0-", name) not in first_rows}
    if unknown:
        raise Surprise(f"the form {form.action} has no fields {sorted(unknown)}; it has {sorted(known)}")
    for name, value in values.items():
        match value:
            case bool():
                data.pop(name, None)
                if value:
                    data[name] = [form.inputs[name].get("value") or "y"]
            case str():
                data[name] = [value]
            case _:
                data[name] = list(value)
    return data


def _path(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
