"""The progress of the jury in the office: by application and by juror; a submitted card opened again."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import queries as applications
from strefa.contest.applications.models import Application
from strefa.contest.jury import actions, queries
from strefa.contest.jury.barring import barred_ids
from strefa.contest.jury.models import Assignment
from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.outputs.board import board_lines, divergence_said, juror_lines
from strefa.rules.policy import May, may
from strefa.web.guard import attempt, needs
from strefa.web.office.forms import ReasonForm
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("cards", __name__)

ROWS = 50


@pages.get("/edycje/<slug>/oceny")
@needs(May.SEE_SCORES, of=rounds.by_slug)
def index(round_: Round) -> ResponseReturnValue:
    barred = barred_ids(current_user, round_.id)
    assignments = [one for one in queries.board(round_, current_user) if one.application_id not in barred]
    lines = board_lines(round_, assignments)
    last = max(1, -(-len(lines) // ROWS))
    number = min(max(1, request.args.get("page", 1, int)), last)
    return page(
        round=round_,
        lines=lines[(number - 1) * ROWS : number * ROWS],
        jurors=juror_lines(assignments),
        all=len(lines),
        complete=sum(line.is_complete for line in lines),
        cards=len(assignments),
        submitted=sum(card.is_submitted for line in lines for card in line.cards),
        waiting=sum(line.awaits_third for line in lines),
        number=number,
        last=last,
        may_reopen=may(current_user, May.MANAGE_JURY, round_),
        divergence=divergence_said(round_),
    )


@pages.route("/karty/<public_id>/otworz", methods=["GET", "POST"])
@needs(May.REOPEN_CARD, of=queries.with_juror)
@asks(ReasonForm)
def reopen(assignment: Assignment) -> ResponseReturnValue:
    form = ReasonForm()
    if form.is_submitted():
        done = _("Karta jest otwarta. Jurorka lub juror dostanie list z powodem.")
        with attempt(done, f"jury:{assignment.round_id}") as outcome:
            actions.reopen_card(assignment, form.reason.data or "", actor=current_user, now=now())
        if outcome:
            return redirect(url_for(".index", slug=outcome.subject.application.round.slug))
    return page(assignment=assignment, form=form), 422 if form.is_submitted() else 200


@pages.post("/wnioski/<public_id>/trzecia-ocena")
@needs(May.MANAGE_JURY, of=applications.by_public_id)
def call_third(application: Application) -> ResponseReturnValue:
    with attempt(_("Trzecia osoba dostała wniosek i list."), f"jury:{application.round_id}"):
        actions.call_third(application, actor=current_user, now=now())
    return redirect(url_for(".index", slug=application.round.slug))
