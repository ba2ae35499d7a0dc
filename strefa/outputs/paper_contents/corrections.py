"""Papers about mending defects: the request with its term, and the letter when it was not answered in time."""

from datetime import datetime
from typing import Any

from strefa.contest.applications import queries as applications
from strefa.contest.applications.models import Application
from strefa.contest.rounds.queries import template_of
from strefa.contest.screening import correction_queries as screening
from strefa.contest.screening.models import CorrectionRequest
from strefa.infra.i18n import _, language
from strefa.outputs.paper_contents.paper import Paper
from strefa.rules.corrections import sections_of


def correction_request(request_id: int) -> Paper | None:
    """The request: what is wrong, how to mend it, until when, and what happens otherwise; as it was sent."""
    found = _found(request_id)
    if found is None:
        return None
    request, application = found
    values = _values(request, application, request.sent_at) | {"days": request.days}
    return Paper("correction_request", values, request.sent_at, f"wezwanie-{application.number}-{request.id}.pdf")


def unconsidered_letter(request_id: int) -> Paper | None:
    """The letter to an applicant who did not mend the defects in time; none once there is more time."""
    found = _found(request_id)
    lapsed = found[0].lapsed_at if found else None
    if found is None or lapsed is None:
        return None
    request, application = found
    values = _values(request, application, lapsed)
    return Paper("unconsidered_letter", values, lapsed, f"bez-rozpatrzenia-{application.number}.pdf")


def _found(request_id: int) -> tuple[CorrectionRequest, Application] | None:
    request = screening.request_by_id(request_id)
    application = applications.by_id(request.application_id) if request else None
    return (request, application) if request and application else None


def _values(request: CorrectionRequest, application: Application, decided: datetime) -> dict[str, Any]:
    spec, round_ = applications.form(application), application.round
    criteria = {one.key: one.text.in_language(language()) for one in template_of(round_).formal_criteria}
    grouped = sections_of(spec, screening.items_of(request))
    sent = [one for one in application.submissions if one.sent_at <= request.sent_at]
    return {
        "round": round_,
        "application": application,
        "correction": request,
        "decided": decided,
        "proof": _("wniosek SHA-256 %(hash)s", hash=sent[-1].content_hash if sent else ""),
        "sections": [(_title(spec, key), [_item(spec, item, criteria) for item in items]) for key, items in grouped],
    }


def _title(spec: Any, key: str) -> str:
    if not key:
        return _("Cały wniosek")
    section = spec.section(key)
    return f"{section.code}. {section.title.in_language(language())}"


def _item(spec: Any, item: Any, criteria: dict[str, str]) -> tuple[str, str, str]:
    """Return what is to be mended, what is wrong with it, and the criterion that says so."""
    field = spec.field(item.field) if item.field else None
    place = f"{field.code}. {field.label.in_language(language())}" if field else _("Wniosek trzeba złożyć jeszcze raz")
    return place, item.note, f"{item.criterion}. {criteria.get(item.criterion, '')}"
