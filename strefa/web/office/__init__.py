"""The desk of programme staff and the foundation."""

from flask import Blueprint, url_for

from strefa.infra.i18n import _
from strefa.rules.policy import May, may
from strefa.web.office import (
    applications,
    cards,
    clauses,
    closing,
    corrections,
    decisions,
    documents,
    erasure,
    exceptions,
    formal_list,
    journal,
    jury,
    messages,
    notices,
    papers,
    people,
    ranking,
    retention,
    rounds,
    team,
    versions,
)
from strefa.web.office.ways import ways
from strefa.web.session import current_user

desk = Blueprint("office", __name__, url_prefix="/biuro")
for noun in (
    rounds, closing, exceptions, team, documents, applications, corrections, formal_list, versions, jury, cards, ranking, decisions, papers,
    journal, messages, notices, people, clauses, retention, erasure,
):  # fmt: skip
    desk.register_blueprint(noun.pages)
desk.context_processor(lambda: {"ways": ways})  # every page of a round carries the way to the others


def menu() -> tuple[str, list[tuple[str, str]]]:
    """Return this desk's name and the entries of its menu: text and address."""
    entries = [(_("Edycje"), url_for("office.rounds.index"))]
    if current_user.is_authenticated and may(current_user, May.MANAGE_PEOPLE):
        entries.append((_("Osoby"), url_for("office.people.index")))
    if current_user.is_authenticated and may(current_user, May.SEE_MESSAGES):
        entries.append((_("Wiadomości"), url_for("office.messages.index")))
    if current_user.is_authenticated and may(current_user, May.SET_NOTICE):
        entries.append((_("Komunikat"), url_for("office.notices.show")))
    if current_user.is_authenticated and may(current_user, May.SEE_JURY_DESK):
        entries.append((_("Moje oceny"), url_for("juror.assignments.index")))
    return _("Biuro"), entries
