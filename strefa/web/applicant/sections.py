"""Writing one section: saved while one types, never refused for its content.

The scripts' contract: a POST with the header X-Strefa-Autosave is answered in JSON, 200 with what was
saved, 409 with both texts when somebody saved since, 401 and 400 by the guard. Without a script the same
address takes the same form and leads on to the next section.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms import Form

from strefa.contest.applications import actions, history_actions, queries
from strefa.contest.applications.models import Application
from strefa.contest.people.queries import names_of
from strefa.infra.clock import now
from strefa.infra.i18n import _, language, time_of_day
from strefa.outputs.progress import echoes, missing_lines, section_line, verdict_lines
from strefa.outputs.words import in_words
from strefa.rules.changes import compared
from strefa.rules.fields import Kind
from strefa.rules.form_problems import section_problems
from strefa.rules.formspec import Section
from strefa.rules.policy import May
from strefa.rules.refusal import Blocker, Reason
from strefa.web.applicant.answers import flat, joined, typed, with_rows_changed
from strefa.web.applicant.forms import sent_forms
from strefa.web.applicant.section_page import clash_page, following, read_page, standing_of, writable, writing_page
from strefa.web.guard import attempt, needs
from strefa.web.resending import asks
from strefa.web.session import AUTOSAVE, current_user, revision_seen

pages = Blueprint("sections", __name__)

TAKE = "take-"  # on the page of two texts: whose answer to a field stays
RECENTLY = timedelta(minutes=10)


def to_read(public_id: str, key: str) -> Application | None:
    """Load an application by its address; a section that its form does not have is not found."""
    return _with_section(queries.by_public_id(public_id), key)


def to_write(public_id: str, key: str) -> Application | None:
    """Load an application with what saving asks of it, and no more: files for a page or for a section of files."""
    application = _with_section(queries.to_write(public_id), key)
    if application and (AUTOSAVE not in request.headers or _has_files(section_of(application))):
        queries.load_files(application)
    return application


def _with_section(application: Application | None, key: str) -> Application | None:
    known = application and any(section.key == key for section in queries.form(application).sections)
    return application if known else None


def section_of(application: Application) -> Section:
    """Return the section that the address names."""
    return queries.form(application).section(str((request.view_args or {})["key"]))


@pages.get("/wnioski/<public_id>/<key>")
@needs(May.READ_OWN_APPLICATION, of=to_read)
def fill(application: Application) -> ResponseReturnValue:
    section = section_of(application)
    if not may_write_here(application, section):
        return read_page(application, section)
    row = actions.section_row_of(application, section.key)
    return writing_page(application, section, row.answers, row.revision, since=now() - RECENTLY)


def _has_files(section: Section) -> bool:
    return any(field.files for field in section.fields)


def may_write_here(application: Application, section: Section) -> bool:
    """Say whether this person may write in this section now."""
    return queries.is_being_written(application) and section.key in writable(application)


def _asked(application: Application, parts: Mapping[str, str], sent: MultiDict[str, str]) -> list[Form]:
    """Return the section as it was sent, and the choices of the page of two texts."""
    return sent_forms(queries.form(application), parts["key"], language(), sent, TAKE)


@pages.post("/wnioski/<public_id>/<key>")
@needs(May.WRITE_APPLICATION, of=to_write, within="application:{public_id}")
@asks(_asked)
def save() -> ResponseReturnValue:
    change, silent = request.form.get("rows", ""), AUTOSAVE in request.headers
    revision, mine = revision_seen(), {}
    with attempt("" if silent or change else _("Zapisano."), quiet=True) as outcome:
        section = section_of(outcome.subject)
        mine = with_rows_changed(_mine(outcome.subject, section), change)
        actions.save(outcome.subject, section.key, mine, revision=revision, actor=current_user, now=now())
    application = outcome.subject
    section = section_of(application)
    if not outcome:
        return _refused(application, section, mine, revision, outcome.blockers)
    if silent:
        return jsonify(_saved(application, section))
    if change:
        row = actions.section_row_of(application, section.key)
        verb, _sep, name = change.partition(":")
        return writing_page(application, section, row.answers, row.revision, more=name if verb == "add" else "")
    return redirect(_onward(application, section))


def _mine(application: Application, section: Section) -> dict[str, Any]:
    """Return what this person means: as typed, or as chosen on the page of two texts."""
    mine = typed(section, request.form)
    stored = actions.section_row_of(application, section.key).answers
    for field in section.fields:
        chosen = request.form.get(TAKE + field.key)
        if chosen == "theirs":
            mine[field.key] = stored.get(field.key, mine.get(field.key))
        elif chosen == "both" and field.kind is Kind.TEXT:
            mine[field.key] = f"{mine.get(field.key, '')}\n\n{stored.get(field.key, '')}".strip()
    return mine


def _saved(application: Application, section: Section) -> dict[str, Any]:
    """Tell the script what was saved, and what the page shows about it."""
    spec, answers = queries.form(application), application.answers
    facts = queries.facts(application, None if _has_files(section) else [], others=0)
    here = section_problems(spec, section, answers, facts)
    step = section_line(section, answers, facts, here)
    judged = verdict_lines(spec, answers, facts) if any(f.kind is Kind.BUDGET for f in section.fields) else []
    return {
        "saved_at": time_of_day(now()),
        "revision": actions.section_row_of(application, section.key).revision,
        "problems": [
            {"at": blocker.at, "text": line.text, "place": line.place}
            for blocker, line in zip(here, missing_lines(spec, here), strict=True)
        ],
        "echo": echoes(section, answers),
        "standing": [asdict(line) for line in standing_of(application, section, answers, counted=False)],
        "steps": [{"key": step.key, "word": step.word, "kind": step.kind}],
        "closed": not queries.is_open(application, now()),
        "budget": [{"key": verdict.key, "passes": verdict.passes, "said": verdict.said} for verdict in judged],
    }


def _refused(
    application: Application, section: Section, mine: dict[str, Any], revision: int, blockers: list[Blocker]
) -> ResponseReturnValue:
    """Say why it was not saved; what was typed stays on the page."""
    if any(blocker.reason is Reason.CHANGED_MEANWHILE for blocker in blockers):
        return _clashed(application, section, mine, revision)
    said = [in_words(blocker) for blocker in blockers]
    if AUTOSAVE in request.headers:
        return jsonify(text=" ".join(said)), 422
    for text in said:
        flash(text, "refused")
    return writing_page(application, section, mine, revision), 422


def _clashed(application: Application, section: Section, mine: dict[str, Any], revision: int) -> ResponseReturnValue:
    """Somebody saved since: both texts stand side by side and a person chooses; neither is lost."""
    with attempt(quiet=True) as outcome:
        history_actions.keep_lost(outcome.subject, section.key, mine, revision=revision, actor=current_user, now=now())
    application, row = outcome.subject, actions.section_row_of(outcome.subject, section.key)
    by = "" if row.saved_by_id == current_user.id else names_of([row.saved_by_id]).get(row.saved_by_id or 0, "")
    if AUTOSAVE in request.headers:
        said = in_words(Blocker(Reason.CHANGED_MEANWHILE))
        return jsonify(
            revision=row.revision, theirs=flat(section, row.answers), saved_by=by, text=said,
            marked=_marked(section, mine, row.answers),
        ), 409  # fmt: skip
    base = queries.section_before(application, section.key, revision)
    together, disputed = joined(base or {}, mine, row.answers)
    return clash_page(application, section, together, disputed, row, by), 409


def _marked(section: Section, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Return of each text that both have the pieces that lead from one to the other, for the script to mark."""
    pairs = {f.key: (mine.get(f.key) or "", theirs.get(f.key) or "") for f in section.fields if f.kind is Kind.TEXT}
    return {
        key: [(piece.change.value, piece.text) for piece in compared(*texts)]
        for key, texts in pairs.items()
        if texts[0] != texts[1]
    }


def _onward(application: Application, section: Section) -> str:
    after = following(application, section)
    if after is not None:
        return url_for(".fill", public_id=application.public_id, key=after.key)
    return url_for("applicant.sending.missing", public_id=application.public_id)
