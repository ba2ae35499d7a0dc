"""The files that applicants attach: made here, from their text alone, so that equal text gives equal bytes."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from html import escape
from random import Random
from xml.sax.saxutils import escape as escape_xml

from strefa.cli.demo.visitor import File
from strefa.outputs import pdf

WRITTEN = datetime(2027, 1, 20, 9, tzinfo=UTC)  # the date inside a letter; its text says when it was really written
SIZE = (960, 640)

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


class Copier:
    """Makes the files of a play ahead, in a thread of its own: the play waits for none that is ready."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._ready: dict[tuple[str, ...], Future[File]] = {}

    def ahead(self, wanted: Iterable[Mapping[str, str]]) -> None:
        """Begin to make files; each is known by its name, its kind and its text."""
        for one in wanted:
            said = (one["name"], one["kind"], one["text"])
            self._ready[said] = self._pool.submit(made, *said)

    def made(self, one: Mapping[str, str]) -> File:
        """Return a file, made ahead or now."""
        said = (one["name"], one["kind"], one["text"])
        return self._ready[said].result() if said in self._ready else made(*said)

    def close(self) -> None:
        """Let go of the thread and of its printer; what nobody has asked for yet is not made any more."""
        for waiting in self._ready.values():
            waiting.cancel()
        if self._ready:
            self._pool.submit(lambda: pdf.printer().stop())
        self._ready = {}
        self._pool.shutdown()


def made(name: str, kind: str, text: str) -> File:
    """Return one attachment: a letter as PDF or DOCX, or a picture as JPG with its caption inside."""
    maker = {"pdf": _letter, "docx": _document, "jpg": _picture}[kind]
    return File(name, maker(name, text))


def _letter(name: str, text: str) -> bytes:
    title = escape(name.rpartition(".")[0])
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
    html = f'<!doctype html><html lang="pl"><head><meta charset="utf-8"><title>{title}</title></head>'
    return pdf.printed(f"{html}<body><h1>{title}</h1>{paragraphs}</body></html>", WRITTEN)


def _document(name: str, text: str) -> bytes:
    lines = [name.rpartition(".")[0], *text.split("\n\n")]
    body = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape_xml(line)}</w:t></w:r></w:p>' for line in lines)
    document = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{body}</w:body></w:document>"
    )
    parts = {"[Content_Types].xml": _TYPES, "_rels/.rels": _RELATIONS, "word/document.xml": document}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, content in parts.items():
            archive.writestr(zipfile.ZipInfo(place, (2027, 1, 20, 9, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _picture(name: str, text: str) -> bytes:
    """Draw a shelf of books whose backs follow from the caption; the caption goes into the picture's data."""
    from PIL import Image, ImageDraw  # slow, and only pictures need it

    random = Random(hashlib.sha256(f"{name}\n{text}".encode()).digest())
    picture = Image.new("RGB", SIZE, (244, 236, 222))
    draw = ImageDraw.Draw(picture)
    for shelf in range(3):
        floor, left = 200 + shelf * 205, 20
        while left < SIZE[0] - 60:
            width, height = random.randint(18, 52), random.randint(110, 175)
            back = tuple(random.randint(40, 215) for _ in range(3))
            draw.rectangle((left, floor - height, left + width, floor), fill=back)
            draw.line(
                (left + 5, floor - height + 18, left + width - 5, floor - height + 18), fill=(250, 244, 230), width=3
            )
            left += width + random.choice((2, 2, 2, 26))
        draw.rectangle((0, floor, SIZE[0], floor + 12), fill=(120, 84, 52))
    exif = Image.Exif()
    exif[0x010E] = text.encode("utf-8").decode("latin-1")  # ImageDescription, its bytes in UTF-8
    packed = io.BytesIO()
    picture.save(packed, "JPEG", quality=82, exif=exif)
    return packed.getvalue()
