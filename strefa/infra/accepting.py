"""When the web server accepted the request that this thread answers; only our own server tells (`infra.server`)."""

import threading

_thread = threading.local()


def note(seconds: float | None) -> None:
    """Keep the moment for the request that is answered next, in Unix seconds of this machine."""
    _thread.accepted = seconds


def accepted() -> float | None:
    """Return the moment in Unix seconds; None when the server does not tell it."""
    return getattr(_thread, "accepted", None)
