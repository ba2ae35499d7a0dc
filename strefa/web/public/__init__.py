"""Everybody: rounds, results, help."""

from flask import Blueprint, url_for

from strefa.infra.i18n import _
from strefa.web.public import clauses, demo, formal_list, home, language, results, rounds

desk = Blueprint("public", __name__)
for noun in (demo, home, language, rounds, results, formal_list, clauses):
    desk.register_blueprint(noun.pages)


def menu() -> tuple[str, list[tuple[str, str]]]:
    """Return this desk's name and the entries of its menu: text and address."""
    return "", [
        (_("Edycje konkursu"), url_for("public.rounds.index")),
        (_("Mój wniosek"), url_for("account.overview.start")),
    ]
