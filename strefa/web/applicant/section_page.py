"""The pages of one section: being written, being read, and two texts to choose from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request

from strefa.contest.applications import actions, presence_queries, queries
from strefa.contest.applications.models import Application, SectionAnswers
from strefa.contest.decisions import queries as decisions
from strefa.contest.screening.list_queries import known_to_applicant
from strefa.infra.clock import now
from strefa.infra.i18n import day_or_time, language, moment
from strefa.outputs.progress import (
    NOT_YET,
    MissingLine,
    also_writing,
    budget_totals,
    echoes,
    in_section,
    missing_lines,
    section_lines,
    verdict_lines,
)
from strefa.outputs.questions import hint_of
from strefa.outputs.standing import StandingLine, standing_lines
from strefa.outputs.timing import left
from strefa.rules.answers import rows_of
from strefa.rules.budget import budget_of
from strefa.rules.budget_verdicts import budget_rules_as_json
from strefa.rules.changes import compared
from strefa.rules.eligibility import Aspect, eligibility
from strefa.rules.facts import Facts
from strefa.rules.fields import Field, Kind, Meaning
from strefa.rules.form_problems import problems
from strefa.rules.formspec import FormSpec, Section
from strefa.rules.lifecycle import Status
from strefa.rules.money import written
from strefa.rules.policy import May, may
from strefa.rules.reading import Line, read
from strefa.rules.refusal import Blocker
from strefa.rules.text import also_sent_as
from strefa.web.applicant.answers import flat
from strefa.web.applicant.correcting import asked_of
from strefa.web.applicant.forms import UploadForm, section_form, show_warnings
from strefa.web.applicant.own_files import listed
from strefa.web.page import page
from strefa.web.session import current_user

FIRST = 4  # problems named under a section; the page of what is missing has them all


def writing_page(
    application: Application, section: Section, answers: Mapping[str, Any], revision: int, *, more: str = "",
    since: datetime | None = None,
) -> str:  # fmt: skip
    """Render a section to write in; `since` asks who else has saved lately."""
    spec, facts = queries.form(application), queries.facts(application, others=0)
    whole = application.answers | dict(answers)
    found = problems(spec, whole, facts)
    form = section_form(spec, section.key, language(), answers=answers, revision=revision, more=more)
    locked = locked_fields(application, section)
    for field in section.fields:
        if field.key in locked and field.key in form:
            del form[field.key]
    here = in_section(section, found)
    saved_at = next((row.saved_at for row in application.sections if row.section == section.key), None)
    apart = show_warnings(form, _worth_saying(here))
    return page(
        "applicant/sections/fill",
        form=form,
        apart=apart,
        frame=(facts.work_from, facts.work_to),
        uploads={field.key: _upload(field) for field in section.fields if field.files and field.key not in locked},
        locked=[line for key, line in lines_of(application, section, whole, facts).items() if key in locked],
        hints={field.key: hint_of(spec, field, language()) for field in section.fields if field.files},
        attached=listed(application),
        echo=echoes(section, whole),
        saved_at=day_or_time(saved_at, now()) if saved_at else "",
        others=_others(application, since),
        missing_here=len(here),
        first_missing=_first(spec, found),
        most_named=FIRST,
        following=following(application, section),
        standing=standing_of(application, section, whole),
        budget=_budget(spec, section, whole, facts),
        **around(application, spec, section, whole, facts, found),
    )


def locked_fields(application: Application, section: Section) -> frozenset[str]:
    """Return the keys of a section's fields that cannot be written in now, while only named defects are mended."""
    unlocked = queries.unlocked(application)
    keys = frozenset(field.key for field in section.fields)
    return frozenset() if unlocked is None else keys - unlocked


def standing_of(
    application: Application, section: Section, answers: Mapping[str, Any], *, counted: bool = True
) -> list[StandingLine]:
    """Say who may apply, on the page of the section that asks where; nothing on any other.

    Args:
        counted: whether other applications of the organisation are counted: a save of this one does not change them.
    """
    if not any(field.means is Meaning.VOIVODESHIP for field in section.fields):
        return []
    facts = queries.facts(application, [], others=None if counted else 0)
    judged = eligibility(queries.form(application), answers, facts)
    return standing_lines(one for one in judged if counted or one.aspect is not Aspect.NUMBER)


def _others(application: Application, since: datetime | None) -> list[tuple[str, str]]:
    """Name who else is here: has a page open now, or, where no script tells, has saved lately."""
    told = presence_queries.present(application, current_user.id, now())
    names = {name for name, _section in told}
    saved = also_writing(application, current_user.id, since) if since else []
    return told + [(name, section) for name, section in dict(saved).items() if name not in names]


def _first(spec: FormSpec, found: list[Blocker]) -> list[MissingLine]:
    """Name the first fields in which something is missing, each once."""
    places = {blocker.at: blocker for blocker in found if blocker.at}
    return missing_lines(spec, list(places.values())[:FIRST])


