"""Keeping bytes: streamed in chunks, written under a temporary name, fsynced, renamed to their hash."""

import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO, Any

from flask import current_app
from sqlalchemy import delete, select

from strefa.infra import private
from strefa.infra.database import Base, after_commit, db, lock
from strefa.infra.files.models import Preview, StoredFile

CHUNK = 64 * 1024
JUST_GIVEN = timedelta(hours=1)  # a content so young may have been given once more, its row not stored yet
LEFT_BEHIND = timedelta(days=1)  # what nobody refers to after so long was left by a broken upload


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
        check: looks at the whole temporary file before it gets its name; may write it anew, and may raise.

    Raises:
        TooLarge: the stream is longer than `limit`.
    """
    incoming = folder() / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    temporary = incoming / secrets.token_hex(16)
    try:
        kept = _written(stream, temporary, limit)
        return keep_file(temporary, check) if check else _placed(temporary, kept)
    finally:
        temporary.unlink(missing_ok=True)


def keep_file(path: Path, check: Callable[[Path], Any]) -> Kept:
    """Move a whole file that is ours into the store under the hash that it has after its check."""
    check(path)
    with path.open("rb") as file:
        kept = Kept(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)
        os.fsync(file.fileno())
    return _placed(path, kept)


def _placed(temporary: Path, kept: Kept) -> Kept:
    """Give a content its name, whether it had it already or not: its age begins anew, so no sweep takes it now."""
    final = path_of(kept.sha256)
    new = [folder for folder in (final.parent.parent, final.parent) if not folder.exists()]
    final.parent.mkdir(parents=True, exist_ok=True)
    with _locked(fcntl.LOCK_SH):
        temporary.replace(final)
    for changed in (final.parent, *(folder.parent for folder in new)):
        _sync_folder(changed)
    return kept


@contextmanager
def _locked(how: int) -> Iterator[None]:
    """Keep sweeping apart from placing, between processes too; those who place do not wait for each other."""
    with (folder() / "sweep.lock").open("w") as file:
        fcntl.flock(file, how)
        yield


def _written(stream: IO[bytes], path: Path, limit: int) -> Kept:
    digest, size = hashlib.sha256(), 0
    with open(path, "wb", opener=private.opener) as file:
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
    """Give a kept content its row, in the transaction that refers to it.

    Whoever gives the same content at this moment, or forgets it, waits: its row is there once, or not at all.
    """
    lock(f"file:{kept.sha256}")
    row = db.session.get(StoredFile, kept.sha256)
    if row is None:
        row = StoredFile(sha256=kept.sha256, size=kept.size, created_at=now)
        db.session.add(row)
        db.session.flush()  # before whatever refers to it: nothing else tells SQLAlchemy of the order
    return row


def opened(sha256: str) -> IO[bytes]:
    """Open a kept content for reading.

    Raises:
        FileNotFoundError: the content is gone; `strefa check` reports it.
    """
    return path_of(sha256).open("rb")


def forget(hashes: Collection[str]) -> list[str]:
    """Take away the rows of contents that nothing refers to any more; the contents follow once that is stored.

    A content that was given within the last hour is left to `sweep`: somebody may be giving it again.

    Returns:
        the hashes that are forgotten.
    """
    for sha256 in sorted(hashes):
        lock(f"file:{sha256}")
    held = {
        sha256
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == StoredFile.__tablename__ for key in column.foreign_keys)
        and column is not Preview.__table__.columns["of_sha256"]  # a picture does not keep what it was drawn from
        for sha256 in db.session.scalars(select(column).where(column.in_(hashes)).distinct())
    }
    gone = sorted(set(hashes) - held)
    pictures = set(db.session.scalars(select(Preview.sha256).where(Preview.of_sha256.in_(gone))))
    db.session.execute(delete(Preview).where(Preview.of_sha256.in_(gone)))
    db.session.execute(delete(StoredFile).where(StoredFile.sha256.in_(gone)))
    calls = after_commit.get()
    if gone and calls is not None:
        calls.append(partial(_discarded, gone))
    return [*gone, *(forget(pictures) if pictures else [])]


def _discarded(hashes: Collection[str]) -> None:
    now = datetime.now(UTC)  # ages of files: a demo's clock does not move them
    for sha256 in hashes:
        _removed(path_of(sha256), now, JUST_GIVEN)


def sweep(now: datetime) -> int:
    """Remove what broken uploads left behind a day ago or more: half-written files and contents without a row.

    Returns:
        how many were removed.
    """
    old = [path for path in (*folder().glob("incoming/*"), *folder().glob("partial/*")) if _left_behind(path, now)]
    kept = {path.name: path for path in folder().glob("??/??/*") if _left_behind(path, now)}
    if kept:
        known = db.session.scalars(select(StoredFile.sha256).execution_options(yield_per=1000))
        for sha256 in known:
            kept.pop(sha256, None)
    return sum(_removed(path, now) for path in [*old, *kept.values()])


def _left_behind(path: Path, now: datetime, least: timedelta = LEFT_BEHIND) -> bool:
    try:
        return path.stat().st_mtime < (now - least).timestamp()
    except FileNotFoundError:
        return False


def _removed(path: Path, now: datetime, least: timedelta = LEFT_BEHIND) -> bool:
    with _locked(fcntl.LOCK_EX):
        if not _left_behind(path, now, least):
            return False  # given again meanwhile
        path.unlink(missing_ok=True)
        return True
