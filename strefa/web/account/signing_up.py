"""Opening an account; the answer never says whether an address is known."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.people import actions, queries
from strefa.infra import security
from strefa.infra.clock import now
from strefa.infra.i18n import _, language
from strefa.outputs.words import in_words
from strefa.rules import identifiers
from strefa.rules.refusal import Refused
from strefa.web.account.forms import ClaimForm, SignUpForm
from strefa.web.guard import attempt, public
from strefa.web.page import page

pages = Blueprint("signing_up", __name__)


@pages.route("/nowe", methods=["GET", "POST"])
@public
def create() -> ResponseReturnValue:
    form = SignUpForm()
    if not form.is_submitted() or not _fits(form):
        return page(form=form), 422 if form.is_submitted() else 200
    hashed = security.hash_password(form.password.data or "")
    with attempt() as outcome:
        actions.count_attempt(f"sign_up:{form.email.data}", now=now())
        actions.sign_up(form.email.data or "", form.name.data or "", hashed, language=language(), now=now())
    return page("account/signing_up/sent") if outcome else (page(form=form), 422)


def _fits(form: SignUpForm) -> bool:
    try:
        identifiers.checked("email", form.email.data or "", "email")
    except Refused as refused:
        form.email.errors = [in_words(blocker) for blocker in refused.blockers]
    if not (form.name.data or "").strip():
        form.name.errors = [_("Podaj imię i nazwisko.")]
    found = actions.blockers_to_password(form.password.data or "", second_factor=False)
    form.password.errors = [in_words(blocker) for blocker in found]
    return not (form.email.errors or form.name.errors or form.password.errors)


@pages.route("/potwierdzenie/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> ResponseReturnValue:
    claim = security.unsigned("confirm", token, hours=actions.CONFIRMATION_HOURS)
    person = queries.by_id(claim[0]) if claim else None
    if person is None:
        return page("account/confirmation/stale"), 410
    form = ClaimForm()
    if not form.is_submitted():
        return page("account/confirmation/show", form=form, token=token, email=claim[1])
    with attempt(_("Adres jest potwierdzony. Możesz się zalogować.")):
        actions.confirm_address(person, claim[1], actor=person, now=now())
    return redirect(url_for("account.signing_in.create"))
