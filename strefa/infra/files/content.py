"""What a file really is: its content is held against its name before it gets a place in the store.

Pure on a path: nothing is unpacked to disk, no directory entry is trusted to be small, no macro is run.
"""

import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from strefa.rules.refusal import Blocker, Reason, Refused

MOST_UNPACKED = 100 * 1024 * 1024  # bytes
MOST_ENTRIES = 2_000
MOST_RATIO = 100
MOST_PIXELS = 50_000_000
_LARGEST_PART = 2 * 1024 * 1024  # bytes read of one part of an office file
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # office files of before 2007, and newer ones under a password

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
_MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "odt": "content.xml", "ods": "content.xml"}


def extension(name: str) -> str:
    """Return the ending of a file's name in small letters, without the dot."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""


def check(path: Path, name: str, at: str = "") -> str:
    """Return the media type of a file whose content agrees with its name.

    Args:
        name: as people see it; its ending says what the content must be.
        at: the form field that refusals name.

    Raises:
        Refused: empty, of another kind than its name says, broken, under a password, with macros, or
            one that would burst when opened.
    """
    if path.stat().st_size == 0:
        raise _refused(Reason.FILE_EMPTY, name, at)
    ending = extension(name)
    checker = _CHECKERS.get(ending)
    if checker is None:
        return _other(path, name, at)
    try:
        reason = checker(path, ending)
    except Exception:  # the libraries raise whatever comes to their mind when a file is hostile
        reason = Reason.FILE_BROKEN
    if reason:
        raise _refused(reason, name, at)
    return MEDIA_TYPES[ending]


def _refused(reason: Reason, name: str, at: str) -> Refused:
    return Refused(Blocker(reason, at, {"name": name, "type": extension(name).upper()}))


def _pdf(path: Path, _: str) -> Reason | None:
    import pikepdf  # slow import, wanted only when a PDF comes

    with path.open("rb") as file:
        if file.read(5) != b"%PDF-":
            return Reason.FILE_DISGUISED
        file.seek(max(0, path.stat().st_size - 2048))
        if b"%%EOF" not in file.read():
            return Reason.FILE_BROKEN  # cut off on its way
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                return Reason.FILE_ENCRYPTED
            return None if len(pdf.pages) else Reason.FILE_BROKEN
    except pikepdf.PasswordError:
        return Reason.FILE_ENCRYPTED


def _image(path: Path, ending: str) -> Reason | None:
    from PIL import Image, UnidentifiedImageError  # slow import, wanted only when a picture comes

    kind = "PNG" if ending == "png" else "JPEG"
    try:
        picture = Image.open(path, formats=[kind])
    except UnidentifiedImageError:
        return Reason.FILE_DISGUISED
    except Image.DecompressionBombError:
        return Reason.FILE_TOO_MANY_PIXELS
    with picture:
        if picture.width * picture.height > MOST_PIXELS:
            return Reason.FILE_TOO_MANY_PIXELS
        if kind == "PNG":
            picture.verify()
            return None
        picture.draft("RGB", (picture.width // 8, picture.height // 8))
        picture.load()  # an eighth of the size is enough to see that it is whole
    return None


def _office(path: Path, ending: str) -> Reason | None:
    with path.open("rb") as file:
        start = file.read(8)
    if start == _OLE:
        return Reason.FILE_ENCRYPTED
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
    if any(name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")) for name in names):
        return Reason.FILE_WITH_MACROS
    return None


def _parts(archive: zipfile.ZipFile, ending: str) -> Reason | None:
    names = set(archive.namelist())
    if _MAIN_PART[ending] not in names:
        return Reason.FILE_DISGUISED
    if ending in {"odt", "ods"}:
        told = _read(archive, "mimetype").strip() if "mimetype" in names else b""
        return None if told == MEDIA_TYPES[ending].encode() else Reason.FILE_DISGUISED
    if "[Content_Types].xml" not in names:
        return Reason.FILE_DISGUISED
    if b"macroenabled" in _read(archive, "[Content_Types].xml").lower():
        return Reason.FILE_WITH_MACROS
    relations = [_read(archive, name) for name in names if name.endswith("settings.xml.rels")]
    if any(b"attachedTemplate" in part and b'"External"' in part for part in relations):
        return Reason.FILE_WITH_MACROS  # a template fetched from elsewhere may bring them
    return None


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_LARGEST_PART)


def _other(path: Path, name: str, at: str) -> str:
    """Judge a kind that a round allows beyond the usual ones by its first bytes."""
    import puremagic  # slow import, wanted only for unusual kinds

    try:
        found: list[Any] = puremagic.magic_file(path)
    except (puremagic.PureError, ValueError):
        found = []
    for guess in found:
        if guess.extension == f".{extension(name)}":
            return guess.mime_type or "application/octet-stream"
    raise _refused(Reason.FILE_DISGUISED, name, at)


_CHECKERS: dict[str, Callable[[Path, str], Reason | None]] = {
    "pdf": _pdf,
    **dict.fromkeys(("jpg", "jpeg", "png"), _image),
    **dict.fromkeys(("docx", "xlsx", "odt", "ods"), _office),
}
