"""What an applicant is asked to mend: item by item, with the way to its field and whether it has changed since."""

from dataclasses import dataclass

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import queries
from strefa.contest.applications.models import Application
from strefa.contest.screening import correction_queries as screening
from strefa.contest.screening.models import CorrectionRequest
from strefa.infra.i18n import language
from strefa.outputs import papers
from strefa.rules.corrections import Item, sections_of
from strefa.rules.formspec import FormSpec
from strefa.rules.lifecycle import Status
from strefa.rules.policy import May
from strefa.web.downloads import paper
from strefa.web.guard import needs

pages = Blueprint("correcting", __name__)

KNOWN = frozenset({Status.CORRECTING, Status.CORRECTED, Status.UNCONSIDERED})
"""Where an application stands when a request says why."""


@dataclass(frozen=True)
class Asked:
    """One defect to mend: where ("" for the application as a whole), the section, what is wrong, whether it changed."""

    place: str
    section: str
    field: str
    note: str
    changed: bool


def asked_of(application: Application, spec: FormSpec, stands: Status) -> tuple[CorrectionRequest | None, list[Asked]]:
    """Return the request that says where an application stands now, with what it asks in form order.

    Args:
        stands: where it stands as far as the applicant may know.
    """
    request = screening.standing_request(application) if stands in KNOWN else None
    if request is None:
        return None, []
    queries.load_rest(application)
    items = sections_of(spec, screening.items_of(request))
    return request, [_line(application, spec, key, item) for key, part in items for item in part]


def _line(application: Application, spec: FormSpec, section: str, item: Item) -> Asked:
    if not item.field:
        return Asked("", "", "", item.note, changed=False)
    field = spec.field(item.field)
    sent = application.submissions[-1]
    if field.files:
        before = {file["public_id"] for file in sent.attachments if file["field"] == field.key}
        changed = before != {file.public_id for file in queries.attached(application) if file.field == field.key}
    else:
        changed = application.answers.get(field.key) != sent.answers.get(field.key)
    return Asked(f"{field.code}. {field.label.in_language(language())}", section, field.key, item.note, changed)


@pages.get("/wnioski/<public_id>/wezwanie.pdf")
@needs(May.READ_OWN_APPLICATION, of=queries.by_public_id)
def show(application: Application) -> ResponseReturnValue:
    request = screening.standing_request(application)
    if request is None:
        abort(404)
    back = url_for("applicant.applications.show", public_id=application.public_id)
    return paper(papers.find("correction_request", request.id), back)
