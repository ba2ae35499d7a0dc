"""The public pages of rounds: what a round is, when things happen, by what it is judged."""

from collections.abc import Sequence

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import extension_queries
from strefa.contest.rounds import queries
from strefa.contest.rounds.models import Outage
from strefa.contest.screening.list_queries import newest_list
from strefa.infra.clock import now
from strefa.infra.i18n import language
from strefa.outputs import papers
from strefa.outputs.listing import tie_names
from strefa.outputs.timing import left, span, stage_lines, stands_at, timetable
from strefa.rules.fields import Meaning
from strefa.rules.formspec import FormSpec
from strefa.rules.timetable import Phase
from strefa.web.downloads import handed_over, paper
from strefa.web.guard import public
from strefa.web.page import page

pages = Blueprint("rounds", __name__, url_prefix="/edycje")


@pages.get("")
@public
def index() -> ResponseReturnValue:
    moment = now()
    rounds = [round_ for round_ in queries.listed() if round_.announced_at <= moment]
    return page(rounds=[(r, stands_at(r, moment), span(r.opens_at, r.closes_at)) for r in rounds])


@pages.get("/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    round_ = queries.by_slug(slug)
    if round_ is None or round_.announced_at > now():
        abort(404)
    return round_page("public/rounds/show", round_)


def round_page(name: str, round_: queries.Round) -> str:
    """Render a page about one round: its text, its timetable and what applies to it."""
    moment = now()
    template = queries.template_of(round_)
    closes = timetable(round_).call_closes(moment) if timetable(round_).call_is_open(moment) else None
    return page(
        name,
        round=round_,
        template=template,
        tracks=_tracks(template.form),
        stages=stage_lines(round_, moment),
        stands_at=stands_at(round_, moment),
        closes=closes,
        left=left(moment, closes) if closes else "",
        results=next((stage for stage in timetable(round_).stages if stage.key is Phase.RESULTS), None),
        tie_steps=list(tie_names(round_).values()),
        documents=queries.documents_of(round_),
        formal_list=newest_list(round_),
        extensions=extension_queries.for_all(round_),
        outages=_in_force(queries.outages_of(round_)),
    )


def _tracks(form: FormSpec) -> list[str]:
    """Name the kinds of applicants among which the form lets choose."""
    asked = form.meaning(Meaning.CATEGORY)
    return [option.label.in_language(language()) for option in asked.options] if asked else []


def _in_force(logged: Sequence[Outage]) -> list[Outage]:
    """Return each outage as its newest version tells it."""
    newest: dict[str, Outage] = {}
    for outage in logged:  # of each the newest comes first
        newest.setdefault(outage.key, outage)
    return list(newest.values())


@pages.get("/<slug>/formularz.pdf")
@public
def form(slug: str) -> ResponseReturnValue:
    round_ = queries.by_slug(slug)
    if round_ is None or round_.announced_at > now():
        abort(404)
    return paper(papers.find("empty_form", round_.id), url_for(".show", slug=slug))


@pages.get("/<slug>/dokumenty/<public_id>")
@public
def document(slug: str, public_id: str) -> ResponseReturnValue:
    found = queries.document(slug, public_id, now())
    if found is None:
        abort(404)
    return handed_over(found.sha256, found.name, found.media_type)
