"""Rendering pages: the template is named like the endpoint."""

from typing import Any

from flask import Flask, current_app, render_template, request

from strefa.infra.clock import now


def page(name: str | None = None, **context: Any) -> str:
    """Render the template named like the endpoint: `a.b.show` is `a/b/show.html`."""
    return render_template(f"{name or (request.endpoint or '').replace('.', '/')}.html", **context)


def init_app(app: Flask) -> None:
    """Give every page the contest's phone and e-mail, the server's time and the demo's bar."""
    app.context_processor(_everywhere)


def _everywhere() -> dict[str, Any]:
    settings = current_app.config["SETTINGS"]
    return {
        "contact_email": settings.contact_email,
        "contact_phone": settings.contact_phone,
        "demo": settings.demo,
        "server_time": now(),
    }
