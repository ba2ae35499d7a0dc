"""When others keep the database for too long: a page to wait on instead of an error, and a place that is not lost.

Nothing was stored, so whatever was asked may be asked again. What was typed stays in the page, which sends it by itself
after a while. Nothing here asks the database.
"""

from random import randrange
from typing import Any
from urllib.parse import urlencode

from flask import current_app, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from strefa.infra.database import is_busy
from strefa.infra.i18n import _, language
from strefa.web import arrival, resending, status_line
from strefa.web.session import AUTOSAVE, UPLOAD

SOONEST, LATEST = 4, 9  # seconds until the next attempt: spread, so that those who wait do not come back together


def answer(problem: Exception) -> ResponseReturnValue:
    """Ask whoever came to wait a moment; any other trouble with the database stays the error that it is."""
    if not is_busy(problem):
        raise problem
    current_app.logger.warning("busy: %s %s told to come again", request.method, request.endpoint)
    seconds = randrange(SOONEST, LATEST + 1)
    response = make_response(_said(seconds), 503)
    response.headers["Retry-After"] = str(seconds)
    if request.method == "GET" and response.mimetype == "text/html":
        response.headers["Refresh"] = str(seconds)
    return response


def _said(seconds: int) -> Any:
    """Say in the page's words, or a script's, when to come again."""
    if request.headers.get(AUTOSAVE):
        return jsonify(error=503, retry_after=seconds)
    if request.headers.get(UPLOAD):
        return jsonify(
            text=_("Serwer jest teraz bardzo zajęty. Wyślij plik jeszcze raz za chwilę."), retry_after=seconds
        )
    fields, settings = _kept(), current_app.config["SETTINGS"]
    return current_app.jinja_env.get_template("errors/busy.html").render(
        language=language(),
        seconds=seconds,
        is_form=request.method == "POST",
        fields=fields,
        action=_action() if fields is not None else "",
        back=_back(),
        status_lines=status_line.lines(ask=False),
        contact={"phone": settings.contact_phone, "email": settings.contact_email},
    )


def _kept() -> list[tuple[str, str]] | None:
    """Return what the page sends again; None when it may not: a password is kept nowhere, a file cannot be."""
    if request.method != "POST":
        return None
    try:
        if any(request.files.values()) or any(request.form.get(name) for name in resending.SECRET):
            return None
    except HTTPException:  # too large a body: sent again, it would be so again
        return None
    kept = request.form.get("kept")
    return resending.typed() + ([("kept", kept)] if kept else [])


def _action() -> str:
    """Return where it is sent again, with the place in the queue that this attempt has."""
    arguments = {**request.args.to_dict(), arrival.PLACE: arrival.place()}
    return f"{request.path}?{urlencode(arguments)}"


def _back() -> str:
    """Return the page that can be opened again: this one, or of an address that only takes forms the first one."""
    adapter = current_app.create_url_adapter(request)
    try:
        assert adapter is not None  # there is a request
        adapter.match(request.path, method="GET")
    except HTTPException:
        return "/"
    return request.full_path.rstrip("?") if request.method == "GET" else request.path
