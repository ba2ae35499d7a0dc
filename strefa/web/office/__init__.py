"""The desk of programme staff and the foundation."""

from flask import Blueprint, url_for

from strefa.infra.i18n import _
from strefa.web.office import applications, decisions, journal, ranking, rounds

desk = Blueprint("office", __name__, url_prefix="/biuro")
for noun in (rounds, applications, ranking, decisions, journal):
    desk.register_blueprint(noun.pages)


def menu() -> tuple[str, list[tuple[str, str]]]:
    """Return this desk's name and the entries of its menu: text and address."""
    return _("Biuro"), [(_("Edycje"), url_for("office.rounds.index"))]
