"""Opening an account; the answer never says whether an address is known."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.people import actions, queries, sign_in_actions
from strefa.infra import security
from strefa.infra.clock import now
from strefa.infra.i18n import _, language
from strefa.web import devices
from strefa.web.account.forms import ClaimForm, SignUpForm
from strefa.web.guard import at_rest, attempt, public
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("signing_up", __name__)


@pages.route("/nowe", methods=["GET", "POST"])
@public
@asks(SignUpForm)
def create() -> ResponseReturnValue:
    form = SignUpForm()
    if not form.is_submitted() or not form.fits():
        return page(form=form), 422 if form.is_submitted() else 200
    with attempt() as counted:
        sign_in_actions.count_attempt("sign_up", form.address, request.remote_addr, now=now())
    if not counted:
        return page(form=form), 422
    with at_rest():
        hashed = security.hash_password(form.password.data or "")
    with attempt():
        actions.sign_up(form.address, form.name.data or "", hashed, language=language(), now=now())
    return page("account/signing_up/sent", email=form.address)


@pages.route("/potwierdzenie/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> ResponseReturnValue:
    claim = security.unsigned("confirm", token, hours=actions.CONFIRMATION_HOURS)
    person = queries.by_id(claim[0]) if claim else None
    if person is None or person.email != claim[2]:
        return page("account/confirmation/stale"), 410
    form = ClaimForm()
    if not form.is_submitted():
        return page("account/confirmation/show", form=form, token=token, email=claim[1])
    with attempt(_("Adres jest potwierdzony.")) as outcome:
        if actions.confirm_address(person, claim[1], claim[2], actor=person, now=now()):
            devices.remember(person)
    return redirect(_way_on(claim[0], token) if outcome else url_for("public.home.show"))


def _way_on(person_id: int, token: str) -> str:
    """Return where a confirmed address leads: to her account, or to signing in with that address typed already."""
    if current_user.is_authenticated and current_user.id == person_id:
        return url_for("account.overview.show")
    return url_for("account.signing_in.create", potwierdzenie=token)
