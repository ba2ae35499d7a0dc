"""The published results of the formal check: open to everybody once they are told, and not before."""

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.contest.screening.list_queries import newest_list
from strefa.contest.screening.models import FormalList
from strefa.outputs import formal_sheet, papers
from strefa.outputs.paper_contents.formal_lists import counts
from strefa.rules.lifecycle import Status
from strefa.web.downloads import paper
from strefa.web.guard import public
from strefa.web.page import page

pages = Blueprint("formal_list", __name__, url_prefix="/edycje/<slug>/ocena-formalna")

PAGE = 50


@pages.get("")
@public
def show(slug: str) -> ResponseReturnValue:
    round_, told = _told(slug)
    last = max(1, -(-len(told.rows) // PAGE))
    number = min(max(1, request.args.get("page", 1, int)), last)
    rows = told.rows[(number - 1) * PAGE : number * PAGE]
    return page(
        round=round_, told=told, rows=rows, counts=counts(told.rows), number=number, last=last,
        statuses=Status,
    )  # fmt: skip


@pages.get("/lista.pdf")
@public
def document(slug: str) -> ResponseReturnValue:
    _round, told = _told(slug)
    return paper(papers.find("formal_list", told.id), url_for(".show", slug=slug))


@pages.get("/lista.csv")
@public
def sheet(slug: str) -> ResponseReturnValue:
    round_, told = _told(slug)
    headers = {"Content-Disposition": f"attachment; filename=ocena-formalna-{round_.slug}-{told.version}.csv"}
    return Response(formal_sheet.published(told), mimetype="text/csv", headers=headers)


def _told(slug: str) -> tuple[Round, FormalList]:
    """Return a round with the results of its formal check; before they are published there are none."""
    round_ = rounds.by_slug(slug)
    told = newest_list(round_) if round_ else None
    return (round_, told) if round_ and told else abort(404)
