"""A juror's queue: round by round, what waits for her, how far she is, what comes next."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from strefa.contest.jury import queries
from strefa.contest.privacy import clause_queries
from strefa.infra.clock import now
from strefa.outputs.queue import queues
from strefa.rules.policy import May
from strefa.web.guard import needs
from strefa.web.page import page
from strefa.web.session import current_user

pages = Blueprint("assignments", __name__)


@pages.get("")
@needs(May.SEE_JURY_DESK)
def index() -> ResponseReturnValue:
    unread = clause_queries.unread(current_user)
    return page(rounds=queues(queries.queue_of(current_user), now()), unread=unread)