def _worth_saying(here: list[Blocker]) -> list[Blocker]:
    """Leave out what is merely not written yet, unless the person came to see what is missing."""
    return here if "braki" in request.args else [blocker for blocker in here if blocker.reason not in NOT_YET]


def _upload(field: Field) -> UploadForm:
    """Return the form of one attachments field, told apart from others on the page."""
    form = UploadForm()
    assert field.files is not None  # the template file is refused without them
    form.file.id = form.file.label.field_id = f"{field.key}-file"
    form.file.render_kw = {
        "accept": ",".join(f".{kind}" for kind in also_sent_as(field.files.types)), "data-most-bytes": field.files.size,
        "multiple": True,
    }  # fmt: skip
    return form


def _budget(spec: FormSpec, section: Section, answers: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    if not any(field.kind is Kind.BUDGET for field in section.fields):
        return {}
    lines = budget_of(spec, answers).lines
    plan = spec.meaning(Meaning.ACTIVITIES)
    starts = {str(place + 1): row.get("from", "") for place, row in rows_of(answers, plan.key)} if plan else {}
    return {
        "rules": budget_rules_as_json(spec, facts),
        "plan": {"starts": starts, "work_from": facts.work_from.isoformat() if facts.work_from else ""},
        "verdicts": verdict_lines(spec, answers, facts),
        "totals": budget_totals(spec, answers),
        "rows": {line.place: written(line.total, language()) for line in lines if line.total is not None},
    }


def around(
    application: Application, spec: FormSpec, section: Section | None, answers: Mapping[str, Any], facts: Facts,
    found: list[Blocker],
) -> dict[str, Any]:  # fmt: skip
    """Return what stands around every page of an application: its sections, its deadline."""
    at = now()
    closes = queries.close_of(application, at)
    known = known_to_applicant([application])
    request, asked = asked_of(application, spec, known[application.id])
    lines = section_lines(spec, answers, facts, found)
    return {
        "application": application,
        "decided": decisions.published_among([application]),
        "spec": spec,
        "section": section,
        "lines": lines,
        "missing_count": len(found),
        "correcting": application.status is Status.CORRECTING,
        "known": known,
        "stands": known[application.id],
        "correction": request,
        "asked": asked,
        "closes": closes,
        "left": left(at, closes) if closes else "",
        "grace": queries.grace_minutes(application, at) if closes else 0,
        "in_grace": bool(closes) and at >= queries.last_close(application),
        "may_send": may(current_user, May.SEND_APPLICATION, application),
    }


def writable(application: Application) -> frozenset[str]:
    """Return the keys of the sections that whoever is looking may write in: an accountant's is the budget."""
    if not may(current_user, May.WRITE_APPLICATION, application):
        return frozenset()
    keys = [section.key for section in queries.form(application).sections]
    return frozenset(key for key in keys if not actions.blockers_to_write(application, key, current_user))


def following(application: Application, section: Section) -> Section | None:
    """Return the section to write in after this one; None for the last. On request only sections with defects are."""
    sections, unlocked = queries.form(application).sections, queries.unlocked(application)
    rest = sections[sections.index(section) + 1 :]
    return next((s for s in rest if unlocked is None or any(field.key in unlocked for field in s.fields)), None)


def read_page(application: Application, section: Section) -> str:
    """Render a section for somebody who may not write in it now."""
    spec, facts = queries.form(application), queries.facts(application, others=0)
    found = problems(spec, application.answers, facts)
    parts = read(spec, application.answers, facts, language())
    return page(
        "applicant/sections/read",
        parts=[part for part in parts if part.key == section.key],
        others=_others(application, None),
        **around(application, spec, section, application.answers, facts, found),
    )


def clash_page(
    application: Application, section: Section, together: dict[str, Any], disputed: list[str], row: SectionAnswers,
    by: str,
) -> str:  # fmt: skip
    """Render two texts side by side; everything typed travels on in the page."""
    spec, facts = queries.form(application), queries.facts(application, others=0)
    found = problems(spec, application.answers, facts)
    mine, theirs = (lines_of(application, section, answers, facts) for answers in (together, row.answers))
    return page(
        "applicant/sections/clash",
        hidden=[(name, value) for name, values in flat(section, together).items() for value in values],
        revision=row.revision,
        choices=[
            (field, compared(_text(mine, field), _text(theirs, field)))
            for field in section.fields
            if field.key in disputed
        ],
        by=by,
        saved_at=moment(row.saved_at) if row.saved_at else "",
        **around(application, spec, section, application.answers, facts, found),
    )


def _text(lines: Mapping[str, Line], field: Field) -> str:
    return lines[field.key].text if field.key in lines else ""


def lines_of(application: Application, section: Section, answers: Mapping[str, Any], facts: Facts) -> dict[str, Line]:
    """Return answers to a section as they are printed, by field; the other sections say what they say now."""
    others = {key: value for key, value in application.answers.items() if key not in {f.key for f in section.fields}}
    parts = read(queries.form(application), others | dict(answers), facts, language())
    return {line.key: line for part in parts if part.key == section.key for line in part.lines}
