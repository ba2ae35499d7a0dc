"""Files kept by the SHA-256 of their content, and the papers made from data."""

from strefa.infra.files.models import Document, StoredFile
from strefa.infra.files.store import Kept, TooLarge, keep, opened, path_of, register, sweep

__all__ = ["Document", "Kept", "StoredFile", "TooLarge", "keep", "opened", "path_of", "register", "sweep"]
