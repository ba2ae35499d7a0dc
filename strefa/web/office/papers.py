"""Papers and spreadsheets of a round in the office; what a round's ranking can be recomputed from."""

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.decisions.official import official
from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.infra import jobs
from strefa.infra.clock import now
from strefa.infra.files import Document
from strefa.infra.i18n import _
from strefa.outputs import sheets, shelf
from strefa.rules import record
from strefa.rules.policy import May, may
from strefa.web.downloads import paper
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.session import current_user

pages = Blueprint("papers", __name__, url_prefix="/edycje/<slug>")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Papers:
    """A round's papers of one kind, and one of them when the address names it."""

    round: Round
    kind: str
    document: Document | None = None

    @property
    def id(self) -> int:
        return self.round.id

    @property
    def round_id(self) -> int:
        return self.round.id


def _of_kind(slug: str, kind: str) -> Papers | None:
    round_ = rounds.by_slug(slug)
    return Papers(round_, kind) if round_ and kind in shelf.KINDS else None


def _one(slug: str, kind: str, name: str) -> Papers | None:
    round_ = rounds.by_slug(slug)
    document = shelf.by_name(round_, kind, name) if round_ else None
    return Papers(round_, kind, document) if round_ and document else None


@pages.get("/dokumenty")
@needs(May.SEE_PAPERS, of=rounds.by_slug)
def index(round_: Round) -> ResponseReturnValue:
    return page(round=round_, kinds=shelf.KINDS, stock=shelf.stock(round_), whole=shelf.of_round(round_))


@pages.get("/dokumenty/<kind>")
@needs(May.SEE_PAPERS, of=_of_kind)
def kind(papers: Papers) -> ResponseReturnValue:
    listed = shelf.listed(papers.round, papers.kind, request.args.get("page", 1, int))
    return page(
        round=papers.round,
        kind=papers.kind,
        heading=shelf.KINDS[papers.kind],
        listed=listed,
        may_retry=may(current_user, May.MANAGE_ROUND, papers),
    )


@pages.get("/dokumenty/<kind>/<name>")
@needs(May.SEE_PAPERS, of=_one)
def show(papers: Papers) -> ResponseReturnValue:
    return paper(papers.document)


@pages.post("/dokumenty/<kind>/ponow")
@needs(May.MANAGE_ROUND, of=_of_kind)
def retry(papers: Papers) -> ResponseReturnValue:
    with attempt(_("Dokumenty będą przygotowane jeszcze raz.")):
        for subject in shelf.failed(papers.round, papers.kind):
            jobs.ask("document", subject, now=now())
    return redirect(url_for(".kind", slug=papers.round.slug, kind=papers.kind))


@pages.get("/arkusze/wyniki.xlsx")
@needs(May.SEE_PAPERS, of=rounds.by_slug)
def results(round_: Round) -> ResponseReturnValue:
    return _file(sheets.results(round_.id), f"wyniki-{round_.slug}.xlsx", XLSX)


@pages.get("/arkusze/SCORES.csv")
@needs(May.SEE_PAPERS, of=rounds.by_slug)
def scores(round_: Round) -> ResponseReturnValue:
    state = official(round_)
    return _file(record.scores_csv(state.rules, state.entries, state.cards), "SCORES.csv", "text/csv")


@pages.get("/arkusze/APPS.csv")
@needs(May.SEE_PAPERS, of=rounds.by_slug)
def entries(round_: Round) -> ResponseReturnValue:
    return _file(record.applications_csv(official(round_).entries), "APPS.csv", "text/csv")


@pages.get("/arkusze/RULES.json")
@needs(May.SEE_PAPERS, of=rounds.by_slug)
def rules(round_: Round) -> ResponseReturnValue:
    return _file(record.rules_json(official(round_).rules), "RULES.json", "application/json")


def _file(content: bytes | str, name: str, media_type: str) -> Response:
    return Response(content, mimetype=media_type, headers={"Content-Disposition": f"attachment; filename={name}"})
