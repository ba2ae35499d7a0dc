"""Reminders of drafts: wanted or not, on one's own page or by the link in each of them."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications.reminder_actions import STOP_HOURS
from strefa.contest.people import actions, queries
from strefa.infra import security
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.rules.policy import May
from strefa.web.account.forms import ClaimForm
from strefa.web.guard import attempt, needs, public
from strefa.web.page import page
from strefa.web.session import current_user

pages = Blueprint("reminders", __name__, url_prefix="/przypomnienia")


@pages.post("")
@needs(May.USE_ACCOUNT)
def choose() -> ResponseReturnValue:
    wanted = request.form.get("wanted") == "1"
    done = _("Przypomnienia są włączone.") if wanted else _("Przypomnienia są wyłączone.")
    with attempt(done):
        actions.choose_reminders(current_user, wanted, actor=current_user, now=now())
    return redirect(url_for("account.overview.show"))


@pages.route("/<token>", methods=["GET", "POST"])
@public
def stop(token: str) -> ResponseReturnValue:
    """Opening the link changes nothing: programs that read mail open links, too."""
    person_id = security.unsigned("reminders", token, hours=STOP_HOURS)
    person = queries.by_id(person_id) if person_id else None
    if person is None:
        return page(gone=True), 410
    form = ClaimForm()
    if not form.is_submitted():
        return page(form=form, token=token, email=person.email)
    with attempt(_("Przypomnienia są wyłączone.")):
        actions.choose_reminders(person, False, actor=person, now=now())
    return redirect(url_for("public.home.show"))
