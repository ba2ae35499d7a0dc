"""The journal of a round: who did what and when."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.infra.journal import reading
from strefa.outputs.particulars import happenings
from strefa.rules.policy import May
from strefa.web.guard import needs
from strefa.web.page import page

pages = Blueprint("journal", __name__, url_prefix="/edycje/<slug>/dziennik")


@pages.get("")
@needs(May.READ_JOURNAL, of=rounds.by_slug)
def index(round_: Round) -> ResponseReturnValue:
    listed = reading.listed(round_.id, request.args.get("page", 1, int))
    return page(round=round_, listed=listed, happenings=happenings(round_, listed.rows))


@pages.get("/dziennik.jsonl")
@needs(May.READ_JOURNAL, of=rounds.by_slug)
def export(round_: Round) -> ResponseReturnValue:
    text = "".join(line + "\n" for line in reading.lines(round_.id))
    headers = {"Content-Disposition": "attachment; filename=dziennik.jsonl"}
    return Response(text, mimetype="application/x-ndjson", headers=headers)
