"""Who has read which clause of a round, and when."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from strefa.contest.privacy import clause_queries
from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.rules.policy import May
from strefa.web.guard import needs
from strefa.web.page import page

pages = Blueprint("clauses", __name__, url_prefix="/edycje/<slug>/klauzule")


@pages.get("")
@needs(May.SEE_PRIVACY, of=rounds.by_slug)
def index(round_: Round) -> ResponseReturnValue:
    listed = clause_queries.readings(round_, request.args.get("page", 1, int))
    return page(round=round_, listed=listed)
