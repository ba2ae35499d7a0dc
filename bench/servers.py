"""Servers to measure: ours as `strefa serve` starts its web, and the floor under the very same options."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.client import Connection, Shut, Unexpected, request
from strefa.cli.serving import programs
from strefa.settings import ROOT, Settings, load

HEALTH = request("GET", "/zdrowie")
LONGEST_START = 60.0  # seconds


@dataclass(frozen=True)
class Server:
    """A running server: its port, its master process and the seconds from exec to its first answer."""

    port: int
    process: int
    started_in: float

    def memory_mb(self) -> float:
        """Return the resident memory of its largest worker, in MB."""
        table = subprocess.run(["ps", "-A", "-o", "ppid=,rss="], check=True, capture_output=True, text=True).stdout
        rows = [line.split() for line in table.splitlines()]
        return max(int(size) for parent, size in rows if int(parent) == self.process) / 1024


def settings(instance: Path, port: int = 8000, database_url: str = "") -> Settings:
    """Return the settings of production for an instance of the measurement's own."""
    return load(
        instance_dir=instance, host="127.0.0.1", port=port, base_url=f"http://127.0.0.1:{port}", demo=False,
        database_url=database_url, smtp_url="", web_processes=2, web_threads=8,
    )  # fmt: skip


@contextmanager
def ours(instance: Path, database_url: str = "", *, worker: bool = False) -> Iterator[Server]:
    """Run our web server on an instance, with its worker beside it or without."""
    port = free_port()
    values = settings(instance, port, database_url)
    environment = {
        "INSTANCE_DIR": str(instance), "PORT": str(port), "BASE_URL": values.base_url, "DATABASE_URL": database_url,
        "DEMO": "0", "SMTP_URL": "", "LOG_LEVEL": "warning",
    }  # fmt: skip
    web, background = programs(values)
    with _running(list(web.command), environment, port) as server, ExitStack() as beside:
        if worker:
            beside.enter_context(_beside(list(background.command), environment))
        yield server


@contextmanager
def _beside(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, env=dict(os.environ) | environment, cwd=ROOT, start_new_session=True,
                               stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # its children too; what they had in hand nobody waits for
        process.wait()


def prepare_floor(folder: Path, applications: int, jurors: int, criteria: tuple[str, ...]) -> None:
    """Write the tables of a floor, in a process of its own: the folder is read when its module is."""
    folder.mkdir(parents=True)
    program = f"from bench import floor; floor.prepare({applications}, {jurors}, {criteria!r})"
    environment = dict(os.environ) | {"FLOOR_DIR": str(folder)}
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, env=environment)


@contextmanager
def floor(folder: Path) -> Iterator[Server]:
    """Run the floor under the same server."""
    port = free_port()
    command = ["bench.floor:app" if word == "app:app" else word for word in programs(settings(folder, port))[0].command]
    with _running(command, {"FLOOR_DIR": str(folder)}, port) as server:
        yield server


@contextmanager
def _running(command: list[str], environment: dict[str, str], port: int) -> Iterator[Server]:
    started = time.perf_counter()
    process = subprocess.Popen(command, env=dict(os.environ) | environment, cwd=ROOT)
    try:
        _wait_for(port, process)
        yield Server(port, process.pid, time.perf_counter() - started)
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.perf_counter() + LONGEST_START
    while time.perf_counter() < until and process.poll() is None:
        with suppress(OSError, Shut):
            connection = Connection(port)
            connection.ask(HEALTH)
            connection.close()
            return
        time.sleep(0.005)
    raise Unexpected("the server did not start")


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
