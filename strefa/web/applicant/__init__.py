"""A librarian's desk."""

from flask import Blueprint, url_for

from strefa.infra.i18n import _
from strefa.web.applicant import (
    applications,
    card,
    copying,
    correcting,
    files,
    history,
    organisations,
    papers,
    pieces,
    presence,
    sections,
    sending,
    signing,
)

desk = Blueprint("applicant", __name__, url_prefix="/moje")
for noun in (
    applications,
    card,
    copying,
    correcting,
    files,
    history,
    organisations,
    papers,
    pieces,
    presence,
    sections,
    sending,
    signing,
):
    desk.register_blueprint(noun.pages)


def menu() -> tuple[str, list[tuple[str, str]]]:
    """Return this desk's name and the entries of its menu: text and address."""
    return "", [
        (_("Moje wnioski"), url_for("applicant.applications.index")),
        (_("Moje organizacje"), url_for("applicant.organisations.index")),
        (_("Edycje konkursu"), url_for("public.rounds.index")),
    ]
