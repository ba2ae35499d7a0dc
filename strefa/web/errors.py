"""Error pages: what happened, what to do, and nothing typed is lost."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from strefa.infra.i18n import _
from strefa.web import busy, resending, status_line
from strefa.web.session import AUTOSAVE, UPLOAD

KNOWN = (400, 403, 404, 405, 413, 429, 500)


def init_app(app: Flask) -> None:
    """Give each known error its page."""
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, _page)
    app.register_error_handler(500, _page)
    app.register_error_handler(OperationalError, busy.answer)
    app.register_error_handler(PoolTimeout, busy.answer)
    app.log_exception = _logged  # pyright: ignore[reportAttributeAccessIssue]


def _logged(problem: Any) -> None:
    """Log an exception by the name of its page: the address may hold a link that opens a door."""
    current_app.logger.error("exception in %s %s", request.method, request.endpoint, exc_info=problem)


def _page(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:
        return error.get_response()
    if request.headers.get(AUTOSAVE):
        return jsonify({"error": code} | ({"text": _gone()} if code == 404 else {})), code
    if request.headers.get(UPLOAD):
        said = _("Plik jest za duży. Zmniejsz go albo podziel.") if code == 413 else _("Nie udało się przyjąć pliku.")
        return jsonify(text=said), code
    name = code if code in KNOWN else 400 if code < 500 else 500
    try:
        return render_template(f"errors/{name}.html", back=_from_where() if code == 413 else ""), code
    except SQLAlchemyError:  # the frame of a page asks the database who is looking
        return _alone(), code


def _gone() -> str:
    """Return what a page says that saves by itself when trying again is no use."""
    return _(
        "Nie można tu już zapisać: tej wersji roboczej nie ma albo nie masz już do niej dostępu."
        " Skopiuj swój tekst, zanim zamkniesz stronę."
    )


def _from_where() -> str:
    """Return the page of ours that a body too large came from, when the browser says so."""
    came = urlsplit(request.referrer or "")
    try:
        current_app.url_map.bind("").match(came.path, method="GET")
    except HTTPException:  # what a form answered stands at an address that only takes forms
        return ""
    return came.path if came.netloc == request.host else ""


def _alone() -> str:
    """Render a page that needs no database."""
    settings = current_app.config["SETTINGS"]
    template = current_app.jinja_env.get_template("errors/alone.html")
    said = status_line.lines(ask=False)
    return template.render(email=settings.contact_email, phone=settings.contact_phone, status_lines=said)


def _expired(__: CSRFError) -> ResponseReturnValue:
    """The form's token is too old: show what was typed and let it be sent again with a fresh one."""
    if request.headers.get(AUTOSAVE):
        return jsonify(csrf_token=generate_csrf()), 400
    if request.headers.get(UPLOAD):
        return jsonify(text=_("Strona jest otwarta zbyt długo. Odśwież ją i wyślij plik jeszcze raz.")), 400
    action, fields = resending.unpacked(request.form.get("kept")) or (request.path, resending.typed())
    return resending.resend_page(action, fields), 400
