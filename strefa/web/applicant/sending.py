"""From the list of what is missing to the receipt: sending, correcting, withdrawing; throwing a draft away."""

from flask import Blueprint, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import queries, sending_actions, shown
from strefa.contest.applications.models import Application
from strefa.contest.people.queries import members_of
from strefa.contest.privacy import discarding_actions
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.outputs import papers
from strefa.outputs.progress import missing_lines, said_together
from strefa.rules.lifecycle import Step, steps_from
from strefa.rules.policy import May, may
from strefa.rules.refusal import Blocker, Reason
from strefa.web import arrival
from strefa.web.applicant.forms import WithdrawForm
from strefa.web.applicant.section_page import around, writable
from strefa.web.applicant.signing import reading_page
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("sending", __name__)

OVER = frozenset({Reason.CALL_CLOSED, Reason.CORRECTIONS_OVER})


@pages.before_app_request
def _stamp() -> None:
    """An upload under way at the close counts: the moment is stamped before the body is read."""
    g.arrived = arrival.moment()


@pages.get("/wnioski/<public_id>/braki")
@needs(May.READ_OWN_APPLICATION, of=queries.by_public_id)
def missing(application: Application) -> ResponseReturnValue:
    return _missing_page(application, sending_actions.blockers_to_submit(application, now()))


@pages.get("/wnioski/<public_id>/zloz")
@needs(May.READ_OWN_APPLICATION, of=queries.by_public_id)
def opened_again(application: Application) -> ResponseReturnValue:
    """Lead on from where a refused sending was answered: a phone that wakes up opens that address anew."""
    return redirect(url_for(".missing", public_id=application.public_id))


def _missing_page(application: Application, blockers: list[Blocker], refused: bool = False) -> str:
    spec, facts = queries.form(application), queries.facts(application, others=0)
    whole = [blocker for blocker in blockers if not blocker.at]
    return page(
        "applicant/sending/missing",
        missing=missing_lines(spec, blockers),
        together=said_together,
        refused=refused,
        closed=any(blocker.reason in OVER for blocker in whole),
        steps=steps_from(application.status),
        state=shown.state(application),
        writable=writable(application),
        **around(application, spec, None, application.answers, facts, blockers),
    )


@pages.post("/wnioski/<public_id>/zloz")
@needs(May.SEND_APPLICATION, of=queries.to_send, within="application:{public_id}")
def submit() -> ResponseReturnValue:
    with attempt(quiet=True) as outcome:
        read, stored = request.form.get("read", ""), now() if arrival.kept_place() else None
        sending_actions.submit(outcome.subject, read=read, actor=current_user, now=g.arrived, stored=stored)
    application = outcome.subject
    if outcome:
        return redirect(url_for(".receipt", public_id=application.public_id))
    if any(blocker.reason in OVER for blocker in outcome.blockers):
        return _late(application), 422
    if any(blocker.reason is Reason.CHANGED_SINCE_READ for blocker in outcome.blockers):
        return reading_page(
            application, outcome.blockers, shown.changed(application, request.form.get("read", ""), current_user)
        ), 422
    return _missing_page(application, outcome.blockers, refused=True), 422


def _late(application: Application) -> str:
    """Write the attempt down and say when it came, when the call closed, and what to do now."""
    with attempt():
        sending_actions.note_late_attempt(application, actor=current_user, now=g.arrived)
    return page(
        "applicant/sending/late", application=application, arrived=g.arrived, closes=queries.accepted_until(application)
    )


@pages.get("/wnioski/<public_id>/potwierdzenie")
@needs(May.READ_OWN_APPLICATION, of=queries.by_public_id)
def receipt(application: Application) -> ResponseReturnValue:
    if not application.submissions:
        abort(404)
    submission = application.submissions[-1]
    return page(
        application=application,
        submission=submission,
        ready=papers.find("receipt", submission.id) is not None,
        may_reopen=may(current_user, May.REOPEN_APPLICATION, application)
        and Step.REOPEN in steps_from(application.status)
        and queries.is_open(application, now()),
    )


@pages.post("/wnioski/<public_id>/popraw")
@needs(May.REOPEN_APPLICATION, of=queries.by_public_id)
def reopen(application: Application) -> ResponseReturnValue:
    with attempt(_("Wniosek jest otwarty do poprawy.")):
        sending_actions.reopen(application, actor=current_user, now=g.arrived)
    return redirect(url_for("applicant.applications.show", public_id=application.public_id))


@pages.route("/wnioski/<public_id>/wycofaj", methods=["GET", "POST"])
@needs(May.SEND_APPLICATION, of=queries.by_public_id)
@asks(WithdrawForm)
def withdraw(application: Application) -> ResponseReturnValue:
    form = WithdrawForm()
    if not form.is_submitted():
        return page(application=application, form=form)
    with attempt(_("Wniosek jest wycofany."), f"jury:{application.round_id}", quiet=True) as outcome:
        sending_actions.withdraw(application, reason=form.reason.data or "", actor=current_user, now=now())
    if outcome:
        return redirect(url_for("applicant.applications.show", public_id=application.public_id))
    form.refused(outcome.blockers)
    return page(application=application, form=form), 422


@pages.route("/wnioski/<public_id>/usun", methods=["GET", "POST"])
@needs(May.DISCARD_APPLICATION, of=queries.by_public_id)
def discard(application: Application) -> ResponseReturnValue:
    mine = url_for("applicant.applications.show", public_id=application.public_id)
    if request.method == "GET":
        if Step.DISCARD not in steps_from(application.status) or application.erased_at is not None:
            abort(404)
        others = len(members_of(application.organisation_id)) - 1
        return page(application=application, files=queries.attached(application), others=others)
    with attempt(_("Wersja robocza jest usunięta.")) as outcome:
        discarding_actions.discard(application, actor=current_user, now=now())
    return redirect(url_for("applicant.applications.index") if outcome else mine)
