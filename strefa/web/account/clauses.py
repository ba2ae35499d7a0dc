"""The clauses that concern a person: read, and written down that they are. None of them keeps anybody from working."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.privacy import clause_actions, clause_queries
from strefa.contest.rounds.models import ClauseVersion
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.rules.policy import May
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.session import current_user

pages = Blueprint("clauses", __name__, url_prefix="/klauzule")


def shown(clause_id: int) -> ClauseVersion | None:
    """Load a version of a clause that speaks to whoever is looking; a stranger's is as one that is missing."""
    return clause_queries.shown_to(current_user, clause_id) if current_user.is_authenticated else None


@pages.get("")
@needs(May.USE_ACCOUNT)
def show() -> ResponseReturnValue:
    return page(concerning=clause_queries.concerning(current_user))


@pages.post("/<int:clause_id>")
@needs(May.READ_CLAUSE, of=shown)
def read(clause: ClauseVersion) -> ResponseReturnValue:
    with attempt(_("Zapisane: znasz tę klauzulę.")):
        clause_actions.read_clause(clause, actor=current_user, now=now())
    return redirect(url_for(".show"))
