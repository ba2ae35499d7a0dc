"""Papers are made by the worker from stored rows, valid and the same each time."""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa import worker
from strefa.contest.applications.models import Submission
from strefa.infra import jobs
from strefa.infra.clock import Clock
from strefa.infra.files import Document, path_of
from strefa.infra.jobs import Job, JobState
from strefa.outputs.pdf import flaws
from strefa.rules.lifecycle import Status
from tests import world
from tests.pages import Pages


def made(app: Flask, store: Session, kind: str, number: int) -> bytes:
    jobs.ask("document", f"{kind}:{number}", now=world.NOON)
    store.commit()
    worker.work_off(app)
    store.expire_all()
    job = store.scalars(select(Job)).one()
    assert (job.state, job.last_error) == (JobState.DONE, None)
    document = store.scalars(select(Document).where(Document.kind == kind)).one()
    return path_of(document.sha256).read_bytes()


def test_a_receipt_is_a_valid_tagged_paper_and_the_same_twice(app: Flask, store: Session, clock: Clock) -> None:
    application = world.an_application(Status.SUBMITTED)
    submission = store.scalars(select(Submission).where(Submission.application_id == application.id)).one()

    first = made(app, store, "receipt", submission.id)

    assert flaws(first) == []
    assert first == made(app, store, "receipt", submission.id)


def test_a_whole_application_is_a_valid_tagged_paper(app: Flask, store: Session, clock: Clock) -> None:
    application = world.an_application(Status.SUBMITTED)
    submission = store.scalars(select(Submission).where(Submission.application_id == application.id)).one()

    assert flaws(made(app, store, "application", submission.id)) == []


def test_a_librarian_fetches_the_receipt_once_it_is_made(
    app: Flask, store: Session, clock: Clock, pages: Pages
) -> None:
    ala = world.a_person()
    application = world.an_application(Status.SUBMITTED, by=ala)
    submission = store.scalars(select(Submission).where(Submission.application_id == application.id)).one()
    address = f"/moje/wnioski/{application.public_id}/potwierdzenie.pdf"
    hers = pages.sign_in(ala)

    assert hers.get(address).status_code == 503
    paper = made(app, store, "receipt", submission.id)
    assert hers.get(address).data == paper
    assert pages.sign_in(world.a_person()).get(address).status_code == 404
