"""Files that somebody gave, for every audience alike: their lines in a list, the download, the viewer, its pictures.

Who may have a file is the caller's question to the policy; what the virus scanner said is asked here, on every way.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, current_app, request, send_file, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import attachment_queries
from strefa.contest.applications.models import Attachment
from strefa.infra.files import Scan, opened
from strefa.web.downloads import SANDBOX, handed_over
from strefa.web.page import page


@dataclass(frozen=True)
class Given:
    """A file as it was given, and what is known of it by now."""

    public_id: str
    field: str
    sha256: str
    name: str
    media_type: str
    size: int
    scan: Scan
    virus: str = ""
    active: tuple[str, ...] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether nobody may have it before the scanner has spoken."""
        return self.scan is Scan.WAITING and bool(current_app.config["SETTINGS"].clamd_url)

    @property
    def is_drawn(self) -> bool:
        return self.media_type in attachment_queries.DRAWN


@dataclass(frozen=True)
class Line:
    """A file in a list; an address that leads nowhere yet, or never will, is empty."""

    given: Given
    url: str
    view: str
    thumb: str


@dataclass(frozen=True)
class Shelf:
    """Where an audience finds its files.

    Args:
        show: the endpoint of the download; `view` and `picture` those of the viewer and of its pictures.
        parts: what stands in their addresses beside the file's own.
    """

    show: str
    view: str
    picture: str
    parts: Mapping[str, Any]

    def to(self, kind: str, given: Given, **more: Any) -> str:
        """Return the address of a file's download, its viewer or a picture in it."""
        return url_for(getattr(self, kind), file_id=given.public_id, **self.parts, **more)


def of_attachments(attachments: Iterable[Attachment]) -> list[Given]:
    """Return attachments as files that were given."""
    return [
        Given(a.public_id, a.field, a.sha256, a.name, a.media_type, a.size, a.scan, a.virus, tuple(a.active))
        for a in attachments
    ]


def of_sent(files: Sequence[Mapping[str, Any]]) -> list[Given]:
    """Return files as a version was sent with them; what is known of them by now is read, in one statement."""
    known = attachment_queries.by_public_ids([file["public_id"] for file in files])
    return [_sent(file, known.get(file["public_id"])) for file in files]


def _sent(file: Mapping[str, Any], known: Attachment | None) -> Given:
    told = (known.scan, known.virus, tuple(known.active)) if known else (Scan.WAITING,)
    parts = (file[key] for key in ("public_id", "field", "sha256", "name", "media_type", "size"))
    return Given(*parts, *told)


def lines(files: Sequence[Given], shelf: Shelf) -> list[Line]:
    """Return files as a list shows them; one statement."""
    drawn = attachment_queries.with_thumbnail([file.sha256 for file in files])
    return [_line(file, shelf, file.sha256 in drawn) for file in files]


def _line(file: Given, shelf: Shelf, drawn: bool) -> Line:
    if file.virus or file.is_waiting:
        return Line(file, "", "", "")
    return Line(
        file,
        shelf.to("show", file),
        shelf.to("view", file) if file.is_drawn else "",
        shelf.to("picture", file, sheet=0) if drawn else "",
    )


def download(file: Given, back: str) -> ResponseReturnValue:
    """Hand a file over as it was given."""
    return _withheld(file, back) or handed_over(file.sha256, file.name, file.media_type)


def viewer(file: Given, shelf: Shelf, back: str) -> ResponseReturnValue:
    """Show a file's pages as pictures; of a kind that has none there is no viewer."""
    if not file.is_drawn:
        abort(404)
    if withheld := _withheld(file, back):
        return withheld
    drawn = attachment_queries.pages_of(file.sha256)
    pictures = [shelf.to("picture", file, sheet=sheet) for sheet in drawn if sheet]
    return page(
        "files/view",
        file=file,
        url=shelf.to("show", file),
        back=back,
        pictures=pictures,
        pages=drawn[0].pages if drawn else 0,
        failed=not drawn and attachment_queries.cannot_be_drawn(file.sha256),
        again=request.path,
    )


def picture(file: Given, sheet: int) -> ResponseReturnValue:
    """Answer with the picture of one page, made by the worker: nothing of what was given is shown as it came."""
    drawn = None if file.virus or file.is_waiting else attachment_queries.picture(file.sha256, sheet)
    if drawn is None:
        abort(404)
    try:
        content = opened(drawn.sha256)
    except FileNotFoundError:
        abort(404)
    response: Response = send_file(content, mimetype=drawn.media_type, etag=drawn.sha256)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _withheld(file: Given, back: str) -> ResponseReturnValue | None:
    """Keep back what the scanner refused or has not judged."""
    if file.virus:
        abort(404)
    if file.is_waiting:
        return page("files/scanning", back=back), 503, {"Retry-After": "30"}
    return None
