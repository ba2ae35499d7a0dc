"""A juror's queue: what waits for her, how far she is, what comes next."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from strefa.contest.jury import queries
from strefa.infra.clock import now
from strefa.outputs.queue import queue_lines
from strefa.outputs.timing import scoring_ends
from strefa.rules.policy import May
from strefa.web.guard import needs
from strefa.web.page import page
from strefa.web.session import current_user

pages = Blueprint("assignments", __name__)


@pages.get("")
@needs(May.SEE_JURY_DESK)
def index() -> ResponseReturnValue:
    lines = queue_lines(queries.queue_of(current_user))
    following = next((line for line in lines if not line.is_done), None)
    deadline = scoring_ends(following.assignment.application.round, now()) if following else ""
    return page(lines=lines, done=sum(line.is_done for line in lines), following=following, deadline=deadline)
