"""The public results of a round: open only once they are published."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from strefa.contest.decisions import queries
from strefa.contest.rounds import queries as rounds
from strefa.infra.clock import now
from strefa.web.guard import public
from strefa.web.page import page

pages = Blueprint("results", __name__, url_prefix="/edycje/<slug>/wyniki")


@pages.get("")
@public
def show(slug: str) -> ResponseReturnValue:
    round_ = rounds.by_slug(slug)
    proposal = queries.published(round_) if round_ else None
    if round_ is None or proposal is None:
        abort(404)
    awarded = [decision for decision in proposal.decisions if decision.outcome in queries.AWARDED]
    reserve = [decision for decision in proposal.decisions if decision.outcome is queries.Outcome.RESERVE]
    ranking = rounds.template_of(round_).scoring.ranking
    return page(
        round=round_,
        proposal=proposal,
        awarded=awarded,
        reserve=reserve,
        until=ranking.reserve_until,
        is_over=ranking.reserve_is_over(now()),
        spent=queries.spent(proposal),
    )
