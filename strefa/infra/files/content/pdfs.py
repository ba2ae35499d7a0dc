"""PDFs: opened to see that they are whole, open and have pages, and searched for what would run by itself."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from strefa.rules.refusal import Reason

MOST_PAGES = 2_000
_MOST_NESTED = 40
_ACTIONS = {"/JavaScript": "javascript", "/Launch": "launch", "/ImportData": "launch"}
_KEYS = {"/JS": "javascript", "/XFA": "xfa", "/EmbeddedFiles": "attachment", "/EF": "attachment"}


def judged(path: Path) -> tuple[str, ...] | Reason:
    """Return what is active in a PDF, or why it cannot be taken."""
    import pikepdf  # slow import, wanted only when a PDF comes

    if reason := _ends(path):
        return reason
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                return Reason.FILE_ENCRYPTED
            return _of_pages(len(pdf.pages)) or tuple(sorted(set(_active(pdf))))
    except pikepdf.PasswordError:
        return Reason.FILE_ENCRYPTED


def _ends(path: Path) -> Reason | None:
    """Look at the first and the last bytes."""
    with path.open("rb") as file:
        if file.read(5) != b"%PDF-":
            return Reason.FILE_DISGUISED
        file.seek(max(0, path.stat().st_size - 2048))
        if b"%%EOF" not in file.read():
            return Reason.FILE_BROKEN  # cut off on its way
    return Reason.FILE_DISGUISED if _is_zip_too(path) else None


def _is_zip_too(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return bool(archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def _of_pages(pages: int) -> Reason | None:
    if not pages:
        return Reason.PDF_WITHOUT_PAGES
    return Reason.PDF_TOO_MANY_PAGES if pages > MOST_PAGES else None


def _active(pdf: Any) -> Iterator[str]:
    for thing in pdf.objects:
        yield from _within(thing, 0)


def _within(thing: Any, nested: int) -> Iterator[str]:
    """Yield what is active in an object and in what is written inside it; others are looked at in their own turn."""
    import pikepdf  # as above

    if nested > _MOST_NESTED or not isinstance(thing, pikepdf.Object):
        return
    if isinstance(thing, pikepdf.Array):
        for inner in thing:
            yield from _inner(inner, nested)
    elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        for key, value in thing.items():
            if key in _KEYS:
                yield _KEYS[key]
            elif key == "/S" and str(value) in _ACTIONS:
                yield _ACTIONS[str(value)]
            else:
                yield from _inner(value, nested)


def _inner(thing: Any, nested: int) -> Iterator[str]:
    if not getattr(thing, "is_indirect", False):
        yield from _within(thing, nested + 1)
