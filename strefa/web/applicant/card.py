"""Taking what an application says of its organisation over to the organisation's data, seen before it is done."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import card_actions, queries
from strefa.contest.applications.models import Application
from strefa.infra.clock import now
from strefa.infra.i18n import _, day
from strefa.outputs.names import voivodeship
from strefa.outputs.writing import whole
from strefa.rules import identifiers
from strefa.rules.policy import May
from strefa.web.applicant.organisation_forms import COMMUNE_KINDS, OrganisationDataForm
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.session import current_user

pages = Blueprint("card", __name__)


@pages.route("/wnioski/<public_id>/dane-organizacji", methods=["GET", "POST"])
@needs(May.TAKE_OVER_ANSWERS, of=queries.by_public_id)
def take_over(application: Application) -> ResponseReturnValue:
    if request.method == "GET":
        news, asked = card_actions.news_of(application), OrganisationDataForm(formdata=None)
        changes = [
            (asked[column].label.text, _shown(column, before), _shown(column, after))
            for column, (before, after) in news.changes.items()
        ]
        left_out = [asked[column].label.text for column in news.unreadable]
        return page(application=application, changes=changes, left_out=left_out)
    with attempt(_("Dane organizacji są zapisane."), f"organisation:{application.organisation_id}"):
        card_actions.take_over(application, actor=current_user, now=now())
    return redirect(url_for("applicant.applications.show", public_id=application.public_id))


def _shown(column: str, value: Any) -> str:
    """Write a value of an organisation the way people read it; "–" when there is none."""
    if not value:
        return "–"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int):
        return whole(value)
    if column == "voivodeship":
        return voivodeship(value)
    if column == "commune_kind":
        return str(dict(COMMUNE_KINDS).get(value, value))
    return identifiers.shown("nip", value) if column == "nip" else str(value)
