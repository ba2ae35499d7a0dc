"""The web process: garbage is looked for again once the application is loaded."""

import gc

import pytest
from gunicorn.workers.gthread import ThreadWorker

from strefa.infra.server import GARBAGE_AFTER, Worker


def test_garbage_waits_while_the_application_loads_and_is_collected_again_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    while_loading: list[bool] = []
    monkeypatch.setattr(ThreadWorker, "load_wsgi", lambda _self: while_loading.append(gc.isenabled()))
    usual = gc.get_threshold()
    try:
        Worker.load_wsgi(Worker.__new__(Worker))
        assert (while_loading, gc.isenabled(), gc.get_threshold()[0]) == ([False], True, GARBAGE_AFTER)
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
        gc.enable()
