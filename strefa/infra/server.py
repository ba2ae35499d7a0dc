"""Gunicorn's threads, with the moment at which each request was accepted: in a storm it waits for a thread."""

import gc
import time
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from strefa.infra import accepting, logs

GARBAGE_AFTER = 5_000  # new objects that Python looks through for garbage: what a few requests leave


class Log(Logger):
    """What the web server itself logs, in the lines that all else is logged in; who asks for what is not logged."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(logs.Lines())


class Worker(ThreadWorker):
    """A web process; the moment is taken by the thread that accepts, before the request waits for its turn."""

    @classmethod
    def setup(cls) -> None:
        """Begin the start, before the application is loaded: nothing of it is garbage, so none is looked for."""
        gc.disable()

    def load_wsgi(self) -> None:
        """Take the application over; what it is made of lives as long as the process.

        So Python need not look through it for garbage again and again: that takes a tenth of the start, and later
        it would hold up every few hundredth request for a tenth of a second.
        """
        super().load_wsgi()
        gc.freeze()
        gc.set_threshold(GARBAGE_AFTER, 10, 10)
        gc.enable()

    def enqueue_req(self, conn: Any) -> None:
        """Hand a connection to the threads: it was just accepted, or speaks again."""
        conn.accepted = time.time()
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """Answer a request, in a thread of its own."""
        accepting.note(conn.accepted)
        return super().handle(conn)
