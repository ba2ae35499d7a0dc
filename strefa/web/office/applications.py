"""Sent applications in the office: the list, one reading, the formal check."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import queries as applications
from strefa.contest.applications.models import Application
from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.contest.screening import actions, queries
from strefa.infra.clock import now
from strefa.infra.i18n import _, language
from strefa.rules.lifecycle import Status, Step, steps_from
from strefa.rules.policy import May, may
from strefa.rules.reading import read
from strefa.web.guard import attempt, needs
from strefa.web.office.check_forms import TakeBackForm, check_form
from strefa.web.page import page
from strefa.web.session import current_user

pages = Blueprint("applications", __name__)


@pages.get("/edycje/<slug>/wnioski")
@needs(May.SEE_ROUND_OFFICE, of=rounds.by_slug)
def index(round_: Round) -> ResponseReturnValue:
    chosen = request.args.get("status", "")
    status = Status(chosen) if chosen in set(Status) else None
    search = request.args.get("q", "")
    listed = queries.listed(round_, status, search, request.args.get("page", 1, int))
    return page(round=round_, listed=listed, status=status, search=search, statuses=list(Status))


@pages.get("/wnioski/<public_id>")
@needs(May.READ_SENT_APPLICATION, of=applications.by_public_id)
def show(application: Application) -> ResponseReturnValue:
    submission = application.submissions[-1]
    spec, facts = applications.form(application), applications.sent_facts(application, submission)
    return page(
        application=application,
        submission=submission,
        sections=read(spec, submission.answers, facts, language()),
        check=queries.check_of(application),
        steps=steps_from(application.status),
        may_check=may(current_user, May.CHECK_FORMALLY, application),
        take_back=TakeBackForm(),
    )


@pages.route("/wnioski/<public_id>/ocena-formalna", methods=["GET", "POST"])
@needs(May.CHECK_FORMALLY, of=applications.by_public_id)
def check(application: Application) -> ResponseReturnValue:
    form = check_form(application)
    if form.validate_on_submit():
        with attempt(_("Ocena formalna jest zapisana.")) as outcome:
            actions.decide(application, form.said, actor=current_user, now=now())
        if outcome:
            following = queries.next_to_check(application)
            return redirect(url_for(".check" if following else ".show", public_id=following or application.public_id))
    return _check_page(application, form), 422 if form.is_submitted() else 200


def _check_page(application: Application, form: object) -> str:
    submission = application.submissions[-1]
    facts = applications.sent_facts(application, submission)
    return page(
        application=application,
        submission=submission,
        form=form,
        sections=read(applications.form(application), submission.answers, facts, language()),
        machine=queries.machine(application, submission),
        criteria=rounds.template_of(application.round).formal_criteria,
        open=Step.PASS in steps_from(application.status),
    )


@pages.post("/wnioski/<public_id>/ocena-formalna/cofnij")
@needs(May.CHECK_FORMALLY, of=applications.by_public_id)
def take_back(application: Application) -> ResponseReturnValue:
    with attempt(_("Ocena formalna jest znów otwarta.")):
        actions.take_back(application, TakeBackForm().reason.data or "", actor=current_user, now=now())
    return redirect(url_for(".show", public_id=application.public_id))
