"""The web processes: forked from one that has loaded the application, and looking for garbage again after that."""

import gc
import threading
from pathlib import Path

import pytest
from gunicorn.workers.gthread import ThreadWorker

from strefa import create_app
from strefa.cli.serving import programs
from strefa.infra.database import db
from strefa.infra.server import GARBAGE_AFTER, Worker
from strefa.settings import read


def test_garbage_waits_while_the_application_loads_and_is_collected_again_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ThreadWorker, "load_wsgi", lambda _self: None)
    usual = gc.get_threshold()
    try:
        Worker.setup()
        while_loading = gc.isenabled()
        Worker.load_wsgi(Worker.__new__(Worker))
        assert (while_loading, gc.isenabled(), gc.get_threshold()[0]) == (False, True, GARBAGE_AFTER)
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
        gc.enable()


def test_the_application_is_loaded_once_for_all_processes_and_opens_nothing_that_they_would_share(
    tmp_path: Path,
) -> None:
    assert "--preload" in programs(read(instance_dir=tmp_path))[0].command
    threads = threading.active_count()
    app = create_app(instance_dir=tmp_path, secret_key="a key of the tests, long enough for the check")
    with app.app_context():
        assert (db.engine.pool.checkedin(), db.engine.pool.checkedout()) == (0, 0)  # pyright: ignore[reportAttributeAccessIssue]
    assert threading.active_count() == threads
