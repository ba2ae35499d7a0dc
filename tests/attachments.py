"""Files as people attach them, honest and hostile, made in memory."""

import io
import zipfile

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


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480)) -> bytes:
    """A picture of one colour."""
    from PIL import Image

    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, kind)
    return made.getvalue()


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


def an_open_document(kind: str = "text") -> bytes:
    """An ODT or an ODS ("spreadsheet")."""
    return packed({"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": b"<office/>"})
