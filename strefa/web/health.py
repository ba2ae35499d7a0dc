"""One address for watchers: is the database there?"""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from strefa.infra.database import db
from strefa.web.guard import public

desk = Blueprint("health", __name__)


@desk.get("/zdrowie")
@public
def show() -> ResponseReturnValue:
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}
