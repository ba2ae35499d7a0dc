"""The demo's bar: where its open round stands, and a button that moves the demo's clock to the next stage."""

from typing import TypedDict
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue

from strefa.contest.rounds import queries
from strefa.infra.clock import clock, now
from strefa.outputs.names import named
from strefa.outputs.timing import timetable
from strefa.web.guard import public
from strefa.web.public.language import local_path

pages = Blueprint("demo", __name__)


class Bar(TypedDict):
    """What the bar says: the stage that runs, and the one the button leads to ("" when all is over)."""

    stage: str
    next: str


def init_app(app: Flask) -> None:
    """Let every page of a demo instance show the bar."""
    app.extensions["demo_bar"] = bar


def bar() -> Bar | None:
    """Return what the bar says now; nothing while there is no round."""
    moment = now()
    round_ = queries.current(moment)
    if round_ is None:
        return None
    stages = timetable(round_)
    change = stages.next_change(moment)
    following = str(named(stages.phase(change))) if change else ""
    return {"stage": str(named(stages.phase(moment))), "next": following}


@pages.post("/pokaz/zegar")
@public
def advance() -> ResponseReturnValue:
    if not current_app.config["DEMO"]:
        abort(404)
    round_ = queries.current(now())
    change = timetable(round_).next_change(now()) if round_ else None
    if change:
        clock().move_to(change)
    came = urlsplit(request.referrer or "/")
    return redirect(local_path(f"{came.path}?{came.query}" if came.query else came.path))
