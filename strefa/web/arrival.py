"""When a request arrived: when the server accepted it, so that an upload under way at the close counts.

Stamped before the body is read; what a request waited for a free thread in a storm is taken off too.
"""

import re
import time
from datetime import UTC, datetime, timedelta

from flask import current_app, request
from flask import session as cookie

from strefa.infra import accepting, security
from strefa.infra.clock import now

HEADER = "X-Request-Start"  # "t=" and Unix seconds, as nginx writes it
LONGEST_WAIT = timedelta(minutes=10)
LONGEST_PLACE = timedelta(minutes=15)
PLACE = "miejsce"  # the part of an address that carries it
_STAMP = re.compile(r"t=([0-9]{10}(?:\.[0-9]{1,6})?)")


def moment() -> datetime:
    """Return when the server accepted the request, or the first of its attempts when it was told to wait."""
    return kept_place() or _accepted()


def place() -> str:
    """Return a sign of the place that this attempt has, for the next one to carry; good at this address for this person."""
    return security.signed("place", [request.path, _whose(), moment().timestamp()])


def kept_place() -> datetime | None:
    """Return when the first attempt came, of a request that was told to wait; None when it carries no good sign.

    It is good for a quarter of an hour from the first attempt, however often it is told to wait.
    """
    if request.method != "POST" or PLACE not in request.args:
        return None
    known = security.unsigned("place", request.args[PLACE], hours=1)
    if not known or known[:2] != [request.path, _whose()]:
        return None
    first = datetime.fromtimestamp(known[2], UTC)
    return first if timedelta() <= _accepted() - first <= LONGEST_PLACE else None


def _whose() -> str:
    return security.token_hash(cookie.get("_user_id", ""))


def _accepted() -> datetime:
    """Return when the server accepted this attempt; a proxy's stamp is believed only where proxies are trusted."""
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
