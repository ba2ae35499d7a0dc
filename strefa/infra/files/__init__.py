"""Files kept by the SHA-256 of their content, and the papers made from data."""

from strefa.infra.files.models import Document, Preview, Scan, StoredFile
from strefa.infra.files.store import (
    LEFT_BEHIND,
    Kept,
    TooLarge,
    forget,
    keep,
    keep_file,
    opened,
    path_of,
    register,
    sweep,
)

__all__ = [
    "LEFT_BEHIND", "Document", "Kept", "Preview", "Scan", "StoredFile", "TooLarge", "forget", "keep", "keep_file",
    "opened", "path_of", "register", "sweep",
]  # fmt: skip
