"""A PostgreSQL of the tests' own: made in a moment, shared by the workers of a run, gone after it.

The first worker that asks starts a cluster under /tmp, the others use it. Whoever uses it leaves a file named
by its process; a guardian process stops the server and removes everything once no user is alive, however the
users ended. The cluster listens on a Unix socket alone, so it meets no other server.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROLE = "strefa"
PORT = 5432  # names the socket only
ROOT = Path(__file__).resolve().parent.parent
NEAR_ENOUGH = Path("/tmp")  # a socket's path may have 107 bytes, and the postgres user must reach it

SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{socket}'
port = {port}
max_connections = 120
shared_buffers = 64MB
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
jit = off
timezone = 'UTC'
"""


def database_url(name: str) -> str:
    """Make an empty database on the tests' own cluster and return its SQLAlchemy address.

    Args:
        name: what the database is for; the process is added, so that workers never meet.
    """
    home = _home()
    with _locked(home):
        _register(home)
        if not _running(home):
            _start(home)
    whole = f"{re.sub(r'[^a-z0-9_]+', '_', name.lower())[:40]}_{os.getpid()}"
    _administer(home, f'DROP DATABASE IF EXISTS "{whole}" WITH (FORCE)', f'CREATE DATABASE "{whole}"')
    return f"postgresql+psycopg://{ROLE}@/{whole}?host={home}&port={PORT}"


def _home() -> Path:
    place = hashlib.sha256(f"{ROOT}:{os.getuid()}".encode()).hexdigest()[:10]
    return NEAR_ENOUGH / f"strefa-postgresql-{place}"


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    with home.with_suffix(".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _register(home: Path) -> None:
    users = home / "users"
    users.mkdir(parents=True, exist_ok=True)
    (users / str(os.getpid())).touch()


def _living_users(home: Path) -> int:
    living = 0
    for user in (home / "users").glob("*"):
        try:
            os.kill(int(user.name), 0)
            living += 1
        except ProcessLookupError:
            user.unlink(missing_ok=True)
    return living


def _running(home: Path) -> bool:
    ask = [_program("pg_ctl"), "-D", str(home / "data"), "status"]
    return (home / "data").exists() and _run(ask, home, check=False).returncode == 0


def _start(home: Path) -> None:
    data = home / "data"
    shutil.rmtree(data, ignore_errors=True)
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    _run([_program("initdb"), "-D", str(data), "-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], home)
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS.format(socket=home, port=PORT))
    _run([_program("pg_ctl"), "-D", str(data), "-l", str(home / "log"), "-w", "start"], home)
    subprocess.Popen(
        [sys.executable, __file__, str(home)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _run(command: list[str], home: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a program of PostgreSQL, which refuses to be run by root: as the postgres user then."""
    someone: dict[str, Any] = {}
    if os.geteuid() == 0:
        someone = {"user": "postgres", "group": "postgres", "extra_groups": []}
    log = home / "commands.log"
    with log.open("a") as output:  # never a pipe: the server would keep it open
        done = subprocess.run(command, cwd=home, stdout=output, stderr=output, text=True, check=False, **someone)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{log.read_text()[-2000:]}")
    return done


def _program(name: str) -> str:
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    for folder in [*reversed(newest), Path("/opt/homebrew/bin"), Path("/usr/local/bin")]:
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if not found:
        raise RuntimeError(f"{name} of PostgreSQL is missing: make setup-tests installs it")
    return found


def _administer(home: Path, *statements: str) -> None:
    import psycopg

    with psycopg.connect(host=str(home), port=PORT, user=ROLE, dbname="postgres", autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def _guard(home: Path) -> None:
    """Wait until nobody uses the cluster, then take it away."""
    while True:
        time.sleep(1)
        with _locked(home):
            if _living_users(home) or not home.exists():
                continue
            _run([_program("pg_ctl"), "-D", str(home / "data"), "-m", "immediate", "-w", "stop"], home, check=False)
            shutil.rmtree(home, ignore_errors=True)
            return


if __name__ == "__main__":
    _guard(Path(sys.argv[1]))
