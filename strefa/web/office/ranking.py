"""The ranking in the office: order, arithmetic, the funding line; the jury's vote on equals."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.decisions import actions, queries
from strefa.contest.decisions.official import listed, result
from strefa.contest.rounds.models import Round
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.outputs.listing import criteria_names, ranking_lines, tie_names
from strefa.rules.policy import May, may
from strefa.web.guard import attempt, needs
from strefa.web.office.forms import VoteForm
from strefa.web.office.ways import scored
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("ranking", __name__, url_prefix="/edycje/<slug>/ranking")

ROWS = 50


@pages.get("")
@needs(May.SEE_SCORES, of=scored)
def show(round_: Round) -> ResponseReturnValue:
    return _page(round_, VoteForm(formdata=None))


def _page(round_: Round, vote: VoteForm) -> str:
    state, names = result(round_), criteria_names(round_)
    may_vote = may(current_user, May.RECORD_VOTE, round_)
    number, last = _page_number(len(state.ranking.rows))
    rows = state.ranking.rows[(number - 1) * ROWS : number * ROWS]
    applications = listed(round_, [row.application for row in rows])
    equals = actions.tied_on_reserve(round_, now()) if may_vote else ()
    if equals:
        vote.note.label.text = _("Jak głosowano (trafi do dziennika)")  # the minutes are signed by then
    return page(
        "office/ranking/show",
        round=round_,
        criteria_names=names,
        tie_names=list(tie_names(round_).values()),
        state=state,
        lines=ranking_lines(state, applications, names, rows),
        number=number,
        last=last,
        limit=round(state.rules.threshold * 2),
        blockers=actions.blockers_to_propose(round_, state),
        standing=queries.standing(round_),
        may_propose=may(current_user, May.PROPOSE_DECISIONS, round_),
        vote=vote if may_vote else None,
        equals=equals,
    )


def _page_number(rows: int) -> tuple[int, int]:
    last = max(1, -(-rows // ROWS))
    return min(max(1, request.args.get("page", 1, int)), last), last


@pages.post("/glosowanie")
@needs(May.RECORD_VOTE, of=scored)
@asks(VoteForm)
def vote(round_: Round) -> ResponseReturnValue:
    form = VoteForm()
    with attempt(_("Głosowanie jury jest zapisane."), f"jury:{round_.id}", quiet=True) as outcome:
        actions.record_vote(round_, form.order, form.note.data or "", actor=current_user, now=now())
    if not outcome:
        form.refused(outcome.blockers)
        return _page(round_, form), 422
    return redirect(url_for("office.decisions.index" if round_.results_published_at else ".show", slug=round_.slug))


@pages.post("/propozycja")
@needs(May.PROPOSE_DECISIONS, of=scored)
def propose(round_: Round) -> ResponseReturnValue:
    with attempt(_("Decyzje są zaproponowane. Teraz zatwierdza je druga osoba."), f"jury:{round_.id}") as outcome:
        actions.propose(round_, actor=current_user, now=now())
    return redirect(url_for("office.decisions.index" if outcome else ".show", slug=round_.slug))
