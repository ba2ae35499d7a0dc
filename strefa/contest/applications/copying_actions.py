"""Beginning an application with the answers of one from another round."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from strefa.contest.applications import actions, columns, copying_queries, queries
from strefa.contest.applications.models import Application
from strefa.contest.people.models import Person
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import template_of
from strefa.infra.journal import record
from strefa.rules.carrying import carried
from strefa.rules.refusal import Refused


def begin_from(earlier: Application, round_: Round, *, actor: Person, now: datetime) -> Application:
    """Begin a draft in a round with the answers that its form shares with an earlier application's.

    What an application says now is taken, sent or not. What is left out, `carried` says; besides, what is known of
    the organisation today goes before what was written then. A double click begins one application.

    Raises:
        Refused: as for starting one.
    """
    if blockers := actions.blockers_to_start(round_, earlier.organisation, actor, now):
        raise Refused(*blockers)
    taken = carried(queries.form(earlier), template_of(round_).form, earlier.answers)
    known = columns.known_answers(round_, earlier.organisation, actor)
    last = copying_queries.newest_draft(round_, earlier.organisation_id)
    if last and last.answers == taken | {key: said for section in known.values() for key, said in section.items()}:
        return last
    started = actions.start(round_, earlier.organisation, actor=actor, now=now)
    application = queries.to_write(started.public_id) or started
    count = _fill(application, taken, actor, now)
    record(
        "copy_answers", f"application:{application.public_id}", actor=actor, now=now, round_id=round_.id,
        source=earlier.number or earlier.public_id, answers=count,
    )  # fmt: skip
    return application


def _fill(application: Application, taken: Mapping[str, Any], actor: Person, now: datetime) -> int:
    """Save what is taken where the draft says nothing yet, section by section; return how many answers."""
    missing = {key: value for key, value in taken.items() if key not in application.answers}
    for section in queries.form(application).sections:
        given = {field.key: missing[field.key] for field in section.fields if field.key in missing}
        if given:
            revision = actions.section_row_of(application, section.key).revision
            actions.save(application, section.key, given, revision=revision, actor=actor, now=now)
    return len(missing)
