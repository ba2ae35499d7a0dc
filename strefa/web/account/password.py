"""Passwords: a link for a new one, and changing one's own."""

from flask import Blueprint, g, redirect, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.people import actions, queries
from strefa.contest.people.models import Person
from strefa.infra import security
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.outputs.words import in_words
from strefa.rules.policy import May
from strefa.web.account.forms import AddressForm, NewPasswordForm
from strefa.web.guard import attempt, needs, public
from strefa.web.page import page
from strefa.web.session import current_user

pages = Blueprint("password", __name__, url_prefix="/haslo")


@pages.route("/nowe", methods=["GET", "POST"])
@public
def ask() -> ResponseReturnValue:
    form = AddressForm()
    if not form.is_submitted():
        return page(form=form)
    with attempt() as outcome:
        actions.count_attempt(f"reset:{form.email.data}", now=now())
        actions.ask_for_reset(form.email.data or "", now=now())
    return page("account/password/sent") if outcome else (page(form=form), 422)


@pages.route("/nowe/<token>", methods=["GET", "POST"])
@public
def reset(token: str) -> ResponseReturnValue:
    person = _claimed(token)
    if person is None:
        return page("account/confirmation/stale"), 410
    form = NewPasswordForm()
    del form.current
    if not form.is_submitted() or not _fits(form, person):
        return page(form=form, token=token), 422 if form.is_submitted() else 200
    hashed = security.hash_password(form.password.data or "")
    with attempt(_("Hasło jest zmienione. Zaloguj się nowym.")):
        actions.change_password(person, hashed, but=None, actor=person, now=now())
    return redirect(url_for("account.signing_in.create"))


def _claimed(token: str) -> Person | None:
    """Return whose link this is; a link dies with the password it was sent for."""
    claim = security.unsigned("reset", token, hours=actions.RESET_HOURS)
    person = queries.by_id(claim[0]) if claim else None
    return person if person and claim[1] == security.token_hash(person.password_hash or "") else None


def _fits(form: NewPasswordForm, person: Person) -> bool:
    found = actions.blockers_to_password(form.password.data or "", person.totp_confirmed_at is not None)
    form.password.errors = [in_words(blocker) for blocker in found]
    return not found


@pages.route("", methods=["GET", "POST"])
@needs(May.USE_ACCOUNT)
def change() -> ResponseReturnValue:
    form = NewPasswordForm()
    if not form.is_submitted() or not _may_change(form):
        return page(form=form), 422 if form.is_submitted() else 200
    hashed = security.hash_password(form.password.data or "")
    with attempt(_("Hasło jest zmienione, inne logowania są zakończone.")):
        actions.change_password(current_user, hashed, but=g.sign_in, actor=current_user, now=now())
    return redirect(url_for("account.overview.show"))


def _may_change(form: NewPasswordForm) -> bool:
    if not security.password_fits(current_user.password_hash, form.current.data or ""):
        form.current.errors = [_("To nie jest obecne hasło.")]
        return False
    return _fits(form, current_user)
