"""Correcting one's own name, as it stands on receipts and lists."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.people import actions
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.rules.policy import May
from strefa.web.account.forms import ChangeNameForm
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("name", __name__, url_prefix="/imie")


@pages.route("", methods=["GET", "POST"])
@needs(May.USE_ACCOUNT)
@asks(ChangeNameForm)
def change() -> ResponseReturnValue:
    form = ChangeNameForm(name=current_user.name)
    if not form.is_submitted() or not form.fits():
        return page(form=form), 422 if form.is_submitted() else 200
    with attempt(_("Imię i nazwisko są zapisane.")):
        actions.rename(current_user, form.name.data or "", actor=current_user, now=now())
    return redirect(url_for("account.overview.show"))
