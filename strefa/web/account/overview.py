"""One's own account: open sign-ins, roles, the second factor."""

from flask import Blueprint, g, redirect, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.people import queries, sign_in_actions
from strefa.contest.people.models import SignIn
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.rules.policy import May, may
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.session import current_user, open_sign_ins

pages = Blueprint("overview", __name__)

# What a browser calls itself holds the names of its forebears too: the first that is found counts.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip


@pages.get("")
@needs(May.USE_ACCOUNT)
def show() -> ResponseReturnValue:
    return page(
        sign_ins=open_sign_ins(current_user),
        here=g.sign_in,
        browser=browser,
        codes_left=queries.recovery_codes_left(current_user.id),
    )


def browser(agent: str) -> str:
    """Say in a few words what a browser calls itself: "Firefox, Android"."""
    known = [next((name for sign, name in signs if sign in agent), "") for signs in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in known if name) or agent or _("nieznana przeglądarka")


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
