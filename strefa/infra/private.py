"""What an instance keeps is its owner's alone: applications, letters with links that open doors, keys, copies."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.engine import make_url

from strefa.settings import Settings

OTHERS = 0o077  # what is taken from the modes of new files and folders
KNOWN = (
    "strefa.sqlite*", "queue.sqlite*", "secret_key*", "settings.env", "files", "mail", "demo_*",
)  # fmt: skip
"""What lies in an instance's folder."""


def for_good() -> None:
    """Make everything that this process writes from now on its owner's alone."""
    os.umask(OTHERS)


@contextmanager
def writing() -> Iterator[None]:
    """Make everything that the block writes its owner's alone."""
    before = os.umask(OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def opener(path: str, flags: int) -> int:
    """Open a file for `open(..., opener=...)`; a new one is its owner's alone whatever the process says."""
    return os.open(path, flags, 0o600)


def tighten(settings: Settings) -> None:
    """Close to others what an earlier version left open; what belongs to somebody else stays as it is."""
    folder = settings.instance_dir
    for path in _entries(folder):
        _close(path)
    for letter in (folder / "mail").glob("*.eml"):
        _close(letter)
    if _is_ours(folder):
        _close(folder)
    url = make_url(settings.database_address)
    if url.get_backend_name() == "sqlite" and url.database:
        for ending in ("", "-wal", "-shm"):
            _close(Path(url.database + ending))


def _entries(folder: Path) -> set[Path]:
    return {path for pattern in KNOWN for path in folder.glob(pattern)}


def _is_ours(folder: Path) -> bool:
    """Tell whether a folder holds an instance and nothing else: one that is shared is not ours to close."""
    entries = _entries(folder)
    return bool(entries) and set(folder.iterdir()) <= entries


def _close(path: Path) -> None:
    with suppress(OSError):  # gone meanwhile, or somebody else's
        mode = path.lstat().st_mode
        if mode & OTHERS and not path.is_symlink():
            path.chmod(mode & 0o777 & ~OTHERS)
