"""A device that is not known yet: the code from the letter shows that whoever gave the password reads her mail."""

from flask import Blueprint, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from strefa.contest.people import sign_in_actions
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.outputs.words import in_words
from strefa.rules.policy import May
from strefa.rules.refusal import Blocker, Reason
from strefa.web import devices, session
from strefa.web.account.agents import browser
from strefa.web.account.forms import LetterCodeForm
from strefa.web.account.signing_in import go_on
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.resending import asks, kept_now
from strefa.web.session import current_user

pages = Blueprint("device", __name__, url_prefix="/nowe-urzadzenie")


@pages.route("", methods=["GET", "POST"])
@needs(May.GIVE_LETTER_CODE)
@asks(LetterCodeForm)
def confirm() -> ResponseReturnValue:
    form = LetterCodeForm(next=request.args.get("next", ""), remember="raz" not in request.args)
    if session.second_step() != session.DEVICE:
        return go_on(form.kept.data, form.next.data)
    if form.is_submitted() and _given(form):
        if form.remember.data and not g.sign_in.shared_at:
            devices.remember(current_user)
        return go_on(form.kept.data, form.next.data)
    return _code_page(form), 422 if form.is_submitted() else 200


@pages.post("/list")
@needs(May.GIVE_LETTER_CODE)
@asks(LetterCodeForm)
def send() -> ResponseReturnValue:
    form = LetterCodeForm()
    if session.second_step() != session.DEVICE:
        return go_on(form.kept.data, form.next.data)
    with attempt() as outcome:
        sign_in_actions.count_attempt("code_letter", current_user.public_id, request.remote_addr, now=now())
    if outcome:
        with attempt(_("Nowy list z kodem jest w drodze."), f"person:{current_user.id}"):
            sign_in_actions.send_letter_code(g.sign_in, browser(g.sign_in.agent), actor=current_user, now=now())
    if outcome and not form.kept.data:
        return redirect(_asking(form))
    return _code_page(form), 200 if outcome else 422


def ask_and_keep() -> ResponseReturnValue:
    """Ask for the code from the letter, and keep what a POST had typed, signed, in the page itself."""
    form = LetterCodeForm(MultiDict(), kept=kept_now(), next=request.form.get("next", ""))
    form.remember.data = True  # nothing was sent of this form yet, so the box is as it comes
    return _code_page(form), 401


def _asking(form: LetterCodeForm) -> str:
    """Return the address of the page that asks for the code; a box that was unticked stays so."""
    return url_for(".confirm", next=form.next.data or None, raz=None if form.remember.data else "tak")


def _code_page(form: LetterCodeForm) -> str:
    sent = g.sign_in.code_sent_at
    ends = sent + sign_in_actions.LETTER_CODE_LASTS if sent else None
    works = ends is not None and now() < ends
    shown_code = sign_in_actions.letter_code(g.sign_in) if works and current_app.config["DEMO"] else ""
    old = in_words(Blocker(Reason.LETTER_CODE_OLD)) if sent and not works and not form.code.errors else ""
    shared = g.sign_in.shared_at is not None
    return page(
        "account/device/confirm", form=form, ends=ends if works else None, shown_code=shown_code, old=old, shared=shared
    )


def _given(form: LetterCodeForm) -> bool:
    code = "".join(sign for sign in form.code.data or "" if sign.isalnum())
    with attempt() as counted:
        sign_in_actions.count_attempt("letter_code", current_user.public_id, request.remote_addr, now=now())
    if not counted:
        return False
    with attempt("", f"person:{current_user.id}", quiet=True) as outcome:
        sign_in_actions.give_letter_code(code, g.sign_in, actor=current_user, now=now())
    form.code.errors = [in_words(blocker) for blocker in outcome.blockers]
    return bool(outcome)
