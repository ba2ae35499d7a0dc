"""Files are kept by the hash of their content: streamed, whole or not at all, and nothing is left lying about."""

import hashlib
import io
import os
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from strefa import chores
from strefa.infra import files
from strefa.infra.database import saving
from strefa.infra.files import Kept, Preview, TooLarge, keep, opened, path_of, register
from strefa.infra.files import store as storing
from tests import world

MEGABYTE = 1024 * 1024
DAY = timedelta(days=1)


class Stream(io.RawIOBase):
    """So many bytes, made as they are read; `breaks_at` is where the connection is cut."""

    def __init__(self, size: int, breaks_at: int | None = None) -> None:
        self.left, self.breaks_at, self.largest_read = size, breaks_at, 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "the whole is asked for at once"
        self.largest_read = max(self.largest_read, size)
        if self.breaks_at is not None and self.left <= self.breaks_at:
            raise ConnectionResetError("cut")
        given = min(size, self.left)
        self.left -= given
        return b"x" * given


@pytest.fixture(autouse=True)
def inside(app: Flask, store: Session) -> Iterator[None]:
    yield


def everything() -> list[str]:
    return sorted(path.name for path in storing.folder().rglob("*") if path.is_file() and path.name != "sweep.lock")


def aged(path: Path, age: timedelta) -> Path:
    then = (datetime.now(UTC) - age).timestamp()
    os.utime(path, (then, then))
    return path


def test_a_file_lies_under_its_hash_and_is_read_back() -> None:
    content = "Zażółć".encode() * 1000
    kept = keep(io.BytesIO(content), MEGABYTE)
    assert kept == Kept(hashlib.sha256(content).hexdigest(), len(content))
    assert everything() == [kept.sha256]
    with opened(kept.sha256) as file:
        assert file.read() == content


def test_fifty_megabytes_are_never_in_memory() -> None:
    stream = Stream(50 * MEGABYTE)
    tracemalloc.start()
    kept = keep(stream, 64 * MEGABYTE)  # pyright: ignore[reportArgumentType]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert kept.size == 50 * MEGABYTE
    assert peak < MEGABYTE, f"{peak} bytes"


def test_the_same_content_given_twice_is_kept_once_and_one_row_tells_of_it(store: Session) -> None:
    for _ in range(2):
        kept = keep(io.BytesIO(b"content"), 100)
        with saving():
            register(kept, now=world.NOON)
    assert everything() == [kept.sha256]
    assert store.query(files.StoredFile).count() == 1


def test_a_content_that_was_spoiled_on_disk_is_mended_when_it_is_given_again() -> None:
    kept = keep(io.BytesIO(b"content"), 100)
    path_of(kept.sha256).write_bytes(b"spoilt!")
    keep(io.BytesIO(b"content"), 100)
    assert path_of(kept.sha256).read_bytes() == b"content"


def test_too_much_is_refused_as_soon_as_it_is_too_much_and_leaves_nothing() -> None:
    stream = Stream(50 * MEGABYTE)
    with pytest.raises(TooLarge):
        keep(stream, MEGABYTE)  # pyright: ignore[reportArgumentType]
    assert stream.left > 48 * MEGABYTE
    assert everything() == []


