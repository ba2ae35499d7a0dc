"""Signing in: counted before it is judged, judged with nothing open in the database."""

import json

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from strefa.contest.people import actions, queries
from strefa.contest.people.models import Person
from strefa.infra import security
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.web import errors, session
from strefa.web.account.forms import SignInForm
from strefa.web.guard import attempt, public
from strefa.web.page import page
from strefa.web.public.language import local_path

pages = Blueprint("signing_in", __name__, url_prefix="/logowanie")

KEPT_HOURS = 24


@pages.route("", methods=["GET", "POST"])
@public
def create() -> ResponseReturnValue:
    form = SignInForm(next=request.args.get("next", ""))
    if not form.is_submitted():
        return page(form=form)
    person = _judged(form)
    return _opened(person, form) if person else (page(form=form), 422)


def _judged(form: SignInForm) -> Person | None:
    email = (form.email.data or "").strip().lower()
    with attempt() as counted:
        actions.count_attempt(f"sign_in:{email}", f"sign_in:{request.remote_addr}", now=now())
    if not counted:
        return None
    person = queries.by_email(email)
    fits = security.password_fits(person.password_hash if person else None, form.password.data or "")
    if person and fits and person.email_confirmed_at and person.disabled_at is None:
        return person
    form.password.errors = [
        _("Adres albo hasło się nie zgadza, albo adres nie jest jeszcze potwierdzony. Spróbuj ponownie.")
    ]
    return None


def _opened(person: Person, form: SignInForm) -> ResponseReturnValue:
    token = security.new_token()
    with attempt():
        actions.open_sign_in(
            person, token, request.user_agent.string, days=current_app.config["SETTINGS"].session_days,
            second_factor=False, actor=person, now=now(),
        )  # fmt: skip
    session.open_door(token)
    kept = security.unsigned("kept", form.kept.data or "", hours=KEPT_HOURS)
    if kept:
        action, fields = json.loads(kept)
        return errors.resend_page(action, [tuple(pair) for pair in fields])
    return redirect(local_path(form.next.data or url_for("account.overview.start")))


def ask_and_keep() -> ResponseReturnValue:
    """Ask to sign in and keep what a POST had typed, signed, in the page itself."""
    kept = security.signed("kept", json.dumps([request.path, errors.typed()]))
    form = SignInForm(MultiDict(), kept=kept)
    return render_template("account/signing_in/create.html", form=form, interrupted=True), 401
