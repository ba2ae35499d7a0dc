"""When a request arrived: stamped before its body is read, so that an upload under way at the close counts."""

import re
from datetime import UTC, datetime, timedelta

from flask import current_app, request

from strefa.infra.clock import now

HEADER = "X-Request-Start"  # "t=" and Unix seconds, as nginx writes it
LONGEST_WAIT = timedelta(minutes=10)
_STAMP = re.compile(r"t=([0-9]{10}(?:\.[0-9]{1,6})?)")


def moment() -> datetime:
    """Return when the server accepted the request; a proxy's stamp is believed only where proxies are trusted."""
    here = now()
    stamp = _STAMP.fullmatch(request.headers.get(HEADER, ""))
    if not stamp or not current_app.config["SETTINGS"].trusted_proxies:
        return here
    there = datetime.fromtimestamp(float(stamp[1]), UTC)
    return there if here - LONGEST_WAIT <= there <= here else here
