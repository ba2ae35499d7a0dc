"""Writing one section: saved while one types, never refused for its content."""

from typing import Any

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import actions, queries
from strefa.contest.applications.models import Application
from strefa.infra.clock import now
from strefa.infra.i18n import _, language, time_of_day
from strefa.outputs.words import in_words
from strefa.rules.form_problems import problems, summaries
from strefa.rules.formspec import FormSpec
from strefa.rules.policy import May
from strefa.web.applicant.forms import SectionForm, section_form, shown, typed
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.session import AUTOSAVE, current_user

pages = Blueprint("sections", __name__)


def of_section(public_id: str, key: str) -> Application | None:
    """Load an application by its address; a section that its form does not have is not found."""
    application = queries.by_public_id(public_id)
    known = application and any(section.key == key for section in queries.form(application).sections)
    return application if known else None


@pages.route("/wnioski/<public_id>/<key>", methods=["GET", "POST"])
@needs(May.WRITE_APPLICATION, of=of_section)
def fill(application: Application) -> ResponseReturnValue:
    key = str((request.view_args or {})["key"])
    spec = queries.form(application)
    row = actions.section_row_of(application, key)
    form = section_form(spec, key, language())(data={"revision": row.revision, **shown(spec, key, row.answers)})
    if form.is_submitted():
        return _saved(application, spec, key, form)
    return _section_page(application, spec, key, form)


def _saved(application: Application, spec: FormSpec, key: str, form: SectionForm) -> ResponseReturnValue:
    answers = typed(spec, key, form)
    seen = str(form.revision.data or "")
    revision = int(seen) if seen.isdigit() else 0
    silent = AUTOSAVE in request.headers
    with attempt("" if silent else _("Zapisano."), quiet=True) as outcome:
        row = actions.save(application, key, answers, revision=revision, actor=current_user, now=now())
        revision = row.revision
    if not outcome:
        return _refused(application, spec, key, form, [in_words(blocker) for blocker in outcome.blockers])
    if silent:
        said = [{"at": b.at, "text": in_words(b)} for b in _problems(application, spec, key)]
        return jsonify(saved_at=time_of_day(now()), revision=revision, problems=said)
    if change := request.form.get("rows"):
        return _with_row(application, spec, key, form, change, revision)
    return redirect(url_for(".fill", public_id=application.public_id, key=_next(spec, key)))


def _refused(
    application: Application, spec: FormSpec, key: str, form: SectionForm, said: list[str]
) -> ResponseReturnValue:
    """Somebody saved since: both texts stand side by side and neither is lost."""
    row = actions.section_row_of(application, key)
    if AUTOSAVE in request.headers:
        theirs = section_form(spec, key, language())(
            None, data={"revision": row.revision, **shown(spec, key, row.answers)}
        )
        return jsonify(revision=row.revision, theirs=_flat(theirs), saved_by="", text=" ".join(said)), 409
    form.form_errors = said
    form.revision.data = str(row.revision)
    return _section_page(application, spec, key, form, theirs=row.answers), 409


def _flat(form: SectionForm) -> dict[str, Any]:
    return {field.name: field.data for field in form if isinstance(field.data, str)}


def _with_row(
    application: Application, spec: FormSpec, key: str, form: SectionForm, change: str, revision: int
) -> ResponseReturnValue:
    """Add or take away a row without a script."""
    verb, _sep, rest = change.partition(":")
    name, _sep, place = rest.partition(":")
    field: Any = dict(form._fields).get(name)
    if field is not None and verb == "add":
        field.append_entry()
    elif field is not None and verb == "remove" and place.isdigit() and int(place) < len(field.entries):
        del field.entries[int(place)]
    form.revision.data = str(revision)
    return _section_page(application, spec, key, form)


def _next(spec: FormSpec, key: str) -> str:
    keys = [section.key for section in spec.sections]
    return keys[min(keys.index(key) + 1, len(keys) - 1)]


def _problems(application: Application, spec: FormSpec, key: str) -> list[Any]:
    keys = {field.key for field in spec.section(key).fields}
    found = problems(spec, application.answers, queries.facts(application))
    return [blocker for blocker in found if blocker.at.split(".")[0] in keys]


def _section_page(
    application: Application, spec: FormSpec, key: str, form: SectionForm, theirs: dict[str, Any] | None = None
) -> str:
    return page(
        "applicant/sections/fill",
        application=application,
        spec=spec,
        section=spec.section(key),
        form=form,
        theirs=theirs,
        warnings=[] if form.is_submitted() else _problems(application, spec, key),
        summaries=summaries(spec, application.answers, queries.facts(application)),
        saved_at=actions.section_row_of(application, key).saved_at,
    )
