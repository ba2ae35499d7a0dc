"""Impartiality: declared for each application before its text opens; a conflict found later ends the work on it."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.jury import actions, panel_queries, queries
from strefa.contest.jury.models import Assignment
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.rules.policy import May
from strefa.web.guard import attempt, needs
from strefa.web.juror.forms import DeclarationForm
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("impartiality", __name__)


@pages.get("/wnioski/<public_id>/bezstronnosc")
@needs(May.DECLARE_IMPARTIALITY, of=queries.by_public_id)
def declare(assignment: Assignment) -> ResponseReturnValue:
    return _page(assignment, DeclarationForm(formdata=None))


def _page(assignment: Assignment, form: DeclarationForm) -> str:
    return page(
        "juror/impartiality/declare",
        assignment=assignment,
        application=assignment.application,
        form=form,
        questions=panel_queries.questions(assignment),
    )


@pages.post("/wnioski/<public_id>/bezstronnosc")
@needs(May.DECLARE_IMPARTIALITY, of=queries.by_public_id)
@asks(DeclarationForm)
def save(assignment: Assignment) -> ResponseReturnValue:
    form, said = DeclarationForm(), DeclarationForm().answer
    done = _("Bezstronność potwierdzona, wniosek jest otwarty.") if said else _("Wyłączenie zapisane. Dziękujemy.")
    with attempt(done, f"jury:{assignment.round_id}", quiet=True) as outcome:
        actions.declare(assignment, said, form.relation.data or "", form.note.data or "", actor=current_user, now=now())
    if not outcome:
        form.refused(outcome.blockers)
        return _page(assignment, form), 422
    return redirect(
        url_for("juror.cards.show", public_id=assignment.public_id) if said else url_for("juror.assignments.index")
    )
