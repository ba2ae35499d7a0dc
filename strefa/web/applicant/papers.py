"""The papers a librarian may fetch: receipt and application as sent; after publication the letter and the card."""

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import queries
from strefa.contest.applications.models import Application
from strefa.contest.decisions import queries as decisions
from strefa.contest.screening.correction_queries import standing_request
from strefa.contest.screening.list_queries import known_to_applicant
from strefa.outputs import papers
from strefa.rules.lifecycle import Status
from strefa.rules.policy import May
from strefa.web.downloads import paper
from strefa.web.guard import needs

pages = Blueprint("papers", __name__)


@pages.get("/wnioski/<public_id>/potwierdzenie.pdf")
@needs(May.READ_OWN_APPLICATION, of=queries.by_public_id)
def receipt(application: Application) -> ResponseReturnValue:
    return _of_submission(application, "receipt")


@pages.get("/wnioski/<public_id>/wniosek.pdf")
@needs(May.READ_OWN_APPLICATION, of=queries.by_public_id)
def sent(application: Application) -> ResponseReturnValue:
    return _of_submission(application, "application")


@pages.get("/wnioski/<public_id>/pismo.pdf")
@needs(May.READ_OWN_APPLICATION, of=queries.by_public_id)
def letter(application: Application) -> ResponseReturnValue:
    decision = decisions.published_for(application)
    if decision is not None:
        return _answer(application, "letter", decision.id)
    stands = known_to_applicant([application])[application.id]
    if stands is Status.INELIGIBLE:
        return _answer(application, "formal_letter", application.id)
    request = standing_request(application) if stands is Status.UNCONSIDERED else None
    if request is not None:
        return _answer(application, "unconsidered_letter", request.id)
    abort(404)


@pages.get("/wnioski/<public_id>/karta-oceny.pdf")
@needs(May.READ_OWN_APPLICATION, of=queries.by_public_id)
def card(application: Application) -> ResponseReturnValue:
    if decisions.published_for(application) is None:
        abort(404)
    return _answer(application, "consolidated_card", application.id)


def _of_submission(application: Application, kind: str) -> ResponseReturnValue:
    if not application.submissions:
        abort(404)
    return _answer(application, kind, application.submissions[-1].id)


def _answer(application: Application, kind: str, subject: int) -> ResponseReturnValue:
    back = url_for("applicant.applications.show", public_id=application.public_id)
    return paper(papers.find(kind, subject), back)
