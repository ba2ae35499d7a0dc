"""What was sent, version by version, in the office: the files that came with it, and the application on paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import queries as applications
from strefa.contest.applications.models import Application, Submission
from strefa.contest.jury.barring import barred_ids
from strefa.outputs import papers
from strefa.rules.policy import May
from strefa.web.downloads import paper
from strefa.web.guard import needs
from strefa.web.session import current_user
from strefa.web.shelf import Given, Line, Shelf, download, lines, of_sent, viewer
from strefa.web.shelf import picture as picture_of

pages = Blueprint("versions", __name__, url_prefix="/wnioski/<public_id>/wersje/<int:version>")


@dataclass(frozen=True)
class Version:
    """A sent version with the addresses of its files; that of the whole application is empty until it is printed."""

    submission: Submission
    paper: str
    files: tuple[Line, ...]

    @property
    def addresses(self) -> Mapping[str, list[Line]]:
        """The files of each question, in the order in which the reading prints their names."""
        keys = {line.given.field for line in self.files}
        return {key: [line for line in self.files if line.given.field == key] for key in keys}


def readable(public_id: str) -> Application | None:
    """Load an application, unless the viewer is a juror whom impartiality keeps from it."""
    application = applications.by_public_id(public_id)
    barred = application is not None and application.id in barred_ids(current_user, application.round_id)
    return None if barred else application


def versions_of(application: Application) -> list[Version]:
    """List what was sent, the newest version first."""
    printed = papers.ready("application", [submission.id for submission in application.submissions])
    return [_version(application, one, one.id in printed) for one in reversed(application.submissions)]


def _version(application: Application, submission: Submission, printed: bool) -> Version:
    where: dict[str, Any] = {"public_id": application.public_id, "version": submission.version}
    return Version(
        submission,
        url_for("office.versions.whole", **where) if printed else "",
        tuple(lines(of_sent(submission.attachments), _shelf(where))),
    )


def _shelf(where: dict[str, Any]) -> Shelf:
    return Shelf("office.versions.file", "office.versions.view", "office.versions.picture", where)


def of_version(public_id: str, version: int, file_id: str = "", sheet: int = 0) -> Application | None:
    """Load an application by its address; the version must have been sent, and the file with it."""
    application = readable(public_id)
    submission = _sent(application, version) if application else None
    found = submission is not None and (not file_id or _file(submission, file_id) is not None)
    return application if found else None


def _sent(application: Application, version: int) -> Submission | None:
    return next((one for one in application.submissions if one.version == version), None)


def _file(submission: Submission, file_id: str) -> dict[str, Any] | None:
    return next((file for file in submission.attachments if file["public_id"] == file_id), None)


def _asked(application: Application) -> Submission:
    submission = _sent(application, (request.view_args or {})["version"])
    assert submission is not None  # `of_version` asked
    return submission


@pages.get("/pliki/<file_id>")
@needs(May.READ_SENT_APPLICATION, of=of_version)
def file(application: Application) -> ResponseReturnValue:
    return download(_given(application), _back(application))


@pages.get("/pliki/<file_id>/podglad")
@needs(May.READ_SENT_APPLICATION, of=of_version)
def view(application: Application) -> ResponseReturnValue:
    where = {"public_id": application.public_id, "version": _asked(application).version}
    return viewer(_given(application), _shelf(where), _back(application))


@pages.get("/pliki/<file_id>/strony/<int:sheet>")
@needs(May.READ_SENT_APPLICATION, of=of_version)
def picture(application: Application) -> ResponseReturnValue:
    return picture_of(_given(application), (request.view_args or {})["sheet"])


def _given(application: Application) -> Given:
    file = _file(_asked(application), str((request.view_args or {})["file_id"]))
    assert file is not None  # `of_version` asked
    return of_sent([file])[0]


def _back(application: Application) -> str:
    return url_for("office.applications.show", public_id=application.public_id)


@pages.get("/wniosek.pdf")
@needs(May.READ_SENT_APPLICATION, of=of_version)
def whole(application: Application) -> ResponseReturnValue:
    return paper(papers.find("application", _asked(application).id), _back(application))
