"""Keeping bytes: streamed in chunks, written under a temporary name, fsynced, renamed to their hash."""

import hashlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from flask import current_app

from strefa.infra.database import db
from strefa.infra.files.models import StoredFile

CHUNK = 64 * 1024


class TooLarge(Exception):  # noqa: N818
    """More bytes came than allowed; nothing was kept."""


@dataclass(frozen=True)
class Kept:
    """A content on disk: its SHA-256 (hex) and its size in bytes."""

    sha256: str
    size: int


def folder() -> Path:
    """Return the folder of this instance's files."""
    return Path(current_app.config["INSTANCE_DIR"]) / "files"


def path_of(sha256: str) -> Path:
    """Return where a content lies, whether it is there or not."""
    return folder() / sha256[:2] / sha256[2:4] / sha256


def keep(stream: IO[bytes], limit: int, check: Callable[[Path], Any] | None = None) -> Kept:
    """Write a stream to disk under its hash; slow, so it is done with no transaction open.

    Args:
        stream: read in chunks, never whole in memory.
        limit: most bytes that are accepted.
        check: looks at the whole temporary file before it gets its name; may raise.

    Raises:
        TooLarge: the stream is longer than `limit`.
    """
    incoming = folder() / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    temporary = incoming / secrets.token_hex(16)
    try:
        kept = _written(stream, temporary, limit)
        if check:
            check(temporary)
        final = path_of(kept.sha256)
        if final.exists():
            return kept
        final.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(final)
        _sync_folder(final.parent)
        return kept
    finally:
        temporary.unlink(missing_ok=True)


def _written(stream: IO[bytes], path: Path, limit: int) -> Kept:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > limit:
                raise TooLarge(limit)
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Kept(digest.hexdigest(), size)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def register(kept: Kept, *, now: datetime) -> StoredFile:
    """Give a kept content its row, in the transaction that refers to it."""
    row = db.session.get(StoredFile, kept.sha256)
    if row is None:
        row = StoredFile(sha256=kept.sha256, size=kept.size, created_at=now)
        db.session.add(row)
    return row


def opened(sha256: str) -> IO[bytes]:
    """Open a kept content for reading.

    Raises:
        FileNotFoundError: the content is gone; `strefa check` reports it.
    """
    return path_of(sha256).open("rb")
