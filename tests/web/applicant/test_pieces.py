"""A file in pieces: begun, continued where it stopped, whole and attached, or given up with nothing left behind."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from strefa.contest.applications.models import Attachment, PartialUpload
from strefa.contest.people.models import Membership, Person
from strefa.infra import files
from strefa.infra.clock import Clock
from strefa.infra.files import partial
from strefa.outputs import inspection
from strefa.rules.lifecycle import Status
from strefa.rules.policy import OrganisationRole
from tests import world
from tests.attachments import a_heavy_pdf, a_heic, a_picture
from tests.pages import Pages

SCRIPTED = {"X-Strefa-Upload": "1"}


def posted(who: Pages, address: str, piece: bytes) -> TestResponse:
    headers = SCRIPTED | {"X-CSRFToken": who.csrf_token()}
    with who.app.app_context():
        return who.client.post(address, data=piece, content_type="application/octet-stream", headers=headers)


class Sender:
    """A person with a draft, sending a file in pieces."""

    def __init__(self, pages: Pages, status: Status = Status.DRAFT) -> None:
        self.ala = world.a_person()
        self.application = world.an_application(status, by=self.ala)
        self.hers = pages.sign_in(self.ala)
        self.place = f"/moje/wnioski/{self.application.public_id}"

    def begins(self, name: str, size: int) -> TestResponse:
        data = {"name": name, "size": str(size)}
        return self.hers.post(f"{self.place}/pliki/h1_attachments/czesci", data, headers=SCRIPTED)

    def sends(self, url: str, at: int, piece: bytes) -> TestResponse:
        return posted(self.hers, f"{url}?od={at}", piece)


def a_member(store: Session, sender: Sender, role: OrganisationRole) -> Person:
    person = world.a_person()
    organisation = sender.application.organisation_id
    store.add(Membership(organisation_id=organisation, person_id=person.id, role=role, created_at=world.NOON))
    store.commit()
    return person


@pytest.fixture
def sender(store: Session, pages: Pages) -> Sender:
    return Sender(pages)


def left_behind(app: Flask) -> list[Path]:
    return [path for path in (Path(app.config["INSTANCE_DIR"]) / "files" / "partial").glob("*") if path.is_file()]


def attached(store: Session) -> list[str]:
    store.expire_all()
    return list(store.scalars(select(Attachment.name).where(Attachment.removed_at.is_(None)).order_by(Attachment.id)))


def test_a_file_goes_on_where_it_stopped_and_is_attached_once_it_is_whole(
    app: Flask, store: Session, sender: Sender
) -> None:
    whole = a_picture(size=(900, 900))
    begun = sender.begins("plakat.jpg", len(whole)).json or {}
    assert begun["offset"] == 0
    assert (sender.sends(begun["url"], 0, whole[:4_000]).json or {}) == {"offset": 4_000}
    assert attached(store) == []

    assert (sender.hers.get(begun["url"], headers=SCRIPTED).json or {})["offset"] == 4_000
    again = sender.begins("plakat.jpg", len(whole)).json
    assert again == {"url": begun["url"], "offset": 4_000}, "another page, the same file"
    wrong = sender.sends(begun["url"], 3_000, whole[3_000:])
    assert (wrong.status_code, wrong.json) == (409, {"offset": 4_000})

    done = sender.sends(begun["url"], 4_000, whole[4_000:])

    assert (done.status_code, done.json) == (200, {"url": f"{sender.place}/h#h1_attachments"})
    assert attached(store) == ["plakat.jpg"]
    assert (store.scalars(select(PartialUpload)).all(), left_behind(app)) == ([], [])
    assert sender.hers.get(begun["url"], headers=SCRIPTED).status_code == 404


def test_a_phone_photo_in_pieces_is_written_anew_like_any_other(store: Session, sender: Sender) -> None:
    begun = sender.begins("IMG_1.HEIC", len(a_heic())).json or {}
    assert sender.sends(begun["url"], 0, a_heic()).status_code == 200
    assert attached(store) == ["IMG_1.jpg"]


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("program.exe", 10, "nie można dołączyć"),
        ("ogromny.pdf", 11 * 1024 * 1024, "jest za duży"),
        ("pusty.pdf", 0, "jest pusty"),
    ],
)
def test_what_can_be_refused_by_name_and_size_is_refused_before_anything_is_sent(
    app: Flask, store: Session, sender: Sender, name: str, size: int, said: str
) -> None:
    refused = sender.begins(name, size)
    assert refused.status_code == 422
    assert said in (refused.json or {})["problems"][0]["text"]
    assert (store.scalars(select(PartialUpload)).all(), left_behind(app)) == ([], [])


def test_a_whole_file_that_is_refused_leaves_nothing_behind(app: Flask, store: Session, sender: Sender) -> None:
    begun = sender.begins("udawany.pdf", 13).json or {}
    refused = sender.sends(begun["url"], 0, b"<html></html>")
    assert refused.status_code == 422
    assert "nie jest plikiem PDF" in (refused.json or {})["problems"][0]["text"]
    assert (attached(store), store.scalars(select(PartialUpload)).all(), left_behind(app)) == ([], [], [])


def test_more_than_was_announced_is_not_taken(app: Flask, store: Session, sender: Sender) -> None:
    begun = sender.begins("plan.pdf", 10).json or {}
    longer = sender.sends(begun["url"], 0, b"%PDF-" + b"x" * 200_000)
    assert (longer.status_code, longer.json) == (409, {"offset": 0})
    assert sum(path.stat().st_size for path in left_behind(app)) == 0


def test_a_piece_that_another_request_is_writing_waits_its_turn(store: Session, sender: Sender) -> None:
    begun = sender.begins("plan.pdf", 900).json or {}
    with partial.held(begun["url"].rpartition("/")[2]):
        busy = sender.sends(begun["url"], 0, b"%PDF-")
    assert (busy.status_code, busy.json) == (409, {"offset": 0})
    assert sender.sends(begun["url"], 0, b"%PDF-").status_code == 200


def test_a_piece_is_not_larger_than_a_piece_may_be(store: Session, sender: Sender) -> None:
    begun = sender.begins("plan.pdf", 9 * 1024 * 1024).json or {}
    assert sender.sends(begun["url"], 0, b"x" * (8 * 1024 * 1024 + 1)).status_code == 413


def test_a_file_given_up_is_forgotten(app: Flask, store: Session, sender: Sender) -> None:
    begun = sender.begins("plan.pdf", 900).json or {}
    sender.sends(begun["url"], 0, b"%PDF-")
    assert sender.hers.post(f"{begun['url']}/przerwij", headers=SCRIPTED).status_code == 200
    assert (store.scalars(select(PartialUpload)).all(), left_behind(app)) == ([], [])


def test_a_file_on_its_way_is_nobody_elses(store: Session, pages: Pages, sender: Sender) -> None:
    begun = sender.begins("plan.pdf", 900).json or {}
    other = Sender(pages)
    colleague = a_member(store, sender, OrganisationRole.EDITOR)
    for person in (other.hers, pages.sign_in(world.a_person()), pages.sign_in(colleague)):
        assert person.get(begun["url"], headers=SCRIPTED).status_code == 404
        assert posted(person, f"{begun['url']}?od=0", b"x").status_code == 404
        assert person.post(f"{begun['url']}/przerwij").status_code == 404
    elsewhere = begun["url"].replace(sender.application.public_id, other.application.public_id)
    assert sender.hers.get(elsewhere, headers=SCRIPTED).status_code == 404


def test_nothing_is_begun_for_an_application_that_is_sent(store: Session, pages: Pages) -> None:
    assert Sender(pages, Status.SUBMITTED).begins("plan.pdf", 900).status_code == 422


def test_whoever_may_only_see_to_the_budget_begins_no_file(store: Session, pages: Pages) -> None:
    sender = Sender(pages)
    sender.hers = pages.sign_in(a_member(store, sender, OrganisationRole.ACCOUNTANT))
    refused = sender.begins("plan.pdf", 900)
    assert refused.status_code == 422
    assert store.scalars(select(PartialUpload)).all() == []


def test_what_nobody_finishes_is_swept(app: Flask, store: Session, sender: Sender, clock: Clock) -> None:
    begun = sender.begins("plan.pdf", 900).json or {}
    sender.sends(begun["url"], 0, b"%PDF-")
    [path] = left_behind(app)
    assert inspection.drop_abandoned(clock.now()) == 0
    assert files.sweep(datetime.now(UTC)) == 0

    old = datetime.now(UTC) - timedelta(days=2)
    os.utime(path, (old.timestamp(), old.timestamp()))

    assert inspection.drop_abandoned(clock.now() + timedelta(days=2)) == 1
    assert files.sweep(datetime.now(UTC)) == 1
    assert (store.scalars(select(PartialUpload)).all(), left_behind(app)) == ([], [])


def test_the_files_of_an_organisation_have_a_limit_that_removed_and_coming_ones_count_to(
    store: Session, pages: Pages
) -> None:
    round_ = world.a_round()
    frame = round_.template["frame"] | {"files_per_organisation": 3 * 1024 * 1024}
    round_.template = round_.template | {"frame": frame}
    round_.template_sha256 = "3" * 64
    store.commit()
    sender = Sender(pages)
    two = a_heavy_pdf(2 * 1024 * 1024)
    begun = sender.begins("jeden.pdf", len(two)).json or {}
    assert sender.begins("jeden.pdf", len(two)).status_code == 200, "the same one goes on"
    refused = sender.begins("drugi.pdf", len(two))
    said = (refused.json or {})["problems"][0]["text"].replace("\xa0", " ")
    assert (refused.status_code, "zajęłyby razem 4,1 MB, a mogą najwyżej 3 MB" in said) == (422, True), said

    assert sender.sends(begun["url"], 0, two).status_code == 200
    file = store.scalars(select(Attachment)).one()
    sender.hers.post(f"{sender.place}/pliki/{file.public_id}/usun")
    assert sender.begins("drugi.pdf", len(two)).status_code == 422
    assert sender.begins("maly.pdf", 900).status_code == 200
    rest = 3 * 1024 * 1024 - len(two) - 900
    assert sender.begins("za-duzy.pdf", rest + 1).status_code == 422
    assert sender.begins("reszta.pdf", rest).status_code == 200, "the limit itself may be reached"
    assert Sender(pages).begins("drugi.pdf", len(two)).status_code == 200, "another organisation has its own"
