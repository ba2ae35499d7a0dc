"""`strefa check` asks for the pictures of files: of those that were looked at, and of no other."""

import io

import pytest
from sqlalchemy.orm import Session

from strefa.cli.invariants.kept import pictures
from strefa.contest.applications.models import Attachment
from strefa.infra import files
from strefa.infra.files import Preview, Scan
from strefa.infra.jobs import Job, JobState
from tests import world


def kept(content: bytes) -> str:
    found = files.keep(io.BytesIO(content), 1_000_000)
    files.register(found, now=world.NOON)
    return found.sha256


@pytest.mark.parametrize(
    ("state", "media_type", "scan", "drawn", "broken"),
    [
        (JobState.DONE, "application/pdf", Scan.CLEAN, False, True),
        (JobState.DONE, "image/png", Scan.WAITING, False, True),
        (JobState.DONE, "application/pdf", Scan.CLEAN, True, False),
        (JobState.WAITING, "application/pdf", Scan.CLEAN, False, False),
        (JobState.FAILED, "application/pdf", Scan.CLEAN, False, False),
        (JobState.DONE, "application/pdf", Scan.INFECTED, False, False),
        (JobState.DONE, "text/csv", Scan.CLEAN, False, False),
        (None, "application/pdf", Scan.CLEAN, False, False),
    ],
)
def test_a_file_that_was_looked_at_without_an_error_has_its_pictures(
    store: Session, state: JobState | None, media_type: str, scan: Scan, drawn: bool, broken: bool
) -> None:
    application = world.an_application()
    sha256 = kept(b"content")
    store.add(
        Attachment(
            public_id="plik000001", application_id=application.id, field="h1_attachments", sha256=sha256, name="a",
            media_type=media_type, size=7, added_at=world.NOON, added_by_id=application.created_by_id, scan=scan,
        )
    )  # fmt: skip
    if state is not None:
        store.add(Job(kind="file", subject=sha256, values={}, state=state, created_at=world.NOON, due_at=world.NOON))
    if drawn:
        store.add(Preview(of_sha256=sha256, page=0, pages=1, sha256=kept(b"picture"), media_type="image/webp"))
    store.commit()
    assert list(pictures()) == ([f"plik {sha256} obejrzano, a nie ma z niego obrazów"] if broken else [])
