"""Attachments: streamed to disk with nothing open in the database, checked by content, downloaded under guard."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from strefa.contest.applications import actions, queries
from strefa.contest.applications.models import Application
from strefa.infra.clock import now
from strefa.infra.files import Kept, TooLarge, content, keep
from strefa.infra.files.workshop import checked
from strefa.infra.i18n import _
from strefa.outputs.words import in_words
from strefa.rules.policy import May
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.text import file_name
from strefa.web.applicant.own_files import shelf
from strefa.web.guard import at_rest, attempt, largest, needs
from strefa.web.session import UPLOAD, current_user
from strefa.web.shelf import Given, download, of_attachments, viewer
from strefa.web.shelf import picture as picture_of

pages = Blueprint("files", __name__)

LARGEST = 64 * 1024 * 1024  # bytes of one request: without a script all files of a field come together


def of_field(public_id: str, field: str) -> Application | None:
    """Load an application by its address; a field that takes no files is not found."""
    application = queries.to_attach(public_id)
    known = application and any(f.key == field and f.files for f in queries.form(application).fields)
    return application if known else None


@pages.post("/wnioski/<public_id>/pliki/<field>")
@needs(May.WRITE_APPLICATION, of=of_field)
@largest(LARGEST)
def create(application: Application) -> ResponseReturnValue:
    field = str((request.view_args or {})["field"])
    given = [file for file in request.files.getlist("file") if file.filename]
    refused = [] if given else [in_words(Blocker(Reason.FILE_NOT_CHOSEN, field))]
    for file in given:
        refused += [_of_file(file, in_words(blocker)) for blocker in _attached(application, field, file)]
    back = section_listing(application, field)
    if UPLOAD in request.headers:
        return (jsonify(problems=[{"text": text} for text in refused]), 422) if refused else jsonify(url=back)
    for text in refused:
        flash(text, "refused")
    return redirect(back)


def _of_file(file: FileStorage, text: str) -> str:
    """Name the file that a refusal is about."""
    name = file_name(file.filename or "")
    return text if name in text else _("Plik „%(name)s”: %(problem)s", name=name, problem=text)


def _attached(application: Application, field: str, file: FileStorage) -> list[Blocker]:
    """Keep one file and attach it; return why it was refused."""
    name = file_name(file.filename or "")
    try:
        kept, found = _kept(application, field, file, name)
    except Refused as refused:
        return list(refused.blockers)
    with attempt(_("Plik „%(name)s” jest dołączony.", name=found.name), quiet=True) as outcome:
        actions.attach(application, field, kept, found, actor=current_user, now=now())
    return outcome.blockers


def _kept(application: Application, field: str, file: FileStorage, name: str) -> tuple[Kept, content.Found]:
    """Write a file to the store; its limits are asked first, its content is checked before it gets its place.

    Raises:
        Refused: nothing may change now, a limit is passed, or the content is not what the name says.
    """
    size = file.stream.seek(0, 2)
    file.stream.seek(0)
    if blockers := actions.blockers_to_attach(application, field, name, size):
        raise Refused(*blockers)
    most = largest_file(application, field)
    found: list[content.Found] = []
    with at_rest(then_attempt=True):
        try:
            kept = keep(file.stream, most, check=lambda path: found.append(checked(path, name, field, most)))
        except TooLarge:
            values = {"name": name, "size_bytes": size, "most_bytes": most}
            raise Refused(Blocker(Reason.FILE_TOO_LARGE, field, values)) from None
    return kept, found[0]


def largest_file(application: Application, field: str) -> int:
    """Return how many bytes one file of a field may have."""
    limits = queries.form(application).field(field).files
    assert limits is not None  # `of_field` asked
    return limits.size


@pages.post("/wnioski/<public_id>/pliki/<file_id>/usun")
@needs(May.WRITE_APPLICATION, of=lambda public_id, file_id: with_file(public_id, file_id))
def remove(application: Application) -> ResponseReturnValue:
    attachment = _attachment(application)
    with attempt(_("Plik „%(name)s” jest usunięty z wniosku.", name=attachment.name)):
        actions.detach(application, _attachment(application), actor=current_user, now=now())
    section = queries.form(application).section_of(attachment.field).key
    return redirect(url_for("applicant.sections.fill", public_id=application.public_id, key=section))


def with_file(public_id: str, file_id: str, sheet: int = 0) -> Application | None:
    """Load an application by its address; the file must be one of its own."""
    application = queries.by_public_id(public_id)
    return application if application and queries.attachment_of(application, file_id) else None


def _attachment(application: Application) -> Any:
    return queries.attachment_of(application, str((request.view_args or {})["file_id"]))


@pages.get("/wnioski/<public_id>/pliki/<file_id>")
@needs(May.READ_OWN_APPLICATION, of=with_file)
def show(application: Application) -> ResponseReturnValue:
    return download(_given(application), _section_of(application))


@pages.get("/wnioski/<public_id>/pliki/<file_id>/podglad")
@needs(May.READ_OWN_APPLICATION, of=with_file)
def view(application: Application) -> ResponseReturnValue:
    return viewer(_given(application), shelf(application), _section_of(application))


@pages.get("/wnioski/<public_id>/pliki/<file_id>/strony/<int:sheet>")
@needs(May.READ_OWN_APPLICATION, of=with_file)
def picture(application: Application) -> ResponseReturnValue:
    return picture_of(_given(application), (request.view_args or {})["sheet"])


def _given(application: Application) -> Given:
    return of_attachments([_attachment(application)])[0]


def _section_of(application: Application) -> str:
    return section_listing(application, _attachment(application).field)


def section_listing(application: Application, field: str) -> str:
    """Return the address of the section that lists the files of a field."""
    section = queries.form(application).section_of(field).key
    return url_for("applicant.sections.fill", public_id=application.public_id, key=section, _anchor=field)
