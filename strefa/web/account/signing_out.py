"""Signing out: the row ends, so a cookie copied before is dead."""

from flask import Blueprint, g, redirect, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.people import sign_in_actions
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.rules.policy import May
from strefa.web import devices, session
from strefa.web.guard import attempt, needs, public
from strefa.web.session import current_user

pages = Blueprint("signing_out", __name__, url_prefix="/wylogowanie")


@pages.post("")
@public
def create() -> ResponseReturnValue:
    if current_user.is_authenticated:
        with attempt():
            sign_in_actions.end_sign_in(g.sign_in, actor=current_user, now=now())
    session.shut_door()
    return redirect(url_for("public.home.show"))


@pages.post("/wszedzie")
@needs(May.USE_ACCOUNT)
def everywhere() -> ResponseReturnValue:
    with attempt(_("Wszystkie inne logowania są zakończone.")), devices.kept():
        sign_in_actions.end_all_sign_ins(current_user, but=g.sign_in, actor=current_user, now=now())
    return redirect(url_for("account.overview.show"))
