"""A juror's desk."""

from flask import Blueprint, url_for

from strefa.infra.i18n import _
from strefa.web.juror import assignments, cards, files, impartiality

desk = Blueprint("juror", __name__, url_prefix="/jury")
for noun in (assignments, impartiality, cards, files):
    desk.register_blueprint(noun.pages)


def menu() -> tuple[str, list[tuple[str, str]]]:
    """Return this desk's name and the entries of its menu: text and address."""
    return _("Jury"), [(_("Moje oceny"), url_for("juror.assignments.index"))]
