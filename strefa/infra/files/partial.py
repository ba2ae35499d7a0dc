"""Files on their way in pieces: what came so far lies in one file, whose length says where to go on."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from strefa.infra import private
from strefa.infra.files.store import folder

PIECE = 64 * 1024  # bytes written at once: what came before the connection was cut stays


class Busy(Exception):  # noqa: N818
    """Another request is writing to the same file, or making an attachment of it."""


class Misplaced(Exception):  # noqa: N818
    """The piece does not begin where the file ends, or would make it longer than announced."""


def path_of(key: str) -> Path:
    """Return where the file with a key lies; the key is one that we drew."""
    return folder() / "partial" / key


def length(key: str) -> int:
    """Return how many bytes have come."""
    try:
        return path_of(key).stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def held(key: str) -> Iterator[IO[bytes]]:
    """Open a file for the one who writes to it.

    Raises:
        Busy: somebody has it open.
    """
    path = path_of(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab", opener=private.opener, buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(key) from None
        yield file


def append(file: IO[bytes], stream: IO[bytes], *, at: int, size: int) -> int:
    """Append a piece as it comes; returns how long the file is now.

    Args:
        at: where the piece begins.
        size: how long the whole file is.

    Raises:
        Misplaced: nothing, or nothing more than the announced size, was kept of the piece.
    """
    now = os.fstat(file.fileno()).st_size
    if at != now:
        raise Misplaced(now)
    while piece := stream.read(PIECE):
        now += len(piece)
        if now > size:
            raise Misplaced(size)
        file.write(piece)
    return now


def drop(key: str) -> None:
    """Remove what came of a file."""
    path_of(key).unlink(missing_ok=True)
