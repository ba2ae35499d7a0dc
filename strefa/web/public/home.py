"""The home page: the round people look for now."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from strefa.contest.rounds import queries
from strefa.infra.clock import now
from strefa.web.guard import public
from strefa.web.page import page
from strefa.web.public.rounds import round_page

pages = Blueprint("home", __name__)


@pages.get("/")
@public
def show() -> ResponseReturnValue:
    round_ = queries.current(now())
    return round_page("public/home/show", round_) if round_ else page(round=None)
