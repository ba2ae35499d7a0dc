"""What one sees of a file without opening it: pages as pictures of our own making, for those who may have the file."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa import worker
from strefa.contest.applications.models import Application, Attachment, Submission
from strefa.contest.jury.models import Assignment
from strefa.contest.people.models import Person
from strefa.infra.clock import Clock
from strefa.infra.files import Preview
from strefa.infra.jobs import Job, JobState
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.attachments import a_document, a_heic, a_long_pdf, a_pdf, a_photo, an_active_pdf
from tests.pages import Pages


def uploaded(who: Pages, application: Application, *files: tuple[str, bytes]) -> None:
    data = {"file": [(io.BytesIO(content), name) for name, content in files]}
    address = f"/moje/wnioski/{application.public_id}/pliki/h1_attachments"
    assert who.post(address, data, content_type="multipart/form-data").status_code == 302


def attached(store: Session) -> list[Attachment]:
    store.expire_all()
    return list(store.scalars(select(Attachment).order_by(Attachment.id)))


class Everybody:
    """An application with files, and those who have to do with it."""

    def __init__(self, store: Session, pages: Pages, *files: tuple[str, bytes]) -> None:
        self.ala = world.a_person()
        self.application = world.an_application(by=self.ala)
        uploaded(pages.sign_in(self.ala), self.application, *files)
        self.files = attached(store)

    def sent(self, store: Session) -> Assignment:
        """Send it, and give it to a juror."""
        application = self.application
        application.status, application.number = Status.ELIGIBLE, "SE-2027-0001"
        sent = world.a_submission(application, self.ala)
        sent.attachments = [
            {key: getattr(file, key) for key in ("public_id", "field", "name", "size", "media_type", "sha256")}
            for file in self.files
        ]
        store.commit()
        return world.an_assignment(application, world.a_juror())


def test_the_pages_of_a_pdf_are_shown_to_whoever_may_have_it_and_to_nobody_else(
    app: Flask, store: Session, clock: Clock, pages: Pages
) -> None:
    all_ = Everybody(store, pages, ("plan.pdf", a_long_pdf(2)))
    [file] = all_.files
    assignment = all_.sent(store)
    worker.work_off(app)
    juror = store.get_one(Person, assignment.juror_id)
    places = [
        (all_.ala, f"/moje/wnioski/{all_.application.public_id}/pliki"),
        (world.a_person(Role.COORDINATOR), f"/biuro/wnioski/{all_.application.public_id}/wersje/1/pliki"),
        (juror, f"/jury/wnioski/{assignment.public_id}/pliki"),
    ]
    strangers = [world.a_person(), world.a_juror()]
    for person, place in places:
        page = pages.sign_in(person).get(f"{place}/{file.public_id}/podglad").text
        assert [f"{place}/{file.public_id}/strony/{sheet}" in page for sheet in (1, 2, 3)] == [True, True, False]
        assert "2 strony" in page
        seen = pages.sign_in(person).get(f"{place}/{file.public_id}/strony/2")
        assert (seen.status_code, seen.mimetype) == (200, "image/png")
        assert seen.headers["Content-Security-Policy"].startswith("sandbox;")
        assert seen.headers["X-Content-Type-Options"] == "nosniff"
        assert Image.open(io.BytesIO(seen.data)).format == "PNG"
        assert pages.sign_in(person).get(f"{place}/{file.public_id}/strony/3").status_code == 404
        others = [other for other, _place in places if other is not person]
        for stranger in [*strangers, *others]:
            for rest in ("podglad", "strony/0", "strony/1"):
                answer = pages.sign_in(stranger).get(f"{place}/{file.public_id}/{rest}")
                assert answer.status_code == 404, (stranger.name, rest)


@pytest.mark.parametrize("place", ["podglad", "strony/1"])
def test_a_file_of_another_application_is_not_shown(
    app: Flask, store: Session, clock: Clock, pages: Pages, place: str
) -> None:
    all_ = Everybody(store, pages, ("plan.pdf", a_pdf()))
    worker.work_off(app)
    other = world.an_application(by=all_.ala)
    hers = pages.sign_in(all_.ala)
    answer = hers.get(f"/moje/wnioski/{other.public_id}/pliki/{all_.files[0].public_id}/{place}")
    assert answer.status_code == 404


def test_a_list_shows_what_is_drawn_and_the_viewer_says_what_is_not_yet(
    app: Flask, store: Session, clock: Clock, pages: Pages
) -> None:
    all_ = Everybody(store, pages, ("IMG_0421.HEIC", a_heic()), ("opis.docx", a_document()))
    photo, text = all_.files
    hers = pages.sign_in(all_.ala)
    place = f"/moje/wnioski/{all_.application.public_id}"
    waits = hers.get(f"{place}/pliki/{photo.public_id}/podglad").text
    assert "Podgląd się przygotowuje" in waits
    assert "strony/0" not in hers.get(f"{place}/h").text

    worker.work_off(app)

    page = hers.get(f"{place}/h").text
    assert "IMG_0421.jpg" in page
    assert f"pliki/{photo.public_id}/strony/0" in page
    assert f"pliki/{photo.public_id}/podglad" in page
    assert f"pliki/{text.public_id}/podglad" not in page
    assert hers.get(f"{place}/pliki/{text.public_id}/podglad").status_code == 404
    assert hers.get(f"{place}/pliki/{text.public_id}").status_code == 200
    assert hers.get(f"{place}/pliki/{photo.public_id}").mimetype == "image/jpeg"
    assert len(list(store.scalars(select(Preview)))) == 2


def test_a_photo_is_kept_without_the_place_it_was_taken_in(store: Session, pages: Pages) -> None:
    all_ = Everybody(store, pages, ("sala.jpg", a_photo()))
    place = f"/moje/wnioski/{all_.application.public_id}/pliki/{all_.files[0].public_id}"
    given = pages.sign_in(all_.ala).get(place)
    picture = Image.open(io.BytesIO(given.data))
    assert (picture.size, dict(picture.getexif())) == ((480, 640), {})
    assert given.headers["Content-Disposition"] == "attachment; filename=sala.jpg"


def test_what_would_run_by_itself_in_a_file_is_told_to_staff_alone(store: Session, pages: Pages) -> None:
    all_ = Everybody(store, pages, ("formularz.pdf", an_active_pdf("javascript", "xfa")))
    assignment = all_.sent(store)
    said = "w środku: skrypt, formularz XFA"
    juror = store.get_one(Person, assignment.juror_id)
    office = pages.sign_in(world.a_person(Role.COORDINATOR)).get(f"/biuro/wnioski/{all_.application.public_id}").text
    assert said in office
    assert said not in pages.sign_in(juror).get(f"/jury/wnioski/{assignment.public_id}").text
    assert said not in pages.sign_in(all_.ala).get(f"/moje/wnioski/{all_.application.public_id}/h").text


def test_a_file_that_cannot_be_drawn_is_said_to_be_so(
    app: Flask, store: Session, clock: Clock, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_ = Everybody(store, pages, ("plan.pdf", a_pdf()))
    job = store.scalars(select(Job).where(Job.kind == "file")).one()
    job.state = JobState.FAILED  # after as many tries as there are
    store.commit()
    page = pages.sign_in(all_.ala).get(
        f"/moje/wnioski/{all_.application.public_id}/pliki/{all_.files[0].public_id}/podglad"
    )
    assert "nie udało się zrobić" in page.text


def test_the_statements_of_a_list_do_not_grow_with_its_files(
    store: Session, pages: Pages, queries_at_most: Callable[[int], Any]
) -> None:
    counts = []
    for number in (1, 5):
        all_ = Everybody(store, pages, *[(f"list-{place}.pdf", a_pdf() + b"\n" * place) for place in range(number)])
        hers = pages.sign_in(all_.ala)
        hers.get(f"/moje/wnioski/{all_.application.public_id}/h")
        with queries_at_most(99) as statements:
            hers.get(f"/moje/wnioski/{all_.application.public_id}/h")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_files_of_before_are_drawn_too(app: Flask, store: Session, clock: Clock, pages: Pages) -> None:
    from strefa.outputs import inspection

    Everybody(store, pages, ("plan.pdf", a_pdf()))
    store.query(Job).delete()
    store.commit()
    assert inspection.ask_once(world.NOON) == 1
    assert inspection.ask_once(world.NOON) == 0
    worker.work_off(app)
    assert [preview.page for preview in store.scalars(select(Preview).order_by(Preview.page))] == [0, 1]


def test_an_earlier_version_keeps_its_files(store: Session, pages: Pages) -> None:
    all_ = Everybody(store, pages, ("plan.pdf", a_pdf()))
    all_.sent(store)
    all_.files[0].removed_at = world.NOON
    store.commit()
    place = f"/biuro/wnioski/{all_.application.public_id}/wersje/1/pliki/{all_.files[0].public_id}"
    assert pages.sign_in(world.a_person(Role.COORDINATOR)).get(place).status_code == 200
    assert store.scalars(select(Submission)).one().attachments[0]["name"] == "plan.pdf"
