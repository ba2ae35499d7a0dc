"""Who is looking: the cookie carries a random token, the sign-in itself is a row that can be ended."""

from typing import cast

import flask_login
from flask import Flask, flash, g, jsonify, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from strefa.contest.people import queries
from strefa.contest.people.models import Person
from strefa.infra import security
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.rules.policy import SECOND_FACTOR_ROLES

current_user: Person = cast("Person", flask_login.current_user)
"""Whoever is looking; before a guard has judged, `is_authenticated` may be False."""

AUTOSAVE = "X-Strefa-Autosave"


def init_app(app: Flask) -> None:
    """Ask flask-login for `current_user` only; sign-ins are our own rows."""
    manager = flask_login.LoginManager(app)
    manager.session_protection = None  # pyright: ignore[reportAttributeAccessIssue]
    manager.user_loader(_person)
    manager.unauthorized_handler(_ask_to_sign_in)


def _person(token: str) -> Person | None:
    sign_in = queries.open_sign_in(security.token_hash(token), now())
    if sign_in is None:
        return None
    g.sign_in = sign_in
    g.language = sign_in.person.language
    return sign_in.person


def renew() -> None:
    """Load whoever is looking anew, in place: a new transaction does not know what the last one loaded."""
    if "sign_in" in g:
        queries.by_id(g.sign_in.person_id)


def open_door(token: str) -> None:
    """Put a sign-in's token into a fresh cookie; nothing of an earlier one stays."""
    cookie.clear()
    cookie["_user_id"], cookie["_fresh"] = token, True
    cookie.permanent = True


def shut_door() -> None:
    """Forget the token; its row has been ended by then."""
    cookie.clear()


def second_step_due() -> ResponseReturnValue | None:
    """Send somebody whose role asks for a second factor to give or to set it up first."""
    if current_user.roles_anywhere.isdisjoint(SECOND_FACTOR_ROLES) or g.sign_in.second_factor_at:
        return None
    step = "account.second_factor.create" if current_user.totp_confirmed_at is None else "account.second_factor.confirm"
    return redirect(url_for(step, next=request.full_path if request.method == "GET" else None))


def _ask_to_sign_in() -> ResponseReturnValue:
    """Ask an anonymous visitor to sign in; what a POST had typed is kept and sent again after it."""
    if request.headers.get(AUTOSAVE):
        return jsonify(sign_in=url_for("account.signing_in.create")), 401
    if request.method == "GET":
        flash(_("Zaloguj się, aby zobaczyć tę stronę."), "note")
        return redirect(url_for("account.signing_in.create", next=request.full_path.rstrip("?")))
    from strefa.web.account.signing_in import ask_and_keep  # the sign-in page itself needs this module

    return ask_and_keep()
