"""Attachments: checked by content, within limits, handed over only to those who may read the application."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from strefa.contest.applications.models import Application, Attachment, Submission
from strefa.infra.files import StoredFile
from strefa.rules.lifecycle import Status
from tests import world
from tests.attachments import a_document, a_pageless_pdf, a_pdf, a_picture
from tests.pages import Pages

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
OUTSIDE = b'<Relationship Type="attachedTemplate" Target="http://example.org/x.dotm" TargetMode="External"/>'
SCRIPTED = {"X-Strefa-Upload": "1"}


def address_of(application: Application, rest: str = "") -> str:
    return f"/moje/wnioski/{application.public_id}{rest}"


def uploaded(who: Pages, application: Application, *files: tuple[str, bytes], **options: Any) -> TestResponse:
    data = {"file": [(io.BytesIO(content), name) for name, content in files]}
    return who.post(
        address_of(application, "/pliki/h1_attachments"), data, content_type="multipart/form-data", **options
    )


def attached(store: Session) -> list[Attachment]:
    store.expire_all()
    return list(store.scalars(select(Attachment).where(Attachment.removed_at.is_(None)).order_by(Attachment.id)))


def test_files_are_attached_with_a_script_and_without(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers = pages.sign_in(ala)

    scripted = uploaded(hers, application, ("list.pdf", a_pdf()), headers=SCRIPTED)
    plain = uploaded(hers, application, ("plakat.jpg", a_picture()), ("opis.docx", a_document()))

    assert scripted.status_code == 200
    assert scripted.json == {"url": address_of(application, "/h#h1_attachments")}
    assert plain.headers["Location"] == address_of(application, "/h#h1_attachments")
    assert [file.name for file in attached(store)] == ["list.pdf", "plakat.jpg", "opis.docx"]
    page = hers.get(address_of(application, "/h")).get_data(as_text=True)
    assert all(name in page for name in ("list.pdf", "plakat.jpg", "opis.docx"))
    assert "1\xa0kB" in page
    assert "0,0 MB" not in page.replace("0.0", "0,0")


@pytest.mark.parametrize(("language", "most"), [("pl", "Najwyżej 5 plików"), ("en", "At most 5 files")])
def test_the_limits_of_attachments_are_said_once(store: Session, pages: Pages, language: str, most: str) -> None:
    ala = world.a_person(language=language)
    application = world.an_application(by=ala)
    page = html.fromstring(pages.sign_in(ala).get(address_of(application, "/h")).text).xpath("string(//main)")
    said = " ".join(page.split())
    assert [said.count(limit) for limit in (most, "10 MB", "30 MB")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("pusty.pdf", b"", "jest pusty"),
        ("strona.pdf", b"<html></html>", "nie jest plikiem PDF"),
        ("haslo.pdf", a_pdf("tajne"), "zabezpieczony hasłem"),
        ("program.exe", b"MZ", "nie można dołączyć"),
        ("duzy.pdf", b"%PDF-" + b"0" * (10 * 1024 * 1024), "jest za duży"),
        ("urwany.pdf", a_pdf()[:-200], "jest uszkodzony"),
        ("bez-stron.pdf", a_pageless_pdf(), "nie ma żadnej strony"),
        ("rysunek.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "nie jest plikiem PNG"),
        ("makra.docx", a_document(**{"word__vbaProject.bin": b"x"}), "zawiera makra"),
        ("makra.docm", a_document(), "wybierz „Zapisz jako” i jeden z rodzajów: PDF"),
        ("Kosztorys.XLSM", a_document(), "jest rodzaju, który zawiera makra"),
        ("szablon.docx", a_document(**{"word___rels__settings.xml.rels": OUTSIDE}), "spoza siebie"),
        ("bomba.docx", a_document(**{"word__media__x.bin": b"0" * 3_000_000}), "po rozpakowaniu byłby zbyt duży"),
        ("stary.docx", OLD, "stary format"),
        ("powodz.png", a_picture("PNG", (10_000, 5_001)), "50 milionów punktów"),
    ],
)
def test_a_file_that_cannot_be_taken_gets_a_clear_sentence(
    app: Flask, store: Session, pages: Pages, name: str, content: bytes, said: str
) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers = pages.sign_in(ala)

    scripted = uploaded(hers, application, (name, content), headers=SCRIPTED)
    plain = uploaded(hers, application, (name, content), follow_redirects=True)

    assert scripted.status_code == 422
    assert scripted.json is not None
    assert said in scripted.json["problems"][0]["text"]
    assert said in plain.get_data(as_text=True)
    assert attached(store) == []
    assert store.scalars(select(StoredFile)).all() == []
    kept = [path for path in (Path(app.config["INSTANCE_DIR"]) / "files").rglob("*") if path.is_file()]
    assert kept == [], "nothing stays behind under a guessable name"


def test_a_file_too_many_is_refused_and_the_others_stay(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers = pages.sign_in(ala)

    six = [(f"list-{number}.pdf", a_pdf() + b"\n" * number) for number in range(6)]
    answer = uploaded(hers, application, *six, headers=SCRIPTED)

    assert answer.status_code == 422
    assert answer.json is not None
    assert [problem["text"][:18] for problem in answer.json["problems"]] == ["Plik „list-5.pdf”:"]
    assert len(attached(store)) == 5


def test_a_request_larger_than_all_limits_is_refused_before_it_is_read(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers = pages.sign_in(ala)

    with hers.app.app_context():
        refused = hers.client.post(
            address_of(application, "/pliki/h1_attachments"), content_type="multipart/form-data; boundary=x",
            input_stream=io.BytesIO(b"--x"), headers=SCRIPTED,
            environ_overrides={"CONTENT_LENGTH": str(65 * 1024 * 1024)},
        )  # fmt: skip

    assert refused.status_code == 413
    assert refused.json is not None
    assert "za duży" in refused.json["text"]


def test_the_same_file_twice_is_attached_once(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers = pages.sign_in(ala)

    same = a_pdf()  # a PDF carries an id of its own
    for _ in range(2):
        assert uploaded(hers, application, ("list.pdf", same), headers=SCRIPTED).status_code == 200

    assert len(attached(store)) == 1


def test_a_name_is_cleaned_before_it_is_kept(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)

    uploaded(pages.sign_in(ala), application, ("..\\..\\gnp\u202e.pdf", a_pdf()))

    assert [file.name for file in attached(store)] == ["gnp.pdf"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Zażółć.pdf", "Zażółć.pdf"),
        (
            "Zaz\u0307o\u0301l\u0142c\u0301.pdf",
            "Zażólłć.pdf",
        ),  # letters and their marks apart, as one system writes them
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("a\x00b\x07.pdf", "ab.pdf"),
        ("list.pdf.exe.pdf", "list.pdf.exe.pdf"),
        ("ż" * 300 + ".pdf", "ż" * 125 + ".pdf"),
    ],
)
def test_a_name_is_data_whatever_it_says(store: Session, pages: Pages, name: str, kept: str) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers = pages.sign_in(ala)
    content = a_pdf()
    data = {"name": name, "size": str(len(content))}
    begun = hers.post(address_of(application, "/pliki/h1_attachments/czesci"), data, headers=SCRIPTED).json or {}
    with hers.app.app_context():
        sent = hers.client.post(
            f"{begun['url']}?od=0", data=content, content_type="application/octet-stream",
            headers=SCRIPTED | {"X-CSRFToken": hers.csrf_token()},
        )  # fmt: skip
    assert sent.status_code == 200
    [file] = attached(store)
    assert (file.name, len(file.name.encode()) <= 255) == (kept, True)
    given = hers.get(address_of(application, f"/pliki/{file.public_id}"))
    assert given.status_code == 200
    assert "\n" not in given.headers["Content-Disposition"]


def test_a_request_of_a_thousand_parts_is_refused_whole(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    refused = uploaded(pages.sign_in(ala), application, *[(f"{n}.pdf", b"x") for n in range(1_001)], headers=SCRIPTED)
    assert refused.status_code == 413
    assert attached(store) == []


def test_a_download_is_never_shown_by_the_browser(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application, other = world.an_application(by=ala), world.an_application(by=ala)
    hers = pages.sign_in(ala)
    uploaded(hers, application, ("list.pdf", a_pdf()))
    [file] = attached(store)

    given = hers.get(address_of(application, f"/pliki/{file.public_id}"))

    assert given.status_code == 200
    assert given.headers["Content-Disposition"] == "attachment; filename=list.pdf"
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert given.headers["Content-Security-Policy"].startswith("sandbox;")
    assert hers.get(address_of(other, f"/pliki/{file.public_id}")).status_code == 404, "the file belongs to another"
    assert pages.sign_in(world.a_person()).get(address_of(application, f"/pliki/{file.public_id}")).status_code == 404


def test_a_removed_file_is_gone_from_the_draft_but_not_from_what_was_sent(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers = pages.sign_in(ala)
    uploaded(hers, application, ("list.pdf", a_pdf()), ("plakat.png", a_picture("PNG")))
    first, second = attached(store)

    hers.post(address_of(application, f"/pliki/{first.public_id}/usun"))
    hers.send_application(application.public_id)
    hers.post(address_of(application, "/popraw"))
    hers.post(address_of(application, f"/pliki/{second.public_id}/usun"))

    assert attached(store) == []
    assert [item["name"] for item in store.scalars(select(Submission)).one().attachments] == ["plakat.png"]
    assert hers.get(address_of(application, f"/pliki/{first.public_id}")).status_code == 404
    assert hers.get(address_of(application, f"/pliki/{second.public_id}")).status_code == 200


def test_nothing_is_attached_to_a_sent_application(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(Status.SUBMITTED, by=ala)

    refused = uploaded(pages.sign_in(ala), application, ("list.pdf", a_pdf()), headers=SCRIPTED)

    assert refused.status_code == 422
    assert attached(store) == []
