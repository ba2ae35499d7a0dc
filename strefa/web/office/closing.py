"""The close of a call: outages logged, the close moved for all or for one, with a look at whom it concerns before."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import extension_actions, extension_queries
from strefa.contest.applications.extension_actions import Later
from strefa.contest.applications.models import Application
from strefa.contest.rounds import outage_actions, queries
from strefa.contest.rounds.models import Round
from strefa.infra import i18n
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.outputs.names import named
from strefa.outputs.timing import timetable
from strefa.rules.lifecycle import Status
from strefa.rules.policy import May
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.timetable import Phase
from strefa.web.guard import attempt, needs
from strefa.web.office.closing_forms import NEW, ExtensionForm, OutageForm
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("closing", __name__, url_prefix="/edycje/<slug>/koniec-naboru")


@pages.get("")
@needs(May.MANAGE_ROUND, of=queries.by_slug)
def show(round_: Round) -> ResponseReturnValue:
    return _page(round_)


def _page(round_: Round, extension: ExtensionForm | None = None, outage: OutageForm | None = None) -> str:
    logged = queries.outages_of(round_)
    given = {"applicant": request.args["kto"], "whom": "one"} if request.args.get("kto") else {}
    return page(
        "office/closing/show",
        round=round_,
        outages=logged,
        for_all=extension_queries.for_all(round_),
        exceptions=(given_late := extension_queries.exceptions(round_)),
        standing={one.id for one in given_late if one.until > now()} - extension_queries.used(given_late),
        attempts=extension_queries.late_attempts(round_),
        extension=extension or ExtensionForm(logged, formdata=None, data=given),
        outage=outage or OutageForm(logged, formdata=None),
    )


@pages.post("/awarie")
@needs(May.MANAGE_ROUND, of=queries.by_slug)
@asks(lambda round_, _parts, _typed: [OutageForm(queries.outages_of(round_), formdata=None)])
def log(round_: Round) -> ResponseReturnValue:
    form = OutageForm(queries.outages_of(round_))
    with attempt(_("Awaria jest zapisana i widać ją na stronie edycji."), quiet=True) as outcome:
        outage_actions.log(round_, form.down, actor=current_user, now=now())
    form.refused(outcome.blockers)
    return redirect(url_for(".show", slug=round_.slug)) if outcome else (_page(round_, outage=form), 422)


def _asked(round_: Round, _parts: Any, _typed: Any) -> list[ExtensionForm]:
    return [ExtensionForm(queries.outages_of(round_), formdata=None)]


@pages.post("/sprawdz")
@needs(May.MANAGE_ROUND, of=queries.by_slug)
@asks(_asked)
def preview(round_: Round) -> ResponseReturnValue:
    """Show whom a later close would concern, and change nothing."""
    form = ExtensionForm(queries.outages_of(round_))
    try:
        later = form.later(round_)
        blockers = extension_actions.blockers_to_extend(round_, later, now())
    except Refused as refused:
        later, blockers = None, list(refused.blockers)
    form.refused(blockers)
    if later is None or blockers:
        return _page(round_, form), 422
    return _preview(round_, form, later)


def _preview(round_: Round, form: ExtensionForm, later: Later, chosen: str = "") -> str:
    owner = later.organisation
    offered = [] if owner is None or later.application else extension_queries.openable(round_, owner.id)
    overtaken = [
        stage for stage in timetable(round_).stages if stage.key is not Phase.CALL and later.until > stage.starts
    ]
    return page(
        "office/closing/preview",
        round=round_,
        form=form,
        later=later,
        concerned=extension_queries.concerned(round_, owner.id if owner else None),
        offered=[(one.public_id, _called(one)) for one in offered],
        chosen=chosen or (later.application.public_id if later.application else "" if offered else NEW),
        overtaken=[str(named(stage.key)) for stage in overtaken if stage.key is not Phase.ANNOUNCED],
    )


def _called(application: Application) -> str:
    """Name an application to staff: its number, or of a draft, which is nobody's to read yet, when it was begun."""
    if application.status is Status.DRAFT:
        return _("wersja robocza rozpoczęta %(day)s", day=i18n.moment(application.created_at, weekday=False))
    return _("%(number)s (%(status)s)", number=application.number, status=named(application.status))


@pages.post("")
@needs(May.MANAGE_ROUND, of=queries.by_slug)
@asks(_asked)
def extend(round_: Round) -> ResponseReturnValue:
    form = ExtensionForm(queries.outages_of(round_))
    with attempt(_("Koniec naboru jest zmieniony, a listy są w drodze."), quiet=True) as outcome:
        later = _with_application(round_, form.later(round_), form.application.data or "")
        extension_actions.extend(round_, later, actor=current_user, now=now())
    form.refused(outcome.blockers)
    return redirect(url_for(".show", slug=round_.slug)) if outcome else (_page(round_, form), 422)


def _with_application(round_: Round, later: Later, chosen: str) -> Later:
    """Return what the form says together with the application that was chosen for an exception.

    Raises:
        Refused: none of the organisation's was chosen.
    """
    if later.organisation is None or later.application is not None or chosen == NEW:
        return later
    offered = extension_queries.openable(round_, later.organisation.id)
    found = next((one for one in offered if one.public_id == chosen), None)
    if found is None:
        raise Refused(Blocker(Reason.EXTENSION_NOT_CHOSEN, "applicant"))
    return replace(later, application=found)
