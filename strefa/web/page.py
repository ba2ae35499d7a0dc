"""Rendering pages: the template is named like the endpoint, the frame around it is the same everywhere."""

from collections.abc import Callable
from typing import Any, TypedDict

from flask import Flask, current_app, g, has_request_context, render_template, request, url_for
from markupsafe import Markup

from strefa.infra import i18n
from strefa.infra.clock import now
from strefa.web import status_line
from strefa.web.session import current_user


class Link(TypedDict):
    """One entry of a desk's menu."""

    text: str
    url: str
    current: bool


class Desk(TypedDict):
    """Whose desk a page stands on: its name and its menu."""

    name: str
    links: list[Link]


Menu = Callable[[], tuple[str, list[tuple[str, str]]]]
"""What an audience's package offers as `menu`: the desk's name, and pairs of text and address."""


def page(name: str | None = None, **context: Any) -> str:
    """Render the template named like the endpoint: `a.b.show` is `a/b/show.html`."""
    return render_template(f"{name or (request.endpoint or '').replace('.', '/')}.html", **context)


def init_app(app: Flask, menus: dict[str, Menu]) -> None:
    """Give every page its frame: menu, language, the contest's phone and e-mail, the demo's bar."""
    app.extensions["menus"] = menus
    app.context_processor(_everywhere)
    said: dict[str, Markup] = {}

    def script_words() -> Markup:
        """The sentences that scripts say: the same on every page, so rendered once for each language."""
        if (spoken := i18n.language()) not in said:
            said[spoken] = Markup(render_template("ui/words.html"))
        return said[spoken]

    app.jinja_env.globals["script_words"] = script_words
    app.jinja_env.globals["whose_email"] = _own_email
    app.jinja_env.globals["whose"] = lambda: (has_request_context() and current_user.get_id()) or ""


def _own_email() -> str:
    """Return the address by which whoever is looking signs in again in place; nothing on a shared computer."""
    known = has_request_context() and current_user.is_authenticated and g.sign_in.shared_at is None
    return current_user.email if known else ""


def _everywhere() -> dict[str, Any]:
    if not has_request_context() or (request.endpoint is None and request.routing_exception is None):
        return {"language": i18n.language()}
    settings = current_app.config["SETTINGS"]
    signed_in = current_user.is_authenticated
    return {
        "language": i18n.language(),
        "server_now": now(),
        "shared_computer": signed_in and g.sign_in.shared_at is not None,
        "contact": {"phone": settings.contact_phone, "email": settings.contact_email},
        "home_url": url_for("public.home.show"),
        "language_url": url_for("public.language.choose"),
        "sign_in_url": url_for("account.signing_in.create"),
        "sign_out_url": url_for("account.signing_out.create") if signed_in else None,
        "account_url": url_for("account.overview.show") if signed_in else None,
        "desk": _desk(),
        "status_lines": status_line.lines(),
        "demo": current_app.extensions["demo_bar"]() if settings.demo else None,
    }


def _desk() -> Desk | None:
    menus: dict[str, Menu] = current_app.extensions["menus"]
    menu = menus.get((request.blueprint or "public").split(".")[0])
    if menu is None:
        return None
    name, entries = menu()
    here = max((url for _, url in entries if request.path.startswith(url)), key=len, default="")
    return {"name": name, "links": [{"text": text, "url": url, "current": url == here} for text, url in entries]}
