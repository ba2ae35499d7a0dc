"""The papers a librarian may fetch: the receipt and the application as it was sent."""

from flask import Blueprint, abort, send_file
from flask.typing import ResponseReturnValue

from strefa.contest.applications import queries
from strefa.contest.applications.models import Application
from strefa.infra.files import opened
from strefa.outputs import papers
from strefa.rules.policy import May
from strefa.web.guard import needs
from strefa.web.page import page

pages = Blueprint("papers", __name__)


@pages.get("/wnioski/<public_id>/potwierdzenie.pdf")
@needs(May.READ_OWN_APPLICATION, of=queries.by_public_id)
def receipt(application: Application) -> ResponseReturnValue:
    return _answered(application, "receipt")


@pages.get("/wnioski/<public_id>/wniosek.pdf")
@needs(May.READ_OWN_APPLICATION, of=queries.by_public_id)
def sent(application: Application) -> ResponseReturnValue:
    return _answered(application, "application")


def _answered(application: Application, kind: str) -> ResponseReturnValue:
    """Serve a paper of the last sent version, or say that it is being prepared."""
    if not application.submissions:
        abort(404)
    document = papers.find(kind, application.submissions[-1].id)
    if document is None:
        return page("applicant/papers/waiting", application=application), 503, {"Retry-After": "10"}
    return send_file(
        opened(document.sha256), mimetype="application/pdf", as_attachment=True, download_name=document.name
    )
