"""What goes from a round and when, and holding it back while a dispute lasts."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications.models import Application
from strefa.contest.privacy import retention_actions, retention_queries
from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.rules.policy import May, may
from strefa.web.guard import attempt, needs
from strefa.web.office.privacy_forms import ReasonForm
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("retention", __name__)


@pages.get("/edycje/<slug>/przechowywanie")
@needs(May.SEE_PRIVACY, of=rounds.by_slug)
def index(round_: Round) -> ResponseReturnValue:
    return page(
        round=round_,
        preview=retention_queries.preview(round_, request.args.get("page", 1, int)),
        may_hold=may(current_user, May.MANAGE_ROUND, round_),
        terms=rounds.template_of(round_).retention,
    )


@pages.route("/wnioski/<public_id>/wstrzymanie", methods=["GET", "POST"])
@needs(May.HOLD_RETENTION, of=retention_queries.application)
@asks(ReasonForm)
def hold(application: Application) -> ResponseReturnValue:
    form, slug = ReasonForm(), application.round.slug
    if not form.is_submitted():
        return page(application=application, round=application.round, form=form)
    with attempt(_("Usunięcie jest wstrzymane.")) as outcome:
        retention_actions.hold(outcome.subject, form.reason.data or "", actor=current_user, now=now())
    if outcome:
        return redirect(url_for(".index", slug=slug))
    return page(application=outcome.subject, round=outcome.subject.round, form=form), 422


@pages.post("/wnioski/<public_id>/zwolnienie")
@needs(May.HOLD_RETENTION, of=retention_queries.application)
def release(application: Application) -> ResponseReturnValue:
    slug = application.round.slug
    with attempt(_("Treść zniknie, gdy minie jej czas, nie wcześniej niż za 14 dni.")) as outcome:
        retention_actions.release(outcome.subject, actor=current_user, now=now())
    return redirect(url_for(".index", slug=slug))
