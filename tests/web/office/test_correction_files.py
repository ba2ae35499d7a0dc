"""Files under a request for corrections: mended with the fields that were asked for, and back when it is over."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa import chores
from strefa.contest.applications.models import Application, Attachment, Submission
from strefa.contest.people.models import Person
from strefa.infra.clock import Clock
from strefa.rules.lifecycle import Status
from tests import world
from tests.attachments import a_pdf
from tests.pages import Pages, state_on
from tests.web.applicant.test_files import uploaded
from tests.web.office.test_corrections import DEADLINE, MONDAY, NOTE, ala, home, marked, now_of, office, said, staff

__all__ = ["ala"]


@pytest.fixture
def sent(pages: Pages, store: Session, ala: Person) -> Application:
    """An application sent with one file."""
    application = world.an_application(by=ala)
    hers = pages.sign_in(ala)
    uploaded(hers, application, ("umowa.pdf", a_pdf()))
    assert hers.send_application(application.public_id).status_code == 302
    return now_of(store, application)


def standing(store: Session, application: Application) -> list[str]:
    store.expire_all()
    mine = select(Attachment.name).where(Attachment.application_id == application.id, Attachment.removed_at.is_(None))
    return sorted(store.scalars(mine))


def exchanged(pages: Pages, store: Session, application: Application, ala: Person) -> None:
    """Take the file away and put two others in its place."""
    hers = pages.sign_in(ala)
    (old,) = store.scalars(select(Attachment.public_id).where(Attachment.application_id == application.id))
    assert hers.post(home(application, f"/pliki/{old}/usun")).status_code == 302
    uploaded(hers, application, ("nowa.pdf", a_pdf()), ("lista.pdf", a_pdf()))
    assert standing(store, application) == ["lista.pdf", "nowa.pdf"]


def test_what_was_done_to_files_and_not_sent_is_undone_when_the_time_is_over(
    pages: Pages, clock: Clock, store: Session, sent: Application, ala: Person
) -> None:
    clock.set(MONDAY)
    assert staff(pages).post(office(sent), marked(h1_attachments=NOTE) | {"send": "1"}).status_code == 302
    exchanged(pages, store, sent, ala)
    clock.set(DEADLINE + timedelta(days=1))
    assert chores.lapse_once() == 1
    assert standing(store, sent) == ["umowa.pdf"]


def test_whoever_sends_other_files_after_the_request_was_taken_back_is_told_so(
    pages: Pages, clock: Clock, store: Session, sent: Application, ala: Person
) -> None:
    clock.set(MONDAY)
    staff(pages).post(office(sent), marked(h1_attachments=NOTE) | {"send": "1"})
    exchanged(pages, store, sent, ala)
    hers = pages.sign_in(ala)
    read = state_on(hers.get(home(sent, "/braki")).text)
    staff(pages).post(office(sent, "/cofnij"), {"because": "Pomyłka: chodzi o inny wniosek."})
    refused = hers.post(home(sent, "/zloz"), {"read": read})
    assert refused.status_code == 422
    assert "Jeszcze nie wysłano: wniosek zmienił się" in said(refused.text)
    assert "Biuro konkursu cofnęło wezwanie, więc nie ma już czego wysyłać." in said(refused.text)
    assert store.query(Submission).where(Submission.application_id == sent.id).count() == 1


def test_files_of_an_application_reopened_and_not_sent_again_are_those_that_were_sent(
    pages: Pages, clock: Clock, store: Session, sent: Application, ala: Person
) -> None:
    assert pages.sign_in(ala).post(home(sent, "/popraw")).status_code == 302
    exchanged(pages, store, sent, ala)
    clock.set(MONDAY)
    assert staff(pages).post(office(sent), marked(b1_title=NOTE) | {"send": "1"}).status_code == 302
    assert now_of(store, sent).status is Status.CORRECTING
    assert standing(store, sent) == ["umowa.pdf"]


def test_files_of_a_field_that_was_not_asked_for_stay_as_they_were_sent(
    pages: Pages, clock: Clock, store: Session, sent: Application, ala: Person
) -> None:
    clock.set(MONDAY)
    assert staff(pages).post(office(sent), marked(h2_film=NOTE) | {"send": "1"}).status_code == 302
    hers = pages.sign_in(ala)
    (old,) = store.scalars(select(Attachment.public_id).where(Attachment.application_id == sent.id))
    hers.post(home(sent, f"/pliki/{old}/usun"))
    uploaded(hers, sent, ("nowa.pdf", a_pdf()))
    assert standing(store, sent) == ["umowa.pdf"], "the other field of their section is open, theirs is not"
