"""When a request arrived: when the server accepted it, so that an upload under way at the close counts.

Stamped before the body is read; what a request waited for a free thread in a storm is taken off too.
"""

import re
import time
from datetime import UTC, datetime, timedelta

from flask import current_app, request

from strefa.infra import accepting
from strefa.infra.clock import now

HEADER = "X-Request-Start"  # "t=" and Unix seconds, as nginx writes it
LONGEST_WAIT = timedelta(minutes=10)
_STAMP = re.compile(r"t=([0-9]{10}(?:\.[0-9]{1,6})?)")


def moment() -> datetime:
    """Return when the server accepted the request; a proxy's stamp is believed only where proxies are trusted."""
    here = now() - _waited()
    stamp = _STAMP.fullmatch(request.headers.get(HEADER, ""))
    if not stamp or not current_app.config["SETTINGS"].trusted_proxies:
        return here
    there = datetime.fromtimestamp(float(stamp[1]), UTC)
    return there if here - LONGEST_WAIT <= there <= here else here


def _waited() -> timedelta:
    """Return how long the request has waited for a thread."""
    accepted = accepting.accepted()
    waited = timedelta(seconds=time.time() - accepted) if accepted is not None else timedelta()
    return waited if timedelta() <= waited <= LONGEST_WAIT else timedelta()
