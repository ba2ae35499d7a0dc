"""Changing one's e-mail address: it counts once the new one has been confirmed."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.people import actions
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.rules.policy import May
from strefa.web.account.forms import ChangeAddressForm
from strefa.web.account.password import knows_password
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("address", __name__, url_prefix="/adres")


@pages.route("", methods=["GET", "POST"])
@needs(May.USE_ACCOUNT)
@asks(ChangeAddressForm)
def change() -> ResponseReturnValue:
    form = ChangeAddressForm()
    if not form.is_submitted() or not (form.fits() and knows_password(form)):
        return page(form=form), 422 if form.is_submitted() else 200
    with attempt(_("Wysłaliśmy list na nowy adres. Zmieni się, gdy go tam potwierdzisz.")):
        actions.ask_for_new_address(current_user, form.address, actor=current_user, now=now())
    return redirect(url_for("account.overview.show"))
