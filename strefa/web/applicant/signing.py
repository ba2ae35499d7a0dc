"""One page for whoever signs, made for a phone: the whole application as one reading, what is missing, one button."""

from collections.abc import Sequence

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import queries, sending_actions, shown, signing_actions
from strefa.contest.applications.models import Application
from strefa.contest.people.queries import names_of
from strefa.infra.clock import now
from strefa.infra.i18n import _, language
from strefa.outputs.progress import missing_lines, said_together
from strefa.rules.formspec import Section
from strefa.rules.lifecycle import steps_from
from strefa.rules.policy import May
from strefa.rules.reading import read
from strefa.rules.refusal import Blocker, Reason
from strefa.web.applicant.own_files import listed
from strefa.web.applicant.section_page import around, writable
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.session import current_user

pages = Blueprint("signing", __name__)


@pages.get("/wnioski/<public_id>/podpis")
@needs(May.READ_OWN_APPLICATION, of=queries.by_public_id)
def show(application: Application) -> ResponseReturnValue:
    return reading_page(application, sending_actions.blockers_to_submit(application, now()))


def reading_page(application: Application, blockers: list[Blocker], changed: Sequence[Section] = ()) -> str:
    """Render the reading with its one button; `changed` since the page from which somebody just tried to send."""
    spec, facts = queries.form(application), queries.facts(application, others=0)
    blockers = [blocker for blocker in blockers if blocker.reason is not Reason.CHANGED_SINCE_READ]
    rows = {row.section: row for row in application.sections if row.section in {section.key for section in changed}}
    return page(
        "applicant/signing/show",
        sections=read(spec, application.answers, facts, language()),
        attached=listed(application),
        state=shown.state(application),
        changed=[(section, rows.get(section.key)) for section in changed],
        writers=names_of(row.saved_by_id for row in rows.values()) if rows else {},
        missing=missing_lines(spec, blockers),
        together=said_together,
        steps=steps_from(application.status),
        writable=writable(application),
        **around(application, spec, None, application.answers, facts, blockers),
    )


@pages.post("/wnioski/<public_id>/prosba-o-podpis")
@needs(May.WRITE_APPLICATION, of=queries.by_public_id)
def ask(application: Application) -> ResponseReturnValue:
    with attempt(_("List z prośbą o podpis jest w drodze.")):
        signing_actions.ask_to_sign(application, actor=current_user, now=now())
    return redirect(url_for("applicant.applications.show", public_id=application.public_id))
