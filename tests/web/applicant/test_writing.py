"""A librarian writes an application and sends it: the whole way through the pages."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.applications import queries
from strefa.contest.applications.models import Application, SectionAnswers, Submission
from strefa.infra.clock import Clock
from strefa.infra.jobs import Job
from strefa.infra.messages import Message
from strefa.rules.lifecycle import Status
from tests import world
from tests.pages import Pages


def fields(answers: dict[str, Any]) -> dict[str, Any]:
    """Write answers as a browser sends them."""
    data: dict[str, Any] = {}
    for key, value in answers.items():
        match value:
            case str():
                data[key] = value
            case dict():
                data |= {f"{key}-{name}": "y" if key == "i1_declarations" else part for name, part in value.items()}
            case list() if value and isinstance(value[0], dict):
                data |= {f"{key}-{n}-{name}": cell for n, row in enumerate(value) for name, cell in row.items()}
            case _:
                data[key] = value
    return data


def written(pages: Pages, address: str, key: str) -> None:
    page = pages.get(f"{address}/{key}")
    revision = re.search(r'name="revision"[^>]*value="(\d+)"', page.get_data(as_text=True))
    assert revision
    whole = world.complete_answers()
    letter = {name: value for name, value in whole.items() if name.startswith(key)}
    sent = pages.post(f"{address}/{key}", {"revision": revision[1], **fields(letter)})
    assert sent.status_code == 302, sent.get_data(as_text=True)


def test_an_application_is_started_filled_in_and_sent(store: Session, pages: Pages) -> None:
    world.a_round()
    ala = world.a_person(email="ala@example.org")
    hers = pages.sign_in(ala)

    started = hers.post("/moje/nowy/strefa-eksperymentu-2027", {"name": "Biblioteka w Zalesiu"})
    address = started.headers["Location"]
    for key in "abcdefgi":
        written(hers, address, key)
    assert "Niczego nie brakuje" in hers.get(address).get_data(as_text=True)
    hers.post(f"{address}/zloz")
    hers.post(f"{address}/zloz")  # a double click

    application = queries.by_public_id(address.rsplit("/", 1)[1])
    assert application is not None
    assert (application.status, application.number) == (Status.SUBMITTED, "SE-2027-0001")
    assert len(store.scalars(select(Submission)).all()) == 1
    assert [m.template for m in store.scalars(select(Message))] == ["receipt"]
    assert sorted(j.subject.split(":")[0] for j in store.scalars(select(Job))) == ["application", "receipt"]
    assert (application.number or "?") in hers.get(address).get_data(as_text=True)


def test_saving_never_fails_on_content_and_sending_lists_it(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers = pages.sign_in(ala)

    saved = hers.post(
        f"/moje/wnioski/{application.public_id}/b",
        {"revision": "1", "b1_title": "x" * 200},
        headers={"X-Strefa-Autosave": "1"},
    )

    assert saved.status_code == 200
    assert saved.json is not None
    assert saved.json["problems"][0]["at"] == "b1_title"
    hers.post(f"/moje/wnioski/{application.public_id}/zloz")
    assert store.get_one(Application, application.id).status is Status.DRAFT


def test_a_stale_save_is_answered_with_both_texts(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers, address = pages.sign_in(ala), f"/moje/wnioski/{application.public_id}/b"

    first = hers.post(address, {"revision": "1", "b1_title": "Pierwszy"}, headers={"X-Strefa-Autosave": "1"})
    second = hers.post(address, {"revision": "1", "b1_title": "Drugi"}, headers={"X-Strefa-Autosave": "1"})

    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json is not None
    assert second.json["theirs"]["b1_title"] == "Pierwszy"
    kept = store.scalars(select(SectionAnswers).where(SectionAnswers.section == "b")).one()
    assert kept.answers["b1_title"] == "Pierwszy"


def test_the_close_is_exclusive(store: Session, pages: Pages, clock: Clock) -> None:
    ala = world.a_person()
    ola = world.a_person(email="ola@example.org")
    late, timely = world.an_application(by=ala), world.an_application(by=ola)
    closes = world.a_round().closes_at

    clock.set(closes - timedelta(seconds=1))
    pages.sign_in(ola).post(f"/moje/wnioski/{timely.public_id}/zloz")
    clock.set(closes)
    pages.sign_in(ala).post(f"/moje/wnioski/{late.public_id}/zloz")

    store.expire_all()
    assert store.get_one(Application, timely.id).status is Status.SUBMITTED
    refused = store.get_one(Application, late.id)
    assert (refused.status, refused.late_attempt_at) == (Status.DRAFT, closes)


def test_a_foreign_application_is_not_found(store: Session, pages: Pages) -> None:
    application = world.an_application()
    stranger = pages.sign_in(world.a_person())

    for address in ("", "/b", "/podglad"):
        assert stranger.get(f"/moje/wnioski/{application.public_id}{address}").status_code == 404
