"""Who else is in the application: each open page says where it is, and is told who else is there."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from strefa.contest.applications import presence_actions, presence_queries, queries
from strefa.contest.applications.models import Application
from strefa.infra.clock import now
from strefa.infra.i18n import language
from strefa.rules.policy import May
from strefa.web.applicant.sections import section_of, to_write
from strefa.web.guard import attempt, needs
from strefa.web.session import current_user

pages = Blueprint("presence", __name__)


@pages.post("/wnioski/<public_id>/<key>/obecnosc")
@needs(May.READ_OWN_APPLICATION, of=to_write)
def note(application: Application) -> ResponseReturnValue:
    key = section_of(application).key
    with attempt(quiet=True) as outcome:
        presence_actions.note_presence(outcome.subject, key, actor=current_user, now=now())
    spec = queries.form(outcome.subject)
    others = presence_queries.present(outcome.subject, current_user.id, now())
    return jsonify(others=[(name, spec.section(section).title.in_language(language())) for name, section in others])
