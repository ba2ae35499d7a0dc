"""Correction requests in the office: what is asked, shown before it is sent; more time; what came back."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import queries as applications
from strefa.contest.applications.letters import recipients_of
from strefa.contest.applications.models import Application, Submission
from strefa.contest.people.queries import names_of
from strefa.contest.rounds.queries import template_of
from strefa.contest.screening import correction_actions as actions
from strefa.contest.screening import correction_queries as queries
from strefa.infra.clock import now
from strefa.infra.i18n import _, language
from strefa.outputs import shelf
from strefa.rules.changes import Piece, compared, shortened
from strefa.rules.corrections import Item, sections_of
from strefa.rules.lifecycle import Step, steps_from
from strefa.rules.policy import May
from strefa.rules.reading import read
from strefa.web.guard import attempt, needs
from strefa.web.office.correction_forms import CancelForm, ExtendForm, RequestForm, request_form
from strefa.web.office.versions import versions_of
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("corrections", __name__, url_prefix="/wnioski/<public_id>/wezwanie")


@pages.route("", methods=["GET", "POST"])
@needs(May.CHECK_FORMALLY, of=applications.by_public_id)
@asks(lambda application, _parts, _typed: [request_form(application)])
def ask(application: Application) -> ResponseReturnValue:
    form = request_form(application)
    if not form.validate_on_submit() or "back" in request.form:
        return _ask_page(application, form)
    if "send" not in request.form:
        return _preview(application, form)
    done = _("Wezwanie jest w drodze, a wskazane pola są otwarte.")
    with attempt(done, f"jury:{application.round_id}", quiet=True) as outcome:
        actions.request(application, form.items, actor=current_user, now=now())
    if outcome:
        return redirect(_home(application))
    form.refused(outcome.blockers)
    return _ask_page(application, form), 422


def _preview(application: Application, form: RequestForm) -> ResponseReturnValue:
    """Show what would be sent, to whom and until when; nothing is stored yet."""
    items, at = form.items, now()
    blockers = [*actions.blockers_to_request(application, at), *actions.blockers_of_items(application, items)]
    if blockers:
        form.refused(blockers)
        return _ask_page(application, form), 422
    return page(
        "office/corrections/preview",
        application=application,
        typed=[(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"],
        sections=asked_lines(application, items),
        count=len(recipients_of(application)),
        **_term(application),
    )


def _term(application: Application) -> dict[str, Any]:
    days = template_of(application.round).timetable.correction_days
    return {"days": days, "deadline": queries.deadline(application, now())}


def _ask_page(application: Application, form: RequestForm) -> str:
    submission = application.submissions[-1]
    spec, facts = applications.form(application), applications.sent_facts(application, submission)
    return page(
        "office/corrections/ask",
        application=application,
        newest=versions_of(application)[0],
        sections=read(spec, submission.answers, facts, language()),
        spec=spec,
        form=form,
        blockers=actions.blockers_to_request(application, now()),
        not_mendable=queries.not_mendable(application),
        **_term(application),
    )


@pages.post("/przedluz")
@needs(May.CHECK_FORMALLY, of=applications.by_public_id)
@asks(ExtendForm)
def extend(application: Application) -> ResponseReturnValue:
    form = ExtendForm()
    until = form.term(application)
    if until is None:
        return _manage_page(application, extend=form), 422
    with attempt(_("Termin jest przedłużony, a wnioskodawca dostaje list."), quiet=True) as outcome:
        actions.extend(application, until, form.reason.data or "", actor=current_user, now=now())
    if outcome:
        return redirect(_home(application))
    form.refused(outcome.blockers)
    return _manage_page(application, extend=form), 422


@pages.post("/cofnij")
@needs(May.CHECK_FORMALLY, of=applications.by_public_id)
@asks(CancelForm)
def cancel(application: Application) -> ResponseReturnValue:
    form = CancelForm()
    with attempt(_("Wezwanie jest cofnięte, a wnioskodawca dostaje list."), quiet=True) as outcome:
        actions.cancel(application, form.because.data or "", actor=current_user, now=now())
    if outcome:
        return redirect(_home(application))
    form.refused(outcome.blockers)
    return _manage_page(application, cancel=form), 422


@pages.get("/zmiana")
@needs(May.CHECK_FORMALLY, of=applications.by_public_id)
def manage(application: Application) -> ResponseReturnValue:
    return _manage_page(application)


def _manage_page(application: Application, extend: ExtendForm | None = None, cancel: CancelForm | None = None) -> str:
    return page(
        "office/corrections/manage",
        application=application,
        steps=steps_from(application.status),
        extend=extend or ExtendForm(formdata=None),
        cancel=cancel or CancelForm(formdata=None),
        **told_of(application),
    )


def _home(application: Application) -> str:
    return url_for("office.applications.show", public_id=application.public_id)


def told_of(application: Application) -> dict[str, Any]:
    """Return what the pages of an application tell of its newest request, and what came back."""
    asked = queries.standing_request(application)
    if asked is None:
        return {"correction": None, "asked": [], "changes": []}
    answer = queries.answer_to(application, asked)
    return {
        "correction": asked,
        "asked_by": names_of([asked.sent_by_id]).get(asked.sent_by_id, ""),
        "asked": asked_lines(application, queries.items_of(asked)),
        "answer": answer,
        "changes": changes(application, answer) if answer else [],
        "letters": shelf.letters_about(asked),
        "may_ask": Step.REQUEST in steps_from(application.status),
    }


def asked_lines(application: Application, items: list[Item]) -> list[tuple[str, list[tuple[str, Item]]]]:
    """Return what is asked, by the title of its section: where ("" for the whole), and the item."""
    spec, code = applications.form(application), language()
    labels = {field.key: f"{field.code}. {field.label.in_language(code)}" for field in spec.fields}
    titles = {section.key: f"{section.code}. {section.title.in_language(code)}" for section in spec.sections}
    return [
        (titles.get(key, ""), [(labels.get(item.field, ""), item) for item in part])
        for key, part in sections_of(spec, items)
    ]


@dataclass(frozen=True)
class Changed:
    """A question whose answer was mended: what it is called, and the pieces that lead from one text to the other."""

    key: str
    label: str
    pieces: list[Piece]


def changes(application: Application, answer: Submission) -> list[Changed]:
    """List what an answer to a request changed against the version before it, question by question."""
    before = next(one for one in application.submissions if one.version == answer.version - 1)
    olds, news = (_lines(application, one) for one in (before, answer))
    return [
        Changed(
            key, f"{line.code}. {line.label}", shortened(compared(olds[key].text if key in olds else "", line.text))
        )
        for key, line in news.items()
        if key not in olds or olds[key].text != line.text
    ]


def _lines(application: Application, submission: Submission) -> dict[str, Any]:
    facts = applications.sent_facts(application, submission)
    parts = read(applications.form(application), submission.answers, facts, language())
    return {line.key: line for part in parts for line in part.lines}
