"""Sent applications in the office: the list, one reading, the formal check."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import queries as applications
from strefa.contest.applications.models import Application
from strefa.contest.jury.barring import barred_ids
from strefa.contest.people.queries import names_of, roles_in_organisation
from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.contest.screening import actions, queries
from strefa.contest.screening.models import FormalCheck
from strefa.infra.clock import now
from strefa.infra.i18n import _, language
from strefa.outputs.names import named
from strefa.rules.lifecycle import UNCHECKED, Status, Step, steps_from
from strefa.rules.policy import May, OrganisationRole, may
from strefa.rules.reading import read
from strefa.web.guard import attempt, needs
from strefa.web.office.check_forms import CheckForm, NumberForm, TakeBackForm, check_form, failed_lines
from strefa.web.office.corrections import told_of
from strefa.web.office.versions import readable, versions_of
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("applications", __name__)

WAITING = "waiting"
"""In the address of the list: all those that wait for the formal check, mended ones too."""
AMONG = {WAITING: UNCHECKED} | {one.value: frozenset({one}) for one in Status}


@pages.get("/edycje/<slug>/wnioski")
@needs(May.LIST_SENT_APPLICATIONS, of=rounds.by_slug)
def index(round_: Round) -> ResponseReturnValue:
    chosen, form = request.args.get("status", ""), NumberForm(request.args)
    among = AMONG.get(chosen, frozenset())
    listed = queries.listed(
        round_, current_user, among, form.q.data or "", request.args.get("page", 1, int),
        without=barred_ids(current_user, round_.id),
    )  # fmt: skip
    return page(
        round=round_,
        listed=listed,
        chosen=chosen if among else "",
        form=form,
        standing=[(one.value, named(one), listed.counts[one]) for one in Status if listed.counts.get(one)],
        waiting=sum(listed.counts.get(one, 0) for one in UNCHECKED),
        may_publish=may(current_user, May.MANAGE_ROUND, round_),
    )


@pages.get("/wnioski/<public_id>")
@needs(May.READ_SENT_APPLICATION, of=readable)
def show(application: Application) -> ResponseReturnValue:
    return _page(application, TakeBackForm(formdata=None))


def _page(application: Application, take_back: TakeBackForm) -> str:
    submission, check = application.submissions[-1], queries.check_of(application)
    spec, facts = applications.form(application), applications.sent_facts(application, submission)
    return page(
        "office/applications/show",
        application=application,
        versions=versions_of(application),
        sections=read(spec, submission.answers, facts, language()),
        **_judged(check),
        following=queries.next_to_check(application, current_user),
        failed=failed_lines(application),
        sender_roles=_sender_roles(application),
        steps=steps_from(application.status),
        may_check=may(current_user, May.CHECK_FORMALLY, application),
        take_back=take_back,
        **told_of(application),
    )


def _judged(check: FormalCheck | None) -> dict[str, Any]:
    """Return what the pages say of who judged: the check, who closed it, who said it first."""
    ids = (check.decided_by_id, check.proposed_by_id) if check else (None, None)
    names = names_of(ids)
    return {"check": check, "decided_by": names.get(ids[0] or 0, ""), "proposed_by": names.get(ids[1] or 0, "")}


def _sender_roles(application: Application) -> list[OrganisationRole]:
    """List what whoever sent the newest version does in the organisation now; nothing when she left it."""
    held = roles_in_organisation(application.organisation_id)
    hers = held.get(application.submissions[-1].sent_by_id, frozenset())
    return [role for role in OrganisationRole if role in hers]


@pages.route("/wnioski/<public_id>/ocena-formalna", methods=["GET", "POST"])
@needs(May.CHECK_FORMALLY, of=applications.by_public_id)
@asks(lambda application, _parts, _typed: [check_form(application)])
def check(application: Application) -> ResponseReturnValue:
    form = check_form(application)
    if form.validate_on_submit():
        with attempt(_("Ocena formalna jest zapisana."), f"jury:{application.round_id}", quiet=True) as outcome:
            actions.decide(application, form.said, actor=current_user, now=now())
        if outcome:
            following = queries.next_to_check(application, current_user)
            return redirect(url_for(".check" if following else ".show", public_id=following or application.public_id))
        form.refused(outcome.blockers)
    return _check_page(application, form), 422 if form.is_submitted() else 200


def _check_page(application: Application, form: CheckForm) -> str:
    submission = application.submissions[-1]
    facts = applications.sent_facts(application, submission)
    machine = queries.machine(application, submission)
    return page(
        application=application,
        newest=versions_of(application)[0],
        sender_roles=_sender_roles(application),
        form=form,
        sections=read(applications.form(application), submission.answers, facts, language()),
        machine=machine,
        may_check=True,
        steps=steps_from(application.status),
        **told_of(application),
        yours=[word.key for word in machine if not word.reason],
        following=queries.next_to_check(application, current_user),
        **_judged(found := queries.check_of(application)),
        failed=failed_lines(application),
        wait=[] if form.is_submitted() else actions.blockers_of_time(application, now()),
        hers=found is not None and found.proposed_by_id == current_user.id,
        open=Step.PASS in steps_from(application.status),
    )


@pages.post("/wnioski/<public_id>/ocena-formalna/cofnij")
@needs(May.CHECK_FORMALLY, of=applications.by_public_id)
@asks(TakeBackForm)
def take_back(application: Application) -> ResponseReturnValue:
    form = TakeBackForm()
    with attempt(_("Ocena formalna jest znów otwarta."), f"jury:{application.round_id}", quiet=True) as outcome:
        actions.take_back(application, form.reason.data or "", actor=current_user, now=now())
    if not outcome:
        form.refused(outcome.blockers)
        return _page(application, form), 422
    return redirect(url_for(".show", public_id=application.public_id))
