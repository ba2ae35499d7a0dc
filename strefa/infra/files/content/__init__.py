"""What a file really is: its content is held against its name before it gets a place in the store.

Pure on a path: nothing is unpacked to disk, no directory entry is trusted to be small, no macro is run. What
uploads go through runs in a child with limits, `strefa.infra.files.workshop`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from strefa.infra.files.content import office, pdfs, pictures
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.text import ending_of, taken_as

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    **office.MEDIA_TYPES,
}


@dataclass(frozen=True)
class Found:
    """What a file turned out to be.

    `name` ends as the content that is kept: a phone's HEIC becomes a JPEG. `active` says what in it would run
    by itself in a reader that lets it: "javascript", "launch", "xfa", "attachment".
    """

    media_type: str
    name: str
    active: tuple[str, ...] = ()


def check(path: Path, name: str, at: str = "", most: int = pictures.MOST_BYTES) -> Found:
    """Return what a file is whose content agrees with its name; pictures are written anew in its place.

    Args:
        name: as people see it; its ending says what the content must be.
        at: the form field that refusals name.
        most: bytes that a picture written anew may have.

    Raises:
        Refused: empty, of another kind than its name says, broken, under a password, with macros, or
            one that would burst when opened.
    """
    found = judged(path, name, most)
    if isinstance(found, Reason):
        raise refused(found, name, at)
    return found


def refused(reason: Reason, name: str, at: str) -> Refused:
    """Say why a file is refused."""
    return Refused(Blocker(reason, at, {"name": name, "type": ending_of(name).upper()}))


def judged(path: Path, name: str, most: int) -> Found | Reason:
    """Return what a file is, or why it cannot be taken."""
    if path.stat().st_size == 0:
        return Reason.FILE_EMPTY
    ending = ending_of(name)
    judge = _JUDGES.get(ending, _other)
    try:
        found = judge(path, ending, most)
    except MemoryError:
        return Reason.FILE_TOO_HARD
    except Exception:  # the libraries raise whatever comes to their mind when a file is hostile
        return Reason.FILE_BROKEN
    if isinstance(found, Reason):
        return found
    kept = taken_as(name)
    return Found(MEDIA_TYPES.get(ending_of(kept)) or found[0], kept, found[1:])


Judge = Callable[[Path, str, int], tuple[str, ...] | Reason]
"""Gives the media type and what is active in the file, or why it cannot be taken."""


def _pdf(path: Path, _: str, __: int) -> tuple[str, ...] | Reason:
    active = pdfs.judged(path)
    return active if isinstance(active, Reason) else ("", *active)


def _picture(path: Path, ending: str, most: int) -> tuple[str, ...] | Reason:
    return pictures.written_anew(path, ending, most) or ("",)


def _office(path: Path, ending: str, _: int) -> tuple[str, ...] | Reason:
    return office.judged(path, ending) or ("",)


def _other(path: Path, ending: str, _: int) -> tuple[str, ...] | Reason:
    """Judge a kind that a round allows beyond the usual ones by its first bytes."""
    import puremagic  # slow import, wanted only for unusual kinds

    try:
        guesses: list[Any] = puremagic.magic_file(path)
    except (puremagic.PureError, ValueError):
        guesses = []
    for guess in guesses:
        if guess.extension == f".{ending}":
            return (guess.mime_type or "application/octet-stream",)
    return Reason.FILE_DISGUISED


_JUDGES: dict[str, Judge] = {
    "pdf": _pdf,
    **dict.fromkeys(pictures.KINDS, _picture),
    **dict.fromkeys(office.MEDIA_TYPES, _office),
}
