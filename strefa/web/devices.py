"""Which browsers are known to be whose: one signed cookie for each person, so colleagues may share a computer.

It opens nothing by itself: whoever holds it is asked for the password alone, and not for a code from a letter as well.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from flask import Flask, Response, current_app, g, request

from strefa.contest.people.models import Person
from strefa.infra import security
from strefa.infra.clock import now
from strefa.web.session import current_user

LASTS = timedelta(days=180)


def init_app(app: Flask) -> None:
    """Put the cookies on that a request asked for."""
    app.after_request(_write)


def is_known(person: Person) -> bool:
    """Say whether this browser was remembered as hers, not too long ago and since she last ended all her sign-ins."""
    claim = security.unsigned("device", request.cookies.get(_name(person), ""), hours=LASTS / timedelta(hours=1))
    if claim is None or claim[0] != person.public_id:
        return False
    since = datetime.fromtimestamp(claim[1], UTC)
    return since + LASTS > now() and (person.devices_since is None or since >= person.devices_since)


def remember(person: Person) -> None:
    """Remember this browser as hers: she has just read a letter in it, or gave the code from one."""
    claim = [person.public_id, now().timestamp()]
    g.setdefault("devices", {})[_name(person)] = security.signed("device", claim)


def forget(person: Person) -> None:
    """Let this browser be a stranger to her again."""
    g.setdefault("devices", {})[_name(person)] = ""


@contextmanager
def kept() -> Iterator[None]:
    """Keep this browser known to whoever is looking, if it was, while all her others become strangers."""
    known = is_known(current_user)
    yield
    if known:
        remember(current_user)


def _name(person: Person) -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-{person.public_id}"


def _write(response: Response) -> Response:
    for name, value in g.pop("devices", {}).items():
        response.set_cookie(
            name, value, max_age=LASTS if value else 0, httponly=True, samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )  # fmt: skip
    return response
