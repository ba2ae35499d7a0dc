"""A commit that leaves something to do wakes the worker; a worker that starts looks by itself."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from strefa.infra import jobs, queue
from strefa.settings import Settings, load
from tests.databases import database_url

WORKER = """
import sys
from pathlib import Path
from strefa.infra import queue
from strefa.settings import load

def work():
    with Path(sys.argv[1]).open("a") as file:
        file.write("worked\\n")

queue.answer(load(), work)
"""


def settings_of(folder: Path) -> Settings:
    on_postgresql = os.environ.get("STREFA_TEST_DATABASE") == "postgresql"
    return load(instance_dir=folder, database_url=database_url("bell") if on_postgresql else "")


def times_worked(path: Path, wanted: int, patience: float = 20) -> int:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        found = path.read_text().count("worked") if path.exists() else 0
        if found >= wanted:
            return found
        time.sleep(0.05)
    return path.read_text().count("worked") if path.exists() else 0


def test_the_worker_looks_at_once_and_whenever_it_is_woken_and_ends_when_asked(tmp_path: Path) -> None:
    settings, diary = settings_of(tmp_path), tmp_path / "diary"
    place = {"INSTANCE_DIR": str(tmp_path), "DATABASE_URL": settings.database_url}
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(diary)], env=os.environ | place)
    wakers = list(jobs._wakers)
    try:
        assert times_worked(diary, 1) == 1
        queue.ring_after_commits(settings)
        for wanted in (2, 3):
            jobs._wake()
            assert times_worked(diary, wanted) == wanted
    finally:
        jobs._wakers[:] = wakers
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0


def test_many_may_hang_the_bell_at_once(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    together = threading.Barrier(8)

    def hang(_turn: int) -> int:
        together.wait(10)
        return queue.bell(settings).pending_count()

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(hang, range(8))) == [0] * 8


def test_a_bell_nobody_answers_holds_one_word_however_often_it_rings(tmp_path: Path) -> None:
    settings, wakers = settings_of(tmp_path), list(jobs._wakers)
    try:
        queue.ring_after_commits(settings)
        for _ in range(20):
            jobs._wake()
    finally:
        jobs._wakers[:] = wakers
    assert queue.bell(settings).pending_count() == 1


def test_a_bell_that_is_broken_does_not_break_the_commit_that_rang_it(tmp_path: Path) -> None:
    settings, wakers = settings_of(tmp_path), list(jobs._wakers)
    broken = settings.model_copy(update={"instance_dir": tmp_path, "database_url": "postgresql://127.0.0.1:1/nobody"})
    try:
        queue.ring_after_commits(broken)
        jobs._wake()
    finally:
        jobs._wakers[:] = wakers
