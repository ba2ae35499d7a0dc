"""One's own account: open sign-ins, roles, the second factor."""

from flask import Blueprint, g, redirect, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.people import queries, sign_in_actions
from strefa.contest.people.models import SignIn
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.rules.policy import May, may
from strefa.web.account.agents import browser
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.session import current_user, open_sign_ins, owed

pages = Blueprint("overview", __name__)


@pages.get("")
@needs(May.USE_ACCOUNT)
def show() -> ResponseReturnValue:
    sign_ins = open_sign_ins(current_user)
    return page(
        sign_ins=sign_ins,
        waiting={one.id for one in sign_ins if owed(current_user, one)},
        here=g.sign_in,
        browser=browser,
        codes_left=queries.recovery_codes_left(current_user.id),
    )


@pages.get("/start")
@needs(May.USE_ACCOUNT)
def start() -> ResponseReturnValue:
    """Lead to the desk that fits the person's roles: office, jury, or her own applications."""
    if may(current_user, May.SEE_OFFICE):
        return redirect(url_for("office.rounds.index"))
    if may(current_user, May.SEE_JURY_DESK):
        return redirect(url_for("juror.assignments.index"))
    return redirect(url_for("applicant.applications.index"))


@pages.post("/logowania/<public_id>/koniec")
@needs(May.END_SIGN_IN, of=queries.sign_in_by_public_id)
def end(sign_in: SignIn) -> ResponseReturnValue:
    with attempt(_("To logowanie jest zakończone.")):
        sign_in_actions.end_sign_in(sign_in, actor=current_user, now=now())
    return redirect(url_for(".show"))
