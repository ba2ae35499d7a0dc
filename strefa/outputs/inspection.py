"""What the worker does with a file that came: asks the virus scanner, then draws what one sees of it."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app

from strefa.contest.applications import attachment_actions, attachment_queries, queries
from strefa.infra import jobs
from strefa.infra.database import db, reading_only, saving
from strefa.infra.files import LEFT_BEHIND, Kept, Preview, clamd, keep, path_of, register
from strefa.infra.files.workshop import MOST_DRAWN, workshop


def look(sha256: str, now: datetime, _values: dict[str, Any]) -> None:
    """Look at one content; what was done already is left as it is.

    Raises:
        ScannerDown: the scanner did not say; the file waits and is asked about again.
        TooHard: it cannot be drawn within the limits.
    """
    url = current_app.config["SETTINGS"].clamd_url
    if url:
        _scan(sha256, url, now)
    with reading_only():
        wanted = attachment_queries.to_draw(sha256) and not attachment_queries.is_drawn(sha256)
    if wanted:
        _draw(sha256, now)


def _scan(sha256: str, url: str, now: datetime) -> None:
    with reading_only():
        waiting = attachment_queries.to_scan(sha256)
    if not waiting:
        return
    virus = clamd.virus_in(path_of(sha256), url)
    for application_id, attachment_id in waiting:
        with saving(f"application:{application_id}"):
            application = queries.by_public_id(application_id)
            attachment = attachment_queries.by_public_id(attachment_id)
            if application and attachment:
                attachment_actions.note_scan(application, attachment, virus, actor=None, now=now)


def _draw(sha256: str, now: datetime) -> None:
    with tempfile.TemporaryDirectory(prefix="strefa-drawing-") as folder:
        told = workshop().done("draw", path=str(path_of(sha256)), folder=folder)
        made = [(page, _kept(Path(folder, name)), kind) for page, name, kind in told["made"]]
    with saving():
        if attachment_queries.is_drawn(sha256):
            return  # by another worker meanwhile
        for page, kept, kind in made:
            register(kept, now=now)
            db.session.add(
                Preview(of_sha256=sha256, page=page, pages=told["pages"], sha256=kept.sha256, media_type=kind)
            )


def _kept(path: Path) -> Kept:
    with path.open("rb") as picture:
        return keep(picture, MOST_DRAWN)


def ask_once(now: datetime) -> int:
    """Ask for a look at what nobody looks at: files from before, and those for which the scanner was down too long."""
    scanned = bool(current_app.config["SETTINGS"].clamd_url)
    with reading_only():
        missing = attachment_queries.to_look_at(scanned=scanned)
    if missing:
        with saving():
            for sha256 in missing:
                jobs.ask("file", sha256, now=now)
    return len(missing)


def drop_abandoned(now: datetime) -> int:
    """Forget files in pieces that were begun too long ago; what came of them is swept with the other leftovers."""
    with saving():
        left = attachment_queries.uploads_begun_before(now - LEFT_BEHIND)
        for upload in left:
            attachment_actions.drop_upload(upload, actor=None, now=now)
    return len(left)
