"""Attachments of an assessed application: handed over only to its juror, and only those that were sent with it."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.jury import queries
from strefa.contest.jury.models import Assignment
from strefa.rules.policy import May
from strefa.web.guard import needs
from strefa.web.shelf import Given, Shelf, download, of_sent, viewer
from strefa.web.shelf import picture as picture_of

pages = Blueprint("files", __name__)


def with_file(public_id: str, file_id: str, sheet: int = 0) -> Assignment | None:
    """Load an assignment by its address; the file must belong to the version that was sent."""
    assignment = queries.by_public_id(public_id)
    return assignment if assignment and queries.sent_file(assignment, file_id) else None


@pages.get("/wnioski/<public_id>/pliki/<file_id>")
@needs(May.ASSESS, of=with_file)
def show(assignment: Assignment) -> ResponseReturnValue:
    return download(_given(assignment), _card(assignment))


@pages.get("/wnioski/<public_id>/pliki/<file_id>/podglad")
@needs(May.ASSESS, of=with_file)
def view(assignment: Assignment) -> ResponseReturnValue:
    return viewer(_given(assignment), shelf(assignment), _card(assignment))


@pages.get("/wnioski/<public_id>/pliki/<file_id>/strony/<int:sheet>")
@needs(May.ASSESS, of=with_file)
def picture(assignment: Assignment) -> ResponseReturnValue:
    return picture_of(_given(assignment), (request.view_args or {})["sheet"])


def shelf(assignment: Assignment) -> Shelf:
    """Return where a juror finds the files of an application that she assesses."""
    return Shelf("juror.files.show", "juror.files.view", "juror.files.picture", {"public_id": assignment.public_id})


def _given(assignment: Assignment) -> Given:
    file = queries.sent_file(assignment, str((request.view_args or {})["file_id"]))
    assert file is not None  # `with_file` asked
    return of_sent([file])[0]


def _card(assignment: Assignment) -> str:
    return url_for("juror.cards.show", public_id=assignment.public_id)
