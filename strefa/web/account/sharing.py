"""A computer that others use, too: nothing of this person stays on it."""

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.people import sign_in_actions
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.rules.policy import May
from strefa.web import devices, session
from strefa.web.guard import attempt, needs
from strefa.web.public.language import local_path
from strefa.web.session import current_user

pages = Blueprint("sharing", __name__)


@pages.post("/wspolny-komputer")
@needs(May.USE_ACCOUNT)
def create() -> ResponseReturnValue:
    done = _("Wspólny komputer: niczego tu nie zapamiętamy, a logowanie skończy się z przeglądarką.")
    with attempt(done, f"person:{current_user.id}"):
        sign_in_actions.share_computer(g.sign_in, actor=current_user, now=now())
    session.end_with_the_browser()
    devices.forget(current_user)
    return redirect(local_path(request.form.get("next") or url_for("account.overview.show")))