def test_a_connection_that_is_cut_and_a_content_that_is_refused_leave_nothing() -> None:
    def refuse(path: Path) -> None:
        assert path.stat().st_size == 7, "what is checked is whole"
        raise ValueError("not this")

    with pytest.raises(ConnectionResetError):
        keep(Stream(MEGABYTE, breaks_at=MEGABYTE // 2), MEGABYTE)  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValueError, match="not this"):
        keep(io.BytesIO(b"content"), 100, check=refuse)
    assert everything() == []


def test_a_file_has_its_name_only_when_it_is_safe_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Content first, then the name, then the folders that hold the name: a power cut leaves the whole or nothing."""
    steps: list[int | str] = []
    really_sync, really_replace = os.fsync, Path.replace

    def sync(descriptor: int) -> None:
        steps.append(os.fstat(descriptor).st_ino)
        really_sync(descriptor)

    def replace(path: Path, target: Path) -> Path:
        steps.append("named")
        return really_replace(path, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    kept = keep(io.BytesIO(b"content"), 100)

    file = path_of(kept.sha256)
    inner, outer, top = (folder.stat().st_ino for folder in file.parents[:3])
    assert steps == [file.stat().st_ino, "named", inner, top, outer]


def test_the_sweep_takes_what_broken_uploads_left_and_nothing_else() -> None:
    known, young, orphan = (keep(io.BytesIO(word), 100) for word in (b"known", b"young", b"orphan"))
    with saving():
        register(known, now=world.NOON)
    aged(path_of(known.sha256), 30 * DAY)
    aged(path_of(orphan.sha256), 2 * DAY)
    half, fresh = storing.folder() / "incoming" / "half", storing.folder() / "incoming" / "fresh"
    half.write_bytes(b"half")
    fresh.write_bytes(b"fr")
    aged(half, 2 * DAY)

    assert files.sweep(datetime.now(UTC)) == 2
    assert everything() == sorted([known.sha256, young.sha256, "fresh"])


def test_a_content_given_again_is_young_again() -> None:
    orphan = keep(io.BytesIO(b"orphan"), 100)
    aged(path_of(orphan.sha256), 2 * DAY)
    keep(io.BytesIO(b"orphan"), 100)
    assert files.sweep(datetime.now(UTC)) == 0
    assert everything() == [orphan.sha256]


def test_the_worker_sweeps_when_it_starts_and_then_no_more_than_once_an_hour(app: Flask) -> None:
    tidy = chores.of(app, [one for one in chores.KEEPING if one[1] is chores.tidy_once])
    for expected in ([], ["half"]):
        half = storing.folder() / "incoming" / "half"
        half.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(b"half")
        aged(half, 2 * DAY)
        tidy()
        assert everything() == expected


def test_what_a_check_writes_anew_is_kept_under_its_own_hash(app: Flask) -> None:
    with app.app_context():
        kept = keep(io.BytesIO(b"before"), 100, lambda path: path.write_bytes(b"after it"))
        assert (kept.sha256, kept.size) == (hashlib.sha256(b"after it").hexdigest(), 8)
        assert path_of(kept.sha256).read_bytes() == b"after it"


def test_what_is_forgotten_goes_at_once_unless_it_was_given_just_now(store: Session) -> None:
    old, young = (keep(io.BytesIO(word), 100) for word in (b"old", b"young"))
    with saving():
        for one in (old, young):
            register(one, now=world.NOON)
    aged(path_of(old.sha256), timedelta(hours=2))
    with saving():
        assert files.forget({old.sha256, young.sha256}) == sorted([old.sha256, young.sha256])
    assert everything() == [young.sha256], "somebody may be giving it again: it waits for the sweep"


def test_a_content_that_something_refers_to_is_not_forgotten_and_a_picture_of_it_goes_with_it(store: Session) -> None:
    drawn, picture, paper = (keep(io.BytesIO(word), 100) for word in (b"drawn", b"picture", b"paper"))
    with saving():
        for one in (drawn, picture, paper):
            register(one, now=world.NOON)
        for of, made in ((drawn, picture), (paper, paper)):
            store.add(Preview(of_sha256=of.sha256, page=0, pages=1, sha256=made.sha256, media_type="image/png"))
    with saving():
        assert files.forget({picture.sha256}) == [], "the page of what is there"
        assert files.forget({drawn.sha256}) == [drawn.sha256, picture.sha256]


def test_a_content_given_again_while_the_sweep_looks_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    orphan = keep(io.BytesIO(b"orphan"), 100)
    aged(path_of(orphan.sha256), 2 * DAY)
    really = storing._locked

    @contextmanager
    def locked(how: int) -> Iterator[None]:
        path_of(orphan.sha256).touch()  # by whoever had the lock before
        with really(how):
            yield

    monkeypatch.setattr(storing, "_locked", locked)
    assert files.sweep(datetime.now(UTC)) == 0
    assert everything() == [orphan.sha256]
