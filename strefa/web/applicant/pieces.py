"""Attachments that come in pieces, so that a cut connection costs a piece: the browser's script speaks this.

POST …/pliki/<field>/czesci (name, size) → {"url", "offset"} · GET url → {"offset"} · POST url?od=offset, the next
bytes → {"offset"}, or {"url"} of the section once the file is whole and attached · POST url/przerwij. 409 with the
true offset: the piece begins elsewhere, or another one is being written. 422 with "problems": the file is refused.
"""

from dataclasses import dataclass
from typing import IO

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from strefa.contest.applications import actions, attachment_actions, attachment_queries, queries
from strefa.contest.applications.models import Application, PartialUpload
from strefa.infra.clock import now
from strefa.infra.files import Kept, content, keep_file, partial
from strefa.infra.files.workshop import checked
from strefa.outputs.words import in_words
from strefa.rules.policy import May
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.text import file_name
from strefa.web.applicant.files import largest_file, of_field, section_listing
from strefa.web.guard import at_rest, attempt, largest, needs
from strefa.web.session import current_user

pages = Blueprint("pieces", __name__)

LARGEST_PIECE = 8 * 1024 * 1024  # bytes


@dataclass(frozen=True)
class Coming:
    """A file on its way, as it stands while nothing is open in the database."""

    key: str
    field: str
    name: str
    size: int
    most: int


def with_piece(public_id: str, piece_id: str) -> Application | None:
    """Load an application by its address; the file on its way must be one's own, and of this application."""
    application = queries.to_attach(public_id)
    return application if application and attachment_queries.upload_of(application, piece_id, current_user) else None


def _upload(application: Application) -> PartialUpload | None:
    return attachment_queries.upload_of(application, str((request.view_args or {})["piece_id"]), current_user)


@pages.post("/wnioski/<public_id>/pliki/<field>/czesci")
@needs(May.WRITE_APPLICATION, of=of_field)
def begin(application: Application) -> ResponseReturnValue:
    field = str((request.view_args or {})["field"])
    name, size = file_name(request.form.get("name", "")), request.form.get("size", 0, type=int)
    if size <= 0:
        return _refused([Blocker(Reason.FILE_EMPTY, field, {"name": name})])
    with attempt(quiet=True) as outcome:
        upload = attachment_actions.begin_upload(application, field, name, size, actor=current_user, now=now())
        key = upload.public_id
    if not outcome:
        return _refused(outcome.blockers)
    return jsonify(url=url_for(".append", public_id=application.public_id, piece_id=key), offset=partial.length(key))


@pages.get("/wnioski/<public_id>/czesci/<piece_id>")
@needs(May.WRITE_APPLICATION, of=with_piece)
def show(application: Application) -> ResponseReturnValue:
    upload = _upload(application)
    assert upload is not None  # `with_piece` asked
    return jsonify(offset=partial.length(upload.public_id), csrf_token=generate_csrf())


@pages.post("/wnioski/<public_id>/czesci/<piece_id>")
@needs(May.WRITE_APPLICATION, of=with_piece)
@largest(LARGEST_PIECE)
def append(application: Application) -> ResponseReturnValue:
    upload = _upload(application)
    assert upload is not None  # `with_piece` asked
    most = largest_file(application, upload.field)
    coming = Coming(upload.public_id, upload.field, upload.name, upload.size, most)
    try:
        with partial.held(coming.key) as file:
            with at_rest(then_attempt=True):
                whole = _appended(file, coming)
            if whole is None:
                return jsonify(offset=partial.length(coming.key))
            return _attached(application, coming, *whole)
    except (partial.Busy, partial.Misplaced):
        return jsonify(offset=partial.length(coming.key)), 409
    except Refused as refused:
        _dropped(application, coming)
        return _refused(refused.blockers)


def _appended(file: IO[bytes], coming: Coming) -> tuple[Kept, content.Found] | None:
    """Append what came; keep the file once it is whole.

    Raises:
        Misplaced: it does not begin where the file ends, or is longer than announced.
        Refused: the content is not what the name says.
    """
    offset = request.args.get("od", -1, type=int)
    if partial.append(file, request.stream, at=offset, size=coming.size) < coming.size:
        return None
    found: list[content.Found] = []
    path = partial.path_of(coming.key)
    kept = keep_file(path, lambda path: found.append(checked(path, coming.name, coming.field, coming.most)))
    return kept, found[0]


def _attached(application: Application, coming: Coming, kept: Kept, found: content.Found) -> ResponseReturnValue:
    with attempt(quiet=True) as outcome:
        if upload := _upload(application):
            attachment_actions.drop_upload(upload, actor=current_user, now=now())
        actions.attach(application, coming.field, kept, found, actor=current_user, now=now())
    if not outcome:
        raise Refused(*outcome.blockers)
    return jsonify(url=section_listing(application, coming.field))


@pages.post("/wnioski/<public_id>/czesci/<piece_id>/przerwij")
@needs(May.WRITE_APPLICATION, of=with_piece)
def drop(application: Application) -> ResponseReturnValue:
    upload = _upload(application)
    assert upload is not None  # `with_piece` asked
    _dropped(application, Coming(upload.public_id, upload.field, upload.name, upload.size, 0))
    return jsonify(dropped=True)


def _dropped(application: Application, coming: Coming) -> None:
    with attempt(quiet=True):
        if upload := _upload(application):
            attachment_actions.drop_upload(upload, actor=current_user, now=now())
    partial.drop(coming.key)


def _refused(blockers: tuple[Blocker, ...] | list[Blocker]) -> ResponseReturnValue:
    return jsonify(problems=[{"text": in_words(blocker)} for blocker in blockers]), 422
