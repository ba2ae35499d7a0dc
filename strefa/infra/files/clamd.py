"""The virus scanner: ClamAV's daemon, asked over its own protocol (INSTREAM), each file in a connection of its own."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

_CHUNK = 64 * 1024
LONGEST = 60  # seconds without a word from the daemon


class ScannerDown(Exception):  # noqa: N818
    """Nobody answered, or nothing that says what the file is: it is asked about again later."""


def virus_in(path: Path, url: str) -> str:
    """Return what the scanner calls the virus in a file; empty when it is clean.

    Args:
        url: tcp://host:port or unix:/path of the daemon.

    Raises:
        ScannerDown: it did not say.
    """
    try:
        with _connected(url) as daemon:
            answer = _asked(daemon, path)
    except OSError as problem:
        raise ScannerDown(str(problem)) from problem
    if answer.endswith(" OK"):
        return ""
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream:").removesuffix("FOUND").strip()[:200] or "?"
    raise ScannerDown(answer[:200] or "no answer")


def _connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        daemon = socket.socket(socket.AF_UNIX)
        daemon.settimeout(LONGEST)
        daemon.connect(parts.path)
        return daemon
    return socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 3310), timeout=LONGEST)


def _asked(daemon: socket.socket, path: Path) -> str:
    daemon.sendall(b"zINSTREAM\0")
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            daemon.sendall(len(chunk).to_bytes(4, "big") + chunk)
    daemon.sendall(bytes(4))
    answer = b""
    while not answer.endswith(b"\0") and (more := daemon.recv(1024)):
        answer += more
    return answer.rstrip(b"\0\n").decode(errors="replace")
