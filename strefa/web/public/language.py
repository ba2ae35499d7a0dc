"""Choosing the language of pages."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from strefa.contest.people import actions
from strefa.infra.clock import now
from strefa.infra.i18n import LANGUAGE_COOKIE, LANGUAGES
from strefa.web.guard import attempt, public
from strefa.web.session import current_user, second_step

pages = Blueprint("language", __name__)

YEAR = 365 * 24 * 3600


@pages.post("/jezyk")
@public
def choose() -> ResponseReturnValue:
    wanted = request.form.get("language", "")
    answer = redirect(local_path(request.form.get("next", "/")))
    if wanted not in LANGUAGES:
        return answer
    if current_user.is_authenticated and not second_step():  # who owes a code changes nothing of the account
        with attempt():
            actions.choose_language(current_user, wanted, actor=current_user, now=now())
    answer.set_cookie(LANGUAGE_COOKIE, wanted, max_age=YEAR, samesite="Lax", httponly=True)
    return answer


def local_path(address: str | None) -> str:
    """Return an address of our own to go on to; anything foreign becomes the home page."""
    parts = urlsplit(address or "/")
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or (address or "").startswith(("//", "/\\")):
        return "/"
    return address or "/"
