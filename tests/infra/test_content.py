"""A file must be what its name says, whole, open and safe to open."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from strefa.infra.files import content
from strefa.rules.refusal import Reason, Refused
from tests.attachments import (
    DOCX_TYPES,
    a_document,
    a_heic,
    a_long_pdf,
    a_pageless_pdf,
    a_pdf,
    a_photo,
    a_picture,
    a_polyglot_gif,
    an_active_pdf,
    an_open_document,
    packed,
)

BOMB = b"0" * 3_000_000
MACRO_TYPES = DOCX_TYPES.replace(b"/>", b' ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>')
ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><w>&y;</w>'
OUTSIDE = b'<Relationship Type="attachedTemplate" Target="http://example.org/x.dotm" TargetMode="External"/>'


def written(folder: Path, given: bytes) -> Path:
    path = folder / "given"
    path.write_bytes(given)
    return path


@pytest.mark.parametrize(
    ("name", "given", "kind"),
    [
        ("list.pdf", a_pdf(), "application/pdf"),
        ("LIST.PDF", a_pdf(), "application/pdf"),
        ("plakat.jpg", a_picture(), "image/jpeg"),
        ("plakat.jpeg", a_picture(), "image/jpeg"),
        ("plakat.png", a_picture("PNG"), "image/png"),
        ("list.docx", a_document(), content.MEDIA_TYPES["docx"]),
        ("list.odt", an_open_document(), content.MEDIA_TYPES["odt"]),
        ("koszty.ods", an_open_document("spreadsheet"), content.MEDIA_TYPES["ods"]),
        ("koszty.xlsx", packed({"[Content_Types].xml": DOCX_TYPES, "xl/workbook.xml": b"<w/>"}), content.MEDIA_TYPES["xlsx"]),
    ],
)  # fmt: skip
def test_an_honest_file_is_known_by_its_content(tmp_path: Path, name: str, given: bytes, kind: str) -> None:
    assert content.check(written(tmp_path, given), name).media_type == kind


@pytest.mark.parametrize(
    ("name", "given", "reason"),
    [
        ("pusty.pdf", b"", Reason.FILE_EMPTY),
        ("program.pdf", b"MZ\x90\x00" + b"\x00" * 400, Reason.FILE_DISGUISED),
        ("strona.png", b"<!doctype html><script>alert(1)</script>", Reason.FILE_DISGUISED),
        ("rysunek.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>', Reason.FILE_DISGUISED),
        ("gif.jpg", a_picture("GIF"), Reason.FILE_DISGUISED),
        ("paczka.pdf", packed({"a.txt": b"a"}), Reason.FILE_DISGUISED),
        ("paczka.docx", packed({"a.txt": b"a"}), Reason.FILE_DISGUISED),
        ("arkusz.odt", an_open_document("spreadsheet"), Reason.FILE_DISGUISED),
        ("strona.docx", b"<html></html>", Reason.FILE_DISGUISED),
        ("wideo.mp4", b"nie wideo", Reason.FILE_DISGUISED),
        ("haslo.pdf", a_pdf("tajne"), Reason.FILE_ENCRYPTED),
        ("stary.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, Reason.FILE_OF_OLD_FORMAT),
        ("urwany.pdf", a_pdf()[:-200], Reason.FILE_BROKEN),
        ("zepsuty.pdf", b"%PDF-1.7\nnic tu nie ma\n%%EOF", Reason.FILE_BROKEN),
        ("urwany.jpg", a_picture()[:900], Reason.FILE_BROKEN),
        ("urwany.png", a_picture("PNG")[:-30], Reason.FILE_BROKEN),
        ("urwany.docx", a_document()[:-30], Reason.FILE_BROKEN),
        ("wyjscie.docx", a_document(**{"..__..__etc__passwd": b"x"}), Reason.FILE_BROKEN),
        ("makra.docx", a_document(word__vbaProject=b"x", **{"word__vbaProject.bin": b"x"}), Reason.FILE_WITH_MACROS),
        ("makra2.docx", packed({"[Content_Types].xml": MACRO_TYPES, "word/document.xml": b"<w/>"}), Reason.FILE_WITH_MACROS),
        ("szablon.docx", a_document(**{"word___rels__settings.xml.rels": OUTSIDE}), Reason.FILE_REACHES_OUT),
        ("bomba.docx", a_document(**{"word__media__x.bin": BOMB}), Reason.FILE_UNPACKS_TOO_LARGE),
        ("mrowisko.docx", a_document(**{f"word__{n}": b"" for n in range(2_001)}), Reason.FILE_UNPACKS_TOO_LARGE),
        ("szablon2.docx", a_document(**{"word___rels__settings.xml.rels": OUTSIDE.replace(b'"', b"'")}), Reason.FILE_REACHES_OUT),
        ("encja.docx", packed({"[Content_Types].xml": DOCX_TYPES, "word/document.xml": ENTITY}), Reason.FILE_REACHES_OUT),
        ("encja.odt", an_open_document(content=ENTITY), Reason.FILE_REACHES_OUT),
        ("makra.xlsx", packed({"[Content_Types].xml": DOCX_TYPES, "xl/workbook.xml": b"<w/>", "xl/macrosheets/a.xml": b"<m/>"}), Reason.FILE_WITH_MACROS),
        ("makra.odt", packed({"mimetype": b"x", "content.xml": b"<x/>", "Basic/Standard/script-lb.xml": b"<x/>"}), Reason.FILE_WITH_MACROS),
        ("haslo.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), Reason.FILE_ENCRYPTED),
        ("bez-stron.pdf", a_pageless_pdf(), Reason.PDF_WITHOUT_PAGES),
        ("ksiega.pdf", a_long_pdf(2_001), Reason.PDF_TOO_MANY_PAGES),
        ("dwoisty.pdf", a_pdf() + packed({"a.txt": b"a"}) + b"%%EOF", Reason.FILE_DISGUISED),
        ("dwoisty.png", a_polyglot_gif(), Reason.FILE_DISGUISED),
        ("rysunek.jpg", a_heic(), Reason.FILE_DISGUISED),
        ("zdjecie.heic", a_picture(), Reason.FILE_DISGUISED),
        ("urwane.heic", a_heic()[:500], Reason.FILE_BROKEN),
        ("powodz.png", a_picture("PNG", (10_000, 5_001)), Reason.FILE_TOO_MANY_PIXELS),
    ],
)  # fmt: skip
def test_a_hostile_or_broken_file_is_refused_for_its_reason(
    tmp_path: Path, name: str, given: bytes, reason: Reason
) -> None:
    with pytest.raises(Refused) as refused:
        content.check(written(tmp_path, given), name, "h1_attachments")

    [blocker] = refused.value.blockers
    assert (blocker.reason, blocker.at, blocker.values["name"]) == (reason, "h1_attachments", name)


def test_an_unusual_kind_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    assert content.check(written(tmp_path, a_picture("GIF")), "ruch.gif").media_type == "image/gif"


def test_what_would_run_by_itself_in_a_pdf_is_told(tmp_path: Path) -> None:
    for what in ((), ("javascript",), ("launch",), ("xfa",), ("attachment",), ("javascript", "launch", "xfa")):
        given = written(tmp_path, an_active_pdf(*what))
        assert content.check(given, "list.pdf").active == what
        assert given.read_bytes() == an_active_pdf(*what), "a document is kept as it was sent"


def seen(path: Path) -> Image.Image:
    picture = Image.open(path)
    picture.load()
    return picture


def test_a_phone_photo_is_turned_upright_and_tells_neither_where_nor_by_what_it_was_taken(tmp_path: Path) -> None:
    given = written(tmp_path, a_photo() + b"<script>alert(1)</script>")
    content.check(given, "zdjecie.jpg")

    picture = seen(given)
    assert picture.size == (480, 640)
    assert picture.getpixel((240, 20))[0] > 200, "the sky is on top"  # pyright: ignore
    assert (dict(picture.getexif()), picture.info.get("comment")) == ({}, None)
    assert all(mark not in given.read_bytes() for mark in (b"Exif", b"Telefon", b"uwaga", b"script"))


def test_a_photo_of_a_phone_in_heic_becomes_a_jpeg_without_its_metadata(tmp_path: Path) -> None:
    given = written(tmp_path, a_heic())
    found = content.check(given, "IMG_0421.HEIC")

    assert (found.name, found.media_type) == ("IMG_0421.jpg", "image/jpeg")
    picture = seen(given)
    assert (picture.format, picture.size) == ("JPEG", (96, 64))
    assert dict(picture.getexif()) == {}
    red, green, _blue = picture.getpixel((5, 5))  # pyright: ignore
    assert red > 150 > green


def test_the_same_photo_is_kept_as_the_same_bytes_and_hardly_grows(tmp_path: Path) -> None:
    noise = io.BytesIO()
    Image.effect_noise((800, 600), 60).convert("RGB").save(noise, "JPEG", quality=60)
    once = written(tmp_path, noise.getvalue())
    content.check(once, "a.jpg")
    first = once.read_bytes()
    again = written(tmp_path, noise.getvalue())
    content.check(again, "b.jpg")

    assert again.read_bytes() == first
    assert len(first) < 1.05 * len(noise.getvalue())


def test_colours_of_a_wider_screen_are_brought_to_the_common_ones(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(made, "JPEG", icc_profile=profile)
    given = written(tmp_path, made.getvalue())

    content.check(given, "a.jpg")  # a profile that does not fit is passed over

    assert "icc_profile" not in seen(given).info


def test_what_is_transparent_stays_so(tmp_path: Path) -> None:
    made = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(made, "PNG")
    given = written(tmp_path, made.getvalue())
    content.check(given, "a.png")
    assert seen(given).getpixel((1, 1)) == (0, 0, 0, 0)


def test_a_picture_that_grows_past_the_limit_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        content.check(written(tmp_path, a_picture(size=(2_000, 2_000))), "a.jpg", most=1_000)
    assert [blocker.reason for blocker in refused.value.blockers] == [Reason.FILE_GREW]
