"""The client that measures: one connection kept open, whole requests prepared beforehand, little work in between."""

import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

LINE = b"\r\n"
LONGEST = 60.0  # seconds for one answer


class Unexpected(Exception):  # noqa: N818
    """The server did not answer as it should, so its time would mean nothing."""


class Shut(Exception):  # noqa: N818
    """The server shut the connection."""


@dataclass(frozen=True)
class Answer:
    """What came back: status, body."""

    status: int
    body: bytes


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """Prepare a request; `Content_Type` in `headers` is sent as Content-Type."""
    said = {"Host": "127.0.0.1", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if method == "POST":
        said["Content-Length"] = str(len(body))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
    return "\r\n".join(lines).encode() + LINE + LINE + body


def form(fields: Mapping[str, Any]) -> tuple[bytes, str]:
    """Return a form's body and its content type."""
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def multipart(fields: Mapping[str, str], name: str, content: bytes) -> tuple[bytes, str]:
    """Return the body of a form with one PDF in the field `file`, and its content type."""
    edge = secrets.token_hex(16)
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields.items()
    ]
    about = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/pdf'
    parts.append(f"--{edge}\r\n{about}\r\n\r\n".encode() + content + f"\r\n--{edge}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={edge}"


class Connection:
    """One connection to a server on this machine; opened anew when the server has shut it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def ask(self, whole: bytes, expected: int = 200) -> Answer:
        """Send a request and return its answer.

        Raises:
            Unexpected: another status came, or none.
        """
        known = self._socket is not None
        try:
            answer = self._answered(whole)
        except (ConnectionError, Shut):
            if not known:
                raise
            self.close()  # shut while it was idle: nobody has heard the request
            answer = self._answered(whole)
        if answer.status != expected:
            raise Unexpected(f"{answer.status} instead of {expected} to {whole[:80]!r}: {answer.body[:600]!r}")
        return answer

    def timed(self, whole: bytes, expected: int = 200) -> tuple[float, Answer]:
        """Send a request; return the seconds from its first byte to the last of its answer, and the answer."""
        started = time.perf_counter()
        answer = self.ask(whole, expected)
        return time.perf_counter() - started, answer

    def close(self) -> None:
        if self._socket:
            self._socket.close()
            self._socket = None

    def _answered(self, whole: bytes) -> Answer:
        self.hand(whole)
        return self.answer()

    def hand(self, whole: bytes) -> None:
        """Send a request; its answer is read by `answer`."""
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), LONGEST)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(whole)

    def answer(self) -> Answer:
        """Read the answer to the request that was handed over, whatever its status."""
        head, body = self._read(b""), b""
        head, _, body = head.partition(LINE + LINE)
        lines = head.decode("latin-1").split("\r\n")
        told = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        size = int(told.get("content-length", "0"))
        while len(body) < size:
            body += self._more()
        if told.get("connection", "").lower() == "close":
            self.close()
        return Answer(int(lines[0].split(" ", 2)[1]), body)

    def _read(self, known: bytes) -> bytes:
        while LINE + LINE not in known:
            known += self._more()
        return known

    def _more(self) -> bytes:
        assert self._socket is not None  # `_answered` opened it
        data = self._socket.recv(1 << 18)
        if not data:
            raise Shut
        return data


def per_second(work: Callable[[int, Callable[[], bool]], int], clients: int, seconds: float) -> float:
    """Let many clients work at once; return how many works they did in a second together.

    Args:
        work: called once for each client with its number and a call that says whether time is left;
            returns how many works it did.
    """
    done, failed = [0] * clients, list[BaseException]()
    until = time.perf_counter() + seconds

    def run(number: int) -> None:
        try:
            done[number] = work(number, lambda: time.perf_counter() < until)
        except BaseException as problem:
            failed.append(problem)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return sum(done) / (time.perf_counter() - started)
