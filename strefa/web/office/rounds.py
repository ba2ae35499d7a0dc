"""Rounds in the office: set one up from its file, watch it, write it back."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.overview.queries import standing_of
from strefa.contest.privacy import clause_queries
from strefa.contest.rounds import actions, queries, template_file
from strefa.contest.rounds.models import Round
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.outputs.timing import course, ends_on_days_off, stage_lines, timetable
from strefa.rules.lifecycle import Status
from strefa.rules.plain_data import differences
from strefa.rules.policy import May, may
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.web.guard import attempt, largest, needs
from strefa.web.office.forms import RoundChangeForm, RoundFileForm
from strefa.web.office.ways import waiting
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("rounds", __name__, url_prefix="/edycje")


@pages.get("")
@needs(May.SEE_OFFICE)
def index() -> ResponseReturnValue:
    rounds = [round_ for round_ in queries.listed() if may(current_user, May.SEE_ROUND_OFFICE, round_)]
    return page(
        rounds=[(r, timetable(r).phase(now())) for r in rounds],
        may_create=may(current_user, May.CREATE_ROUND),
        unread=clause_queries.unread(current_user),
    )


@pages.route("/nowa", methods=["GET", "POST"])
@needs(May.CREATE_ROUND)
@largest(template_file.LARGEST + 10_000)
@asks(RoundFileForm)
def create() -> ResponseReturnValue:
    form = RoundFileForm(text=_pattern())
    if form.validate_on_submit() and (slug := _loaded(form)):
        return redirect(url_for(".show", slug=slug))
    return page(form=form), 422 if form.is_submitted() else 200


def _pattern() -> str:
    """Return what a new round begins as: the round that the address names, if one may see it, or the program's own."""
    known = queries.by_slug(request.args.get("wzor", ""))
    seen = known is not None and may(current_user, May.SEE_ROUND_OFFICE, known)
    return known.source if known and seen else template_file.shipped("strefa-eksperymentu")


@pages.route("/<slug>/zmiana", methods=["GET", "POST"])
@needs(May.MANAGE_ROUND, of=queries.by_slug)
@largest(template_file.LARGEST + 10_000)
@asks(RoundChangeForm)
def edit(round_: Round) -> ResponseReturnValue:
    form = RoundChangeForm(text=round_.source)
    if form.validate_on_submit() and _loaded(form, known=round_.slug):
        return redirect(url_for(".show", slug=round_.slug))
    return page(form=form, round=round_), 422 if form.is_submitted() else 200


def _loaded(form: RoundFileForm, known: str = "") -> str | None:
    """Load what the form holds; its errors name line and column, and the text stays in the form.

    Args:
        known: the address of the round that is being changed; a file of another one is refused.
    """
    try:
        template = template_file.load(form.source)
        if known and template.slug != known:
            raise Refused(Blocker(Reason.OTHER_ROUND, "slug", {"slug": template.slug, "known": known}))
    except Refused as refused:
        form.refused(refused.blockers)
        return None
    before = queries.by_slug(known)
    changed = differences(before.template, template.as_data()) if before else []
    with attempt(quiet=True) as outcome:
        actions.load(template, template_file.dump(template), anew=not known, actor=current_user, now=now())
    form.refused(outcome.blockers)
    if outcome:
        flash(_changed(changed) if known else _("Edycja jest wczytana."), "done")
    return template.slug if outcome else None


def _changed(places: list[str]) -> str:
    if not places:
        return _("Edycja jest wczytana, nic się w niej nie zmieniło.")
    return _("Edycja jest wczytana. Zmieniono w pliku: %(places)s.", places=actions.changed_places(places))


@pages.get("/<slug>")
@needs(May.SEE_ROUND_OFFICE, of=queries.by_slug)
def show(round_: Round) -> ResponseReturnValue:
    standing = standing_of(round_, now())
    return page(
        round=round_,
        stages=stage_lines(round_, now()),
        phase=timetable(round_).phase(now()),
        course=course(round_, now()),
        days_off=ends_on_days_off(round_),
        at=standing,
        waiting=waiting(round_, standing),
        statuses=[status for status in Status if standing.statuses.get(status)],
        may_change=may(current_user, May.MANAGE_ROUND, round_),
    )


@pages.get("/<slug>/plik.yaml")
@needs(May.SEE_ROUND_OFFICE, of=queries.by_slug)
def export(round_: Round) -> ResponseReturnValue:
    name = f"attachment; filename={round_.slug}.yaml"
    return Response(round_.source, mimetype="application/yaml", headers={"Content-Disposition": name})
