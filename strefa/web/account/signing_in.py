"""Signing in: counted before it is judged, judged with nothing open in the database."""

from flask import Blueprint, current_app, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict

from strefa.contest.people import queries, sign_in_actions
from strefa.contest.people.actions import CONFIRMATION_HOURS
from strefa.contest.people.models import Person
from strefa.infra import security
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.outputs.timing import open_calls
from strefa.outputs.words import in_words
from strefa.rules.policy import May
from strefa.rules.refusal import Blocker, Reason
from strefa.rules.text import normalised
from strefa.web import devices, resending, session
from strefa.web.account.agents import browser
from strefa.web.account.forms import SignInForm
from strefa.web.guard import at_rest, attempt, needs, public
from strefa.web.page import page
from strefa.web.public.language import local_path
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("signing_in", __name__, url_prefix="/logowanie")


@pages.route("", methods=["GET", "POST"])
@public
@asks(SignInForm)
def create() -> ResponseReturnValue:
    form = SignInForm(next=request.args.get("next", ""))
    if not form.is_submitted():
        return _door(form)
    if form.kept.data and not form.email.data and not form.password.data:  # sent on by the page of another's text
        return page(form=form, interrupted=True)
    person = _judged(form)
    if person is None:
        return page(form=form, interrupted=bool(form.kept.data)), 422
    enter(person, devices.is_known(person), shared=form.shared.data)
    step = session.second_step()
    if step and not form.kept.data:
        return redirect(url_for(step, next=local_path(form.next.data or url_for("account.overview.start"))))
    return session.second_step_due() or go_on(form.kept.data, form.next.data)


def _door(form: SignInForm) -> str:
    """Render the page; whoever comes from the letter that confirmed her address finds it typed, and a call to begin in.

    The address is the signed link's own: nothing is looked up, so the page tells nobody who has an account.
    """
    claim = security.unsigned("confirm", request.args.get("potwierdzenie", ""), hours=CONFIRMATION_HOURS)
    form.email.data = claim[1] if claim else None
    opened = open_calls(now()) if claim and claim[1] == claim[2] else []  # to a new account, not to a new address
    if len(opened) == 1:
        form.next.data = url_for("applicant.applications.create", slug=opened[0][0].slug)
    return page(form=form, opened=opened)


def _judged(form: SignInForm) -> Person | None:
    if not form.password.data:  # so does a page that was open too long: what was typed is kept, but no password is
        form.password.errors = [in_words(Blocker(Reason.PASSWORD_MISSING))]
        return None
    email = normalised(form.email.data or "").strip().lower()
    with attempt() as counted:
        sign_in_actions.count_attempt("sign_in", email, request.remote_addr, now=now())
    if not counted:
        return None
    known = queries.credentials(email)
    with at_rest():
        fits = security.password_fits(known.password_hash if known else None, form.password.data)
    if known and fits and known.open:
        return queries.by_id(known.person_id)
    form.password.errors = [
        _("Adres albo hasło się nie zgadza, albo adres nie jest jeszcze potwierdzony. Spróbuj ponownie.")
    ]
    return None


def enter(person: Person, device_known: bool, *, shared: bool = False) -> None:
    """Open a sign-in for somebody who has proved who she is, and let her in; a new device is asked for a code.

    Args:
        shared: whether others use this computer, too: nothing of hers stays on it.
    """
    token, days = security.new_token(), current_app.config["SETTINGS"].session_days
    agent = request.user_agent.string
    with attempt():
        sign_in = sign_in_actions.open_sign_in(
            person, token, agent, days=days, device_known=device_known, actor=person, now=now()
        )
        if shared:
            sign_in_actions.share_computer(sign_in, actor=person, now=now())
        if not device_known and person.totp_confirmed_at is None:
            sign_in_actions.send_letter_code(sign_in, browser(agent), actor=person, now=now())
    session.open_door(token)
    if shared:
        session.end_with_the_browser()
        devices.forget(person)


@pages.get("/tutaj")
@needs(May.USE_ACCOUNT)
def here() -> ResponseReturnValue:
    """Tell the page that asked to sign in again without being left who is there now, and give its forms a new token."""
    shared = g.sign_in.shared_at is not None
    return jsonify(person=current_user.get_id(), name=current_user.name, csrf_token=generate_csrf(), shared=shared)


def go_on(kept: str | None, following: str | None) -> ResponseReturnValue:
    """Go where somebody wanted to before she was asked who she is; what she had typed is shown to be sent again."""
    if known := resending.unpacked(kept):
        return resending.resend_page(*known)
    return redirect(local_path(following or url_for("account.overview.start")))


def ask_and_keep() -> ResponseReturnValue:
    """Ask to sign in and keep what a POST had typed, signed, in the page itself."""
    g.pop("csrf_token", None)
    form = SignInForm(MultiDict(), kept=resending.kept_now())
    return page("account/signing_in/create", form=form, interrupted=True), 401
