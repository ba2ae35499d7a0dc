"""With a virus scanner nobody gets a file before it has spoken, and nobody an infected one."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa import worker
from strefa.contest.applications.models import Application, Attachment
from strefa.infra.clock import Clock
from strefa.infra.files import Preview, Scan, clamd
from strefa.infra.jobs import Job, JobState
from strefa.infra.journal.models import Entry
from strefa.infra.messages import Message
from strefa.outputs import inspection
from tests import world
from tests.attachments import a_document, a_pdf
from tests.pages import Pages
from tests.scanner import EICAR, a_scanner

INFECTED = a_document(word__a=EICAR)


@pytest.fixture
def scanner(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    with a_scanner() as (url, scanned):
        monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update={"clamd_url": url}))
        yield scanned


class Draft:
    """A draft with one file, and its pages."""

    def __init__(self, store: Session, pages: Pages, name: str, content: bytes) -> None:
        self.ala = world.a_person()
        self.application: Application = world.an_application(by=self.ala)
        self.hers = pages.sign_in(self.ala)
        self.place = f"/moje/wnioski/{self.application.public_id}"
        data = {"file": [(io.BytesIO(content), name)]}
        self.hers.post(f"{self.place}/pliki/h1_attachments", data, content_type="multipart/form-data")
        self.file = store.scalars(select(Attachment)).one()
        self.url = f"{self.place}/pliki/{self.file.public_id}"

    def statuses(self) -> list[int]:
        return [self.hers.get(f"{self.url}{rest}").status_code for rest in ("", "/podglad", "/strony/1")]


def test_a_file_waits_for_the_scanner_and_is_open_once_it_is_clean(
    app: Flask, store: Session, clock: Clock, pages: Pages, scanner: list[bytes]
) -> None:
    given = a_pdf()
    draft = Draft(store, pages, "plan.pdf", given)
    assert draft.statuses() == [503, 503, 404]
    assert "sprawdzany antywirusem" in draft.hers.get(f"{draft.place}/h").text
    assert draft.url + '"' not in draft.hers.get(f"{draft.place}/h").text

    worker.work_off(app)

    assert scanner == [given]
    assert draft.statuses() == [200, 200, 200]
    assert "sprawdzany antywirusem" not in draft.hers.get(f"{draft.place}/h").text


def test_an_infected_file_is_nobodys_and_its_people_are_told(
    app: Flask, store: Session, clock: Clock, pages: Pages, scanner: list[bytes]
) -> None:
    draft = Draft(store, pages, "opis.docx", packed_with_eicar())
    worker.work_off(app)
    store.expire_all()

    assert (draft.file.scan, draft.file.virus) == (Scan.INFECTED, "Eicar-Test-Signature")
    assert draft.statuses() == [404, 404, 404]
    assert "Eicar-Test-Signature" in draft.hers.get(f"{draft.place}/h").text
    assert "Eicar-Test-Signature" in draft.hers.get(f"{draft.place}/braki").text
    refused = draft.hers.send_application(draft.place.rpartition("/")[2]).text
    assert "znalazł zagrożenie: Eicar-Test-Signature" in refused
    assert [letter.template for letter in store.scalars(select(Message))] == ["infected"]
    entry = store.scalars(select(Entry).where(Entry.verb == "infected")).one()
    assert entry.details == {"name": "opis.docx", "virus": "Eicar-Test-Signature"}

    draft.hers.post(f"{draft.url}/usun")
    data = {"file": [(io.BytesIO(a_pdf()), "plan.pdf")]}
    draft.hers.post(f"{draft.place}/pliki/h1_attachments", data, content_type="multipart/form-data")
    assert "Eicar" not in draft.hers.get(f"{draft.place}/h").text


def packed_with_eicar() -> bytes:
    """A document that holds the test virus as it is, not packed: our scanner looks at the bytes alone."""
    import zipfile

    made = io.BytesIO(a_document())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("word/a.txt", EICAR)
    return made.getvalue()


def test_what_was_drawn_before_the_scanner_came_is_shown_no_more_once_it_finds_a_virus(
    app: Flask, store: Session, clock: Clock, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = Draft(store, pages, "plan.pdf", a_pdf() + b"\n" + EICAR)
    worker.work_off(app)
    assert draft.statuses() == [200, 200, 200]
    with a_scanner() as (url, _scanned):
        monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update={"clamd_url": url}))
        assert draft.statuses() == [503, 503, 404]
        assert inspection.ask_once(clock.now()) == 1
        worker.work_off(app)
    assert draft.statuses() == [404, 404, 404]
    assert "/strony/0" not in draft.hers.get(f"{draft.place}/h").text


def test_another_file_may_be_attached_beside_an_infected_one(
    app: Flask, store: Session, clock: Clock, pages: Pages, scanner: list[bytes]
) -> None:
    draft = Draft(store, pages, "opis.docx", packed_with_eicar())
    worker.work_off(app)
    data = {"file": [(io.BytesIO(a_pdf()), "plan.pdf")]}
    draft.hers.post(f"{draft.place}/pliki/h1_attachments", data, content_type="multipart/form-data")
    assert [file.name for file in store.scalars(select(Attachment).order_by(Attachment.id))] == [
        "opis.docx",
        "plan.pdf",
    ]


def test_a_scanner_that_is_down_is_asked_again_until_it_speaks(
    app: Flask, store: Session, clock: Clock, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_scanner() as (url, _scanned):
        pass  # gone again: nobody listens at its address
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update={"clamd_url": url}))
    draft = Draft(store, pages, "plan.pdf", a_pdf())
    for _ in range(6):
        worker.work_off(app)
        clock.set(clock.now() + timedelta(minutes=10))
    store.expire_all()
    job = store.scalars(select(Job).where(Job.kind == "file")).one()
    assert (job.state, draft.file.scan) == (JobState.FAILED, Scan.WAITING)
    assert draft.statuses() == [503, 503, 404]
    assert list(store.scalars(select(Preview))) == []

    with a_scanner(int(url.rpartition(":")[2])):
        assert inspection.ask_once(clock.now()) == 1
        worker.work_off(app)
    assert draft.statuses() == [200, 200, 200]


def test_without_a_scanner_files_are_open_at_once(app: Flask, store: Session, clock: Clock, pages: Pages) -> None:
    draft = Draft(store, pages, "plan.pdf", a_pdf())
    assert draft.statuses() == [200, 200, 404]
    worker.work_off(app)
    assert draft.statuses() == [200, 200, 200]


@pytest.mark.parametrize(("content", "virus"), [(b"nic", ""), (b"x" * 200_000 + EICAR, "Eicar-Test-Signature")])
def test_the_scanner_is_asked_in_its_own_words(tmp_path: Path, content: bytes, virus: str) -> None:
    path = tmp_path / "given"
    path.write_bytes(content)
    with a_scanner() as (url, scanned):
        assert clamd.virus_in(path, url) == virus
    assert scanned == [content]
