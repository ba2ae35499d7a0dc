"""The score page: the application on the left, the card on the right.

A POST with the header X-Strefa-Autosave is answered in JSON: 200 with what was saved, 409 with both
texts when the card was saved since, 422 with the reason when it cannot be written any more. Without a
script the same address takes the same form.
"""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.jury import actions, queries
from strefa.contest.jury.models import Assignment
from strefa.infra.clock import now
from strefa.infra.i18n import _, time_of_day
from strefa.outputs.words import in_words
from strefa.rules.policy import May
from strefa.rules.refusal import Blocker, Reason
from strefa.rules.text import normalised
from strefa.web.guard import attempt, needs
from strefa.web.juror.card_page import card_page, filled_word
from strefa.web.juror.forms import WHY, card_form, stored_fields, typed
from strefa.web.resending import asks
from strefa.web.session import AUTOSAVE, current_user, revision_seen

pages = Blueprint("cards", __name__)


@pages.get("/wnioski/<public_id>")
@needs(May.ASSESS, of=queries.by_public_id)
def show(assignment: Assignment) -> ResponseReturnValue:
    return card_page(assignment, card_form(assignment))


def to_save(public_id: str) -> Assignment | None:
    """Load an assignment with what saving its card asks; a page needs all of it."""
    return queries.to_score(public_id) if AUTOSAVE in request.headers else queries.by_public_id(public_id)


@pages.post("/wnioski/<public_id>")
@needs(May.ASSESS, of=to_save, within="assignment:{public_id}")
@asks(lambda assignment, _parts, _typed: [card_form(assignment)])
def save() -> ResponseReturnValue:
    silent, submits = AUTOSAVE in request.headers, request.form.get("step") == "submit"
    flaws: list[Blocker] = []
    with attempt("" if silent or submits else _("Zapisano."), quiet=True) as outcome:
        marks, said = typed(outcome.subject, request.form)
        flaws = actions.save_card(outcome.subject, marks, said, revision=revision_seen(), actor=current_user, now=now())
    if not outcome:
        return _refused(outcome.subject, outcome.blockers)
    if silent:
        return jsonify(_saved(outcome.subject, flaws))
    if flaws:
        form = card_form(outcome.subject)
        form.show(flaws)
        return card_page(outcome.subject, form), 422
    return _submitted(outcome.subject) if submits else redirect(_here(outcome.subject))


def _here(assignment: Assignment) -> str:
    return url_for(".show", public_id=assignment.public_id)


def _submitted(assignment: Assignment) -> ResponseReturnValue:
    """Hand the card in, once it is saved: what is missing stands at the fields, and nothing written is lost."""
    with attempt(_("Karta jest złożona."), f"jury:{assignment.round_id}", quiet=True) as outcome:
        actions.submit_card(outcome.subject, actor=current_user, now=now())
    if outcome:
        return redirect(url_for("juror.assignments.index"))
    form = card_form(outcome.subject)
    form.show(outcome.blockers)
    for blocker in outcome.blockers:
        if not blocker.at:
            flash(in_words(blocker), "refused")
    return card_page(outcome.subject, form), 422


def _saved(assignment: Assignment, flaws: list[Blocker]) -> dict[str, Any]:
    card = assignment.card
    word, kind = filled_word(assignment)
    return {
        "saved_at": time_of_day(now()),
        "revision": card.revision if card else 0,
        "problems": [{"at": f"why_{blocker.at}", "text": in_words(blocker)} for blocker in flaws],
        "steps": [{"key": "card", "word": word, "kind": kind}],
    }


def _refused(assignment: Assignment, blockers: list[Blocker]) -> ResponseReturnValue:
    """Say why it was not saved; what was typed stays on the page, what was saved since stands beside it."""
    clash = any(blocker.reason is Reason.CHANGED_MEANWHILE for blocker in blockers)
    said = " ".join(in_words(blocker) for blocker in blockers)
    theirs, revision = stored_fields(assignment), assignment.card.revision if assignment.card else 0
    if AUTOSAVE in request.headers:
        if not clash:
            return jsonify(text=said), 422
        both = {name: [value] for name, value in theirs.items() if value or name.startswith("why_")}
        return jsonify(revision=revision, theirs=both, saved_by="", text=said), 409
    flash(said, "refused")
    mine = {name: value for name, value in request.form.items() if name in theirs}
    if not clash:
        texts = {name: normalised(text) for name, text in mine.items() if name.startswith(WHY)}
        lost = {name: text for name, text in texts.items() if text not in ("", theirs[name])}
        return card_page(assignment, card_form(assignment, mine, revision), lost=lost), 422
    other = {name: value for name, value in theirs.items() if value and value != mine.get(name, value)}
    return card_page(assignment, card_form(assignment, mine, revision), other=other), 409
