"""What a section has said over time, change by change, and the way back to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import actions, history_actions, queries
from strefa.contest.applications.history_queries import Version, versions
from strefa.contest.applications.models import Application
from strefa.contest.people.queries import names_of
from strefa.infra.clock import now
from strefa.infra.i18n import _, moment
from strefa.rules.changes import Piece, compared, shortened
from strefa.rules.facts import Facts
from strefa.rules.fields import Field
from strefa.rules.form_problems import problems
from strefa.rules.formspec import Section
from strefa.rules.policy import May
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.web.applicant.section_page import around, lines_of
from strefa.web.applicant.sections import may_write_here, section_of, to_read, to_write
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.session import current_user, revision_seen

pages = Blueprint("history", __name__)

SHOWN = 20  # versions on a page


@dataclass(frozen=True)
class Shown:
    """A version as the page shows it: each field that changed, with the pieces that lead from before to after."""

    version: Version
    by: str
    changes: list[tuple[Field, list[Piece]]]


@pages.get("/wnioski/<public_id>/<key>/historia")
@needs(May.READ_OWN_APPLICATION, of=to_read)
def show(application: Application) -> ResponseReturnValue:
    section = section_of(application)
    found, facts = versions(application, section.key), queries.facts(application, others=0)
    last = max(1, -(-len(found) // SHOWN))
    number = min(max(1, request.args.get("page", 1, int)), last)
    listed = found[(number - 1) * SHOWN : number * SHOWN]
    names = names_of(version.saved_by_id for version in listed)
    return page(
        shown=[
            Shown(version, names.get(version.saved_by_id or 0, ""), _changes(application, section, version, facts))
            for version in listed
        ],
        may_restore=may_write_here(application, section),
        revision=actions.section_row_of(application, section.key).revision,
        number=number,
        last=last,
        **_around(application, section, facts),
    )


def _around(application: Application, section: Section, facts: Facts) -> dict[str, Any]:
    spec, answers = queries.form(application), application.answers
    return around(application, spec, section, answers, facts, problems(spec, answers, facts))


def _changes(
    application: Application, section: Section, version: Version, facts: Facts
) -> list[tuple[Field, list[Piece]]]:
    """Compare a version with the one before it; a text that was never saved with what the section says now."""
    present = {
        key: value for row in application.sections if row.section == section.key for key, value in row.answers.items()
    }
    before: Mapping[str, Any] = present if version.lost else version.before
    olds, news = (lines_of(application, section, answers, facts) for answers in (before, version.answers))
    told = []
    for field in section.fields:
        old, new = (lines[field.key].text if field.key in lines else "" for lines in (olds, news))
        if old != new and (not version.lost or field.key in version.lost):
            told.append((field, shortened(compared(old, new))))
    return told


def to_restore(public_id: str, key: str, version: str) -> Application | None:
    """Load an application of whose section there is such a version."""
    application = to_write(public_id, key)
    return application if application and _version(application, key, version) else None


def _version(application: Application, key: str, version: str) -> Version | None:
    return next((each for each in versions(application, key) if each.key == version), None)


@pages.post("/wnioski/<public_id>/<key>/historia/<version>")
@needs(May.WRITE_APPLICATION, of=to_restore)
def restore(application: Application) -> ResponseReturnValue:
    parts: Mapping[str, str] = request.view_args or {}
    wanted = _version(application, parts["key"], parts["version"])
    when = moment(wanted.saved_at) if wanted else ""
    with attempt(
        _("Przywrócono tekst z: %(when)s. To, co było przed chwilą, zostaje w historii.", when=when)
    ) as outcome:
        found = _version(outcome.subject, parts["key"], parts["version"])
        if found is None:
            raise Refused(Blocker(Reason.CHANGED_MEANWHILE))
        history_actions.restore(
            outcome.subject, parts["key"], found, revision=revision_seen(), actor=current_user, now=now()
        )
    there = "applicant.sections.fill" if outcome else ".show"
    return redirect(url_for(there, public_id=parts["public_id"], key=parts["key"]))
