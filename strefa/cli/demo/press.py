"""The worker of a played round: it prints papers in threads of its own while the play goes on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from flask import Flask

from strefa import worker
from strefa.outputs import pdf

PAUSE = 0.1  # seconds between two looks when there is nothing to do


class Press:
    """Works off what the pages leave to do, in so many threads, from the beginning of the block to its end."""

    def __init__(self, app: Flask, threads: int) -> None:
        self._app, self._over, self._held = app, threading.Event(), threading.Event()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]
        self._idle: set[int] = set()  # threads that found nothing to do since the last time that one found something
        self._looked = threading.Condition()
        self._problem: BaseException | None = None

    def __enter__(self) -> "Press":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Begin nothing while the block runs, once all is done: what it asks for several times is made once."""
        self.settle()
        self._held.set()
        try:
            yield
        finally:
            self._held.clear()

    def settle(self) -> None:
        """Wait until there is nothing left to do.

        Raises:
            RuntimeError: the work ended with an error.
        """
        with self._looked:
            self._idle.clear()
            self._looked.wait_for(lambda: self._problem or len(self._idle) == len(self._threads))
        if self._problem is not None:
            raise RuntimeError("the worker of the played round failed") from self._problem

    def _work(self) -> None:
        try:
            while not self._over.is_set():
                if self._held.is_set() or not self._found_work():
                    self._over.wait(PAUSE)
        except BaseException as problem:
            with self._looked:
                self._problem = problem
                self._looked.notify_all()
        finally:
            pdf.printer().stop()

    def _found_work(self) -> bool:
        found = bool(worker.work_off(self._app))
        with self._looked:
            if found:
                self._idle.clear()
            else:
                self._idle.add(threading.get_ident())
                self._looked.notify_all()
        return found
