"""Office files: a zip whose directory is read first, and that may bring no macros and reach for nothing outside."""

import re
import stat
import zipfile
from pathlib import Path

from strefa.rules.refusal import Reason

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
MOST_UNPACKED = 100 * 1024 * 1024  # bytes
MOST_ENTRIES = 2_000
MOST_RATIO = 100
_MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "odt": "content.xml", "ods": "content.xml"}
_LARGEST_PART = 2 * 1024 * 1024  # bytes read of one part
_PROLOGUE = 4 * 1024  # bytes of a part in which a DTD would stand
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # office files of before 2007, and newer ones under a password
_UNDER_PASSWORD = "EncryptedPackage".encode("utf-16-le")  # the stream that holds a newer one
_OF_MACROS = ("basic/", "scripts/", "xl/macrosheets/")
_TEMPLATE_OUTSIDE = re.compile(
    rb"<[^>]*attachedTemplate[^>]*TargetMode\s*=\s*[\"']External|"
    rb"<[^>]*TargetMode\s*=\s*[\"']External[^>]*attachedTemplate",
    re.IGNORECASE,
)


def judged(path: Path, ending: str) -> Reason | None:
    """Return why an office file cannot be taken; None when it can."""
    with path.open("rb") as file:
        start = file.read(8)
    if start == _OLE:
        return Reason.FILE_ENCRYPTED if _UNDER_PASSWORD in path.read_bytes() else Reason.FILE_OF_OLD_FORMAT
    if not start.startswith(b"PK\x03\x04"):
        return Reason.FILE_DISGUISED
    with zipfile.ZipFile(path) as archive:
        return _directory(archive.infolist()) or _parts(archive, ending)


def _directory(entries: list[zipfile.ZipInfo]) -> Reason | None:
    """Judge a packed file by its directory alone."""
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(packed, 1):
        return Reason.FILE_UNPACKS_TOO_LARGE
    names = [entry.filename.lower() for entry in entries]
    if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") for name in names):
        return Reason.FILE_BROKEN
    if any(stat.S_ISLNK(entry.external_attr >> 16) for entry in entries):
        return Reason.FILE_BROKEN
    if any(entry.flag_bits & 1 for entry in entries):
        return Reason.FILE_ENCRYPTED
    if any(name.endswith("vbaproject.bin") or name.startswith(_OF_MACROS) for name in names):
        return Reason.FILE_WITH_MACROS
    return None


def _parts(archive: zipfile.ZipFile, ending: str) -> Reason | None:
    names = set(archive.namelist())
    if _MAIN_PART[ending] not in names:
        return Reason.FILE_DISGUISED
    if ending in {"odt", "ods"}:
        told = _read(archive, "mimetype").strip() if "mimetype" in names else b""
        return _outside(archive, b"<!ENTITY") if told == MEDIA_TYPES[ending].encode() else Reason.FILE_DISGUISED
    if "[Content_Types].xml" not in names:
        return Reason.FILE_DISGUISED
    types = _read(archive, "[Content_Types].xml").lower()
    if b"macroenabled" in types or b"vbaproject" in types:
        return Reason.FILE_WITH_MACROS
    return _outside(archive, b"<!DOCTYPE")


def _outside(archive: zipfile.ZipFile, mark: bytes) -> Reason | None:
    """Say whether a file reaches outside itself: by a template, or by a DTD whose entities fetch or grow without end.

    Args:
        mark: how a DTD begins; old open documents have one that declares nothing.
    """
    parts = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
    if any(mark in _read(archive, name, _PROLOGUE).upper() for name in parts):
        return Reason.FILE_REACHES_OUT
    relations = (_read(archive, name) for name in parts if name.endswith("settings.xml.rels"))
    return Reason.FILE_REACHES_OUT if any(_TEMPLATE_OUTSIDE.search(part) for part in relations) else None


def _read(archive: zipfile.ZipFile, name: str, most: int = _LARGEST_PART) -> bytes:
    with archive.open(name) as part:
        return part.read(most)
