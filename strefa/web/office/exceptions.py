"""Taking back an exception: a consent to send an application after the close that nobody has used yet."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import extension_actions, extension_queries
from strefa.contest.applications.models import Extension
from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.rules.policy import May
from strefa.web.guard import attempt, needs
from strefa.web.office.closing_forms import TakeBackForm
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("exceptions", __name__, url_prefix="/wyjatki/<public_id>")


@pages.route("/cofnij", methods=["GET", "POST"])
@needs(May.MANAGE_ROUND, of=extension_queries.exception)
@asks(TakeBackForm)
def take_back(exception: Extension) -> ResponseReturnValue:
    form, round_ = TakeBackForm(), _round_of(exception)
    if not form.is_submitted():
        return _page(exception, form)
    slug, reason = round_.slug, form.reason.data or ""
    with attempt(_("Zgoda jest cofnięta, a listy są w drodze."), f"round:{round_.id}", quiet=True) as outcome:
        given = outcome.subject
        extension_actions.take_back(given, _round_of(given), reason, actor=current_user, now=now())
    if outcome:
        return redirect(url_for("office.closing.show", slug=slug))
    form.refused(outcome.blockers)
    return _page(outcome.subject, form), 422


def _round_of(exception: Extension) -> Round:
    found = rounds.by_id(exception.round_id)
    assert found is not None  # a row of the table points to it
    return found


def _page(exception: Extension, form: TakeBackForm) -> str:
    round_ = _round_of(exception)
    blockers = [] if form.is_submitted() else extension_actions.blockers_to_take_back(exception, round_, now())
    return page("office/exceptions/take_back", exception=exception, round=round_, form=form, blockers=blockers)
