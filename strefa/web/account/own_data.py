"""One's own data: a copy to fetch, and the wish to be forgotten."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.privacy import erasure_actions, erasure_queries, export_actions, own_queries
from strefa.contest.privacy.models import DataExport, ErasureRequest
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.rules.policy import May
from strefa.web.downloads import handed_over
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.session import current_user

pages = Blueprint("own_data", __name__, url_prefix="/dane")


@pages.get("")
@needs(May.USE_ACCOUNT)
def show() -> ResponseReturnValue:
    return page(
        exports=own_queries.exports_of(current_user, now()),
        blockers=export_actions.blockers_to_ask(current_user, now()),
        asked=erasure_queries.open_request(current_user),
        refused=erasure_queries.last_refusal(current_user),
        first=erasure_queries.blockers_to_erase(current_user),
    )


@pages.post("/kopia")
@needs(May.USE_ACCOUNT)
def ask() -> ResponseReturnValue:
    with attempt(_("Kopia danych powstaje. Będzie na tej stronie za chwilę.")):
        export_actions.ask_export(current_user, actor=current_user, now=now())
    return redirect(url_for(".show"))


@pages.post("/kopia/<public_id>")
@needs(May.FETCH_EXPORT, of=own_queries.export_by_public_id)
def fetch(export: DataExport) -> ResponseReturnValue:
    if (sha256 := own_queries.fetchable(export, now())) is None:
        return redirect(url_for(".show"))
    with attempt():
        export_actions.note_fetching(export, actor=current_user, now=now())
    return handed_over(sha256, "moje-dane.zip", "application/zip")


@pages.post("/usuniecie")
@needs(May.USE_ACCOUNT)
def ask_erasure() -> ResponseReturnValue:
    with attempt(_("Prośba jest wysłana. Jeśli nie możemy jej spełnić, dostaniesz list z powodem.")):
        erasure_actions.ask_erasure(current_user, actor=current_user, now=now())
    return redirect(url_for(".show"))


@pages.post("/usuniecie/<public_id>/wycofaj")
@needs(May.WITHDRAW_ERASURE, of=erasure_queries.by_public_id)
def withdraw(request: ErasureRequest) -> ResponseReturnValue:
    with attempt(_("Prośba jest wycofana. Dane zostają.")):
        erasure_actions.withdraw_erasure(request, actor=current_user, now=now())
    return redirect(url_for(".show"))
