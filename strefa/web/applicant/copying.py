"""A new application that begins with the answers of one from another round."""

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import actions, copying_actions, queries
from strefa.contest.applications.models import Application
from strefa.contest.privacy import clause_actions, clause_queries
from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.rules.policy import May, OrganisationRole, Role, may
from strefa.web.applicant.room import room_in
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.session import current_user

pages = Blueprint("copying", __name__)


def to_copy(public_id: str, slug: str) -> Application | None:
    """Load an application that may be copied into a round: one of another."""
    application, round_ = queries.by_public_id(public_id), rounds.by_slug(slug)
    return application if application and round_ and application.round_id != round_.id else None


@pages.route("/wnioski/<public_id>/nowy/<slug>", methods=["GET", "POST"])
@needs(May.READ_OWN_APPLICATION, of=to_copy)
def create(application: Application) -> ResponseReturnValue:
    slug = str((request.view_args or {})["slug"])
    into = rounds.by_slug(slug) or abort(404)
    if request.method == "GET":
        return _asked(application, into)
    said = _("Wniosek jest rozpoczęty z odpowiedziami z wcześniejszego. Przejrzyj je, zanim go złożysz.")
    address = url_for("applicant.applications.index")
    with attempt(said, f"round:{into.id}") as outcome:  # beginning any other way locks the round
        round_ = rounds.by_slug(slug) or abort(404)
        begun = copying_actions.begin_from(outcome.subject, round_, actor=current_user, now=now())
        clause_actions.read_when_joining(round_.id, Role.APPLICANT, actor=current_user, now=now())
        address = url_for("applicant.applications.show", public_id=begun.public_id)
    return redirect(address)


def _asked(application: Application, round_: Round) -> str:
    """Render the page that shows the clause before a copy begins, as it is shown before any other application."""
    return page(
        application=application,
        round=round_,
        blockers=actions.blockers_to_start(round_, application.organisation, current_user, now()),
        clause=clause_queries.in_force(round_.id, Role.APPLICANT),
    )


def rounds_to_begin_in(application: Application) -> Sequence[Round]:
    """List the rounds open now in which this person may begin with the answers of an application."""
    if OrganisationRole.EDITOR not in current_user.role_in_organisation(application.organisation_id):
        return []
    others = [round_ for round_ in rounds.open_now(now()) if round_.id != application.round_id]
    owner = application.organisation_id
    begun = queries.statuses_by_round([owner]) if others else {}
    free = (round_ for round_ in others if not room_in(round_, [begun.get((round_.id, owner), [])]).is_full)
    return [round_ for round_ in free if may(current_user, May.APPLY, round_)]
