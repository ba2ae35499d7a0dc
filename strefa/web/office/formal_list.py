"""The results of the formal check in the office: a look at the list, its publication, the list as a spreadsheet."""

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.contest.screening import list_actions as actions
from strefa.contest.screening import list_queries as queries
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.outputs import formal_sheet
from strefa.outputs.paper_contents.formal_lists import counts
from strefa.rules.policy import May
from strefa.rules.refusal import Reason
from strefa.web.guard import attempt, needs
from strefa.web.office.papers import XLSX
from strefa.web.page import page
from strefa.web.session import current_user

PAGE = 50

pages = Blueprint("formal_list", __name__, url_prefix="/edycje/<slug>/ocena-formalna")


@pages.get("")
@needs(May.MANAGE_ROUND, of=rounds.by_slug)
def show(round_: Round) -> ResponseReturnValue:
    ended = queries.ended(round_)
    last = max(1, -(-len(ended) // PAGE))
    number = min(max(1, request.args.get("page", 1, int)), last)
    blockers = actions.blockers_to_publish(round_, ended, now())
    return page(
        round=round_,
        ended=ended[(number - 1) * PAGE : number * PAGE],
        number=number,
        last=last,
        counts=counts(queries.rows_of(ended)),
        untold=len(queries.untold(round_)),
        told=queries.newest_list(round_),
        blockers=blockers,
        settled=[blocker.reason for blocker in blockers] == [Reason.FORMAL_LIST_SAME],
    )


@pages.post("/oglos")
@needs(May.MANAGE_ROUND, of=rounds.by_slug)
def publish(round_: Round) -> ResponseReturnValue:
    with attempt(_("Lista jest ogłoszona, a listy są w drodze."), f"jury:{round_.id}"):
        actions.publish(round_, actor=current_user, now=now())
    return redirect(url_for(".show", slug=round_.slug))


@pages.get("/wyniki.xlsx")
@needs(May.SEE_PAPERS, of=rounds.by_slug)
def sheet(round_: Round) -> ResponseReturnValue:
    name = f"ocena-formalna-{round_.slug}.xlsx"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(formal_sheet.results(round_), mimetype=XLSX, headers=headers)
