"""Attachments of an assessed application: handed over only to its juror, and only those that were sent with it."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from strefa.contest.jury import queries
from strefa.contest.jury.models import Assignment
from strefa.rules.policy import May
from strefa.web.downloads import handed_over
from strefa.web.guard import needs

pages = Blueprint("files", __name__)


def with_file(public_id: str, file_id: str) -> Assignment | None:
    """Load an assignment by its address; the file must belong to the version that was sent."""
    assignment = queries.by_public_id(public_id)
    return assignment if assignment and queries.sent_file(assignment, file_id) else None


@pages.get("/wnioski/<public_id>/pliki/<file_id>")
@needs(May.ASSESS, of=with_file)
def show(assignment: Assignment) -> ResponseReturnValue:
    file = queries.sent_file(assignment, str((request.view_args or {})["file_id"]))
    assert file is not None  # `with_file` asked
    return handed_over(file["sha256"], file["name"], file["media_type"])
