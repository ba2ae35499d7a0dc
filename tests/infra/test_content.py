"""A file must be what its name says, whole, open and safe to open."""

from pathlib import Path

import pytest

from strefa.infra.files import content
from strefa.rules.refusal import Reason, Refused
from tests.attachments import DOCX_TYPES, a_document, a_pdf, a_picture, an_open_document, packed

BOMB = b"0" * 3_000_000
MACRO_TYPES = DOCX_TYPES.replace(b"/>", b' ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>')
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
    assert content.check(written(tmp_path, given), name) == kind


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
        ("stary.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, Reason.FILE_ENCRYPTED),
        ("urwany.pdf", a_pdf()[:-200], Reason.FILE_BROKEN),
        ("zepsuty.pdf", b"%PDF-1.7\nnic tu nie ma\n%%EOF", Reason.FILE_BROKEN),
        ("urwany.jpg", a_picture()[:900], Reason.FILE_BROKEN),
        ("urwany.png", a_picture("PNG")[:-30], Reason.FILE_BROKEN),
        ("urwany.docx", a_document()[:-30], Reason.FILE_BROKEN),
        ("wyjscie.docx", a_document(**{"..__..__etc__passwd": b"x"}), Reason.FILE_BROKEN),
        ("makra.docx", a_document(word__vbaProject=b"x", **{"word__vbaProject.bin": b"x"}), Reason.FILE_WITH_MACROS),
        ("makra2.docx", packed({"[Content_Types].xml": MACRO_TYPES, "word/document.xml": b"<w/>"}), Reason.FILE_WITH_MACROS),
        ("szablon.docx", a_document(**{"word___rels__settings.xml.rels": OUTSIDE}), Reason.FILE_WITH_MACROS),
        ("bomba.docx", a_document(**{"word__media__x.bin": BOMB}), Reason.FILE_UNPACKS_TOO_LARGE),
        ("mrowisko.docx", a_document(**{f"word__{n}": b"" for n in range(2_001)}), Reason.FILE_UNPACKS_TOO_LARGE),
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
    assert content.check(written(tmp_path, a_picture("GIF")), "ruch.gif") == "image/gif"
