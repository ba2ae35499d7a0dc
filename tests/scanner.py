"""A virus scanner as ClamAV's daemon is one: INSTREAM over TCP, and the one virus that everybody may have."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class _Daemon(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        if self.rfile.read(10) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(size)
        self.server.scanned.append(content)  # type: ignore[attr-defined]
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


@contextmanager
def a_scanner(port: int = 0) -> Iterator[tuple[str, list[bytes]]]:
    """Run a scanner; gives its address and what it was sent."""
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", port), _Daemon) as server:
        server.scanned = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"tcp://127.0.0.1:{server.server_address[1]}", server.scanned  # type: ignore[attr-defined]
        finally:
            server.shutdown()
