"""Files as people attach them, honest and hostile, made in memory."""

import io
import zipfile
from pathlib import Path
from random import Random
from typing import Any

DOCX_TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def a_pdf(password: str = "") -> bytes:
    """One empty page, under a password when one is given."""
    import pikepdf

    made = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        locked = pikepdf.Encryption(owner=password, user=password) if password else None
        pdf.save(made, encryption=locked or False)
    return made.getvalue()


def an_active_pdf(*what: str) -> bytes:
    """One page that would run a script, start a program, ask in an XFA form, or hold another file."""
    import pikepdf
    from pikepdf import Array, Dictionary, Name, String

    made = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        if "javascript" in what:
            pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        if "launch" in what:
            link = Dictionary(
                Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.Launch, F="x.exe")
            )
            pdf.pages[0].Annots = Array([link])
        if "xfa" in what:
            pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=pdf.make_stream(b"<xdp/>"))
        if "attachment" in what:
            pdf.attachments["inny.exe"] = b"MZ"
        pdf.save(made)
    return made.getvalue()


def a_long_pdf(pages: int) -> bytes:
    """So many pages, all the same one."""
    import pikepdf

    made = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        for _ in range(pages - 1):
            pdf.pages.append(pdf.pages[0])
        pdf.save(made)
    return made.getvalue()


def a_heavy_pdf(size: int) -> bytes:
    """One page, and so many bytes that nothing can pack."""
    import pikepdf

    made = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.Extra = pdf.make_stream(Random(7).randbytes(size))
        pdf.save(made)
    return made.getvalue()


def a_pageless_pdf() -> bytes:
    """A PDF that is whole and has no page."""
    import pikepdf

    made = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.save(made)
    return made.getvalue()


def a_photo(**options: Any) -> bytes:
    """A phone's JPEG: taken lying on its side, red where the sky is, with the place it was taken in."""
    from PIL import Image

    picture = Image.new("RGB", (640, 480), "teal")
    picture.paste("red", (0, 0, 100, 480))  # the left edge, which is the top once it is turned
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: turn it a quarter to the right
    exif[0x010F] = "Telefon Ali"  # Make
    exif.get_ifd(0x8825)[1] = "N"  # GPSLatitudeRef
    made = io.BytesIO()
    picture.save(made, "JPEG", exif=exif, comment=b"uwaga", **options)
    return made.getvalue()


def a_heic() -> bytes:
    """What a phone of one make sends: 96 by 64, teal with a red corner, with the place it was taken in."""
    return Path(__file__).with_name("phone.heic").read_bytes()


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480)) -> bytes:
    """A picture of one colour."""
    from PIL import Image

    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, kind)
    return made.getvalue()


def a_polyglot_gif() -> bytes:
    """A GIF for programs that draw, a page with a script for those that guess."""
    return b"GIF89a/*" + b"\x00" * 20 + b"*/=1;</script><script>alert(1)</script>"


def packed(parts: dict[str, bytes]) -> bytes:
    """A zip of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def a_document(**more: bytes) -> bytes:
    """A DOCX; keys of further parts are written with `__` for a slash."""
    parts = {"[Content_Types].xml": DOCX_TYPES, "word/document.xml": b"<w:document/>"}
    return packed(parts | {name.replace("__", "/"): content for name, content in more.items()})


def an_open_document(kind: str = "text", content: bytes = b"<office/>") -> bytes:
    """An ODT or an ODS ("spreadsheet")."""
    told = f"application/vnd.oasis.opendocument.{kind}".encode()
    return packed({"mimetype": told, "content.xml": content})
