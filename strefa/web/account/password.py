"""Passwords: a link for a new one, and changing one's own."""

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.people import actions, queries, sign_in_actions
from strefa.contest.people.models import Person
from strefa.infra import security
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.rules.policy import May
from strefa.web import devices
from strefa.web.account.forms import AddressForm, ChangeAddressForm, ChangePasswordForm, NewPasswordForm
from strefa.web.guard import at_rest, attempt, needs, public
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("password", __name__, url_prefix="/haslo")


@pages.route("/nowe", methods=["GET", "POST"])
@public
@asks(AddressForm)
def ask() -> ResponseReturnValue:
    form = AddressForm()
    if not form.is_submitted() or not form.fits():
        return page(form=form), 422 if form.is_submitted() else 200
    with attempt() as counted:
        sign_in_actions.count_attempt("reset", form.address, request.remote_addr, now=now())
    if not counted:
        return page(form=form), 422
    with attempt():
        actions.ask_for_reset(form.address, now=now())
    return page("account/password/sent", email=form.address)


@pages.route("/nowe/<token>", methods=["GET", "POST"])
@public
def reset(token: str) -> ResponseReturnValue:
    person, spent = _claimed(token)
    if person is None:
        return page("account/confirmation/stale"), 410
    form = NewPasswordForm()
    if not form.is_submitted() or not form.fits(second_factor=person.totp_confirmed_at is not None):
        return page(form=form, token=token), 422 if form.is_submitted() else 200
    with at_rest():
        hashed = security.hash_password(form.password.data or "")
    with attempt(_("Hasło jest zmienione. Zaloguj się nowym.")) as outcome:
        actions.reset_password(person, hashed, spent, actor=person, now=now())
        devices.remember(person)  # she has the letter
    return redirect(url_for("account.signing_in.create" if outcome else ".ask"))


def _claimed(token: str) -> tuple[Person | None, str]:
    """Return whose link this is, and for which password it was sent: it dies with that one."""
    claim = security.unsigned("reset", token, hours=actions.RESET_HOURS) or security.unsigned(
        "first_password", token, hours=actions.FIRST_PASSWORD_HOURS
    )
    person = queries.by_id(claim[0]) if claim else None
    if person is None or person.disabled_at or claim[1] != security.token_hash(person.password_hash or ""):
        return None, ""
    return person, claim[1]


@pages.route("", methods=["GET", "POST"])
@needs(May.USE_ACCOUNT)
def change() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if not form.is_submitted() or not _may_change(form):
        return page(form=form), 422 if form.is_submitted() else 200
    with at_rest():
        hashed = security.hash_password(form.password.data or "")
    with attempt(_("Hasło jest zmienione, inne logowania są zakończone.")), devices.kept():
        actions.change_password(current_user, hashed, but=g.sign_in, actor=current_user, now=now())
    return redirect(url_for("account.overview.show"))


def _may_change(form: ChangePasswordForm) -> bool:
    fits = form.fits(second_factor=current_user.totp_confirmed_at is not None)
    return knows_password(form) and fits


def knows_password(form: ChangePasswordForm | ChangeAddressForm) -> bool:
    """Say whether whoever is looking gave her present password; counted, since a door left open invites guessing."""
    with attempt() as counted:
        sign_in_actions.count_attempt("password", current_user.public_id, request.remote_addr, now=now())
    if not counted:
        return False
    stored = current_user.password_hash
    with at_rest():
        fits = security.password_fits(stored, form.current.data or "")
    if not fits:
        form.current.errors = [_("To nie jest obecne hasło.")]
    return fits
