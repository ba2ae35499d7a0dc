"""Style sheets, scripts, letters and pictures: a browser keeps them for good, because their address tells the version."""

import hashlib
from datetime import timedelta
from pathlib import Path

KEPT = timedelta(days=365)


def address_of(folder: Path) -> str:
    """Return the path that the files of a folder are served under; it changes when any of them does."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            whole.update(f"{path.relative_to(folder)}\n".encode() + path.read_bytes())
    return f"/static/{whole.hexdigest()[:12]}"
