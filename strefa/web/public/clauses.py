"""What a round says about personal data: each audience's clause, for everybody to read."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from strefa.contest.rounds import queries
from strefa.infra.clock import now
from strefa.rules.privacy import Audience
from strefa.web.guard import public
from strefa.web.page import page

pages = Blueprint("clauses", __name__, url_prefix="/edycje")


@pages.get("/<slug>/dane-osobowe")
@public
def show(slug: str) -> ResponseReturnValue:
    round_ = queries.by_slug(slug)
    if round_ is None or round_.announced_at > now():
        abort(404)
    versions = queries.clauses_of(round_)
    spoken = [(audience, [one for one in versions if one.audience == audience]) for audience in Audience]
    return page(round=round_, clauses=[pair for pair in spoken if pair[1]], terms=queries.template_of(round_).retention)
