"""Asking applicants to mend defects: the request, more time, taking it back, and what was not mended in time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from strefa.contest.applications import unlocking
from strefa.contest.applications.letters import write_to_applicant
from strefa.contest.applications.models import Application
from strefa.contest.applications.queries import form
from strefa.contest.people.models import Person
from strefa.contest.rounds.queries import blockers_to_change, template_of
from strefa.contest.screening import correction_queries as queries
from strefa.contest.screening.actions import SHORTEST_REASON, blockers_of_time
from strefa.contest.screening.arriving_queries import PATIENCE
from strefa.contest.screening.models import CorrectionRequest
from strefa.contest.screening.queries import check_of
from strefa.infra import jobs
from strefa.infra.database import db
from strefa.infra.journal import record
from strefa.rules.corrections import SHORTEST_NOTE, Item, items_of, unlocked_by
from strefa.rules.fields import Field
from strefa.rules.lifecycle import Status, Step, after, steps_from
from strefa.rules.own_words import blockers_of_words
from strefa.rules.refusal import Blocker, Reason, Refused


def blockers_to_request(application: Application, now: datetime) -> list[Blocker]:
    """List what keeps an applicant from being asked anything, whatever it would be."""
    round_ = application.round
    blockers = [] if Step.REQUEST in steps_from(application.status) else [Blocker(Reason.WRONG_STATUS, Step.REQUEST)]
    blockers += blockers_of_time(application, now)
    most = template_of(round_).screening.most_requests
    if most == 0:
        blockers.append(Blocker(Reason.NO_REQUESTS_HERE))
    elif queries.asked_before(application) >= most:
        blockers.append(Blocker(Reason.REQUESTED_ENOUGH, "", {"most": most}))
    return blockers + blockers_to_change(round_)


def blockers_of_items(application: Application, items: Sequence[Item]) -> list[Blocker]:
    """List what a request lacks, item by item; `at` is the field, or "whole" for the application as a whole."""
    blockers = [] if items else [Blocker(Reason.NOTHING_TO_CORRECT)]
    allowed = queries.mendable(application)
    for item in items:
        at = item.field or "whole"
        if item.criterion not in allowed:
            blockers.append(Blocker(Reason.DEFECT_WITHOUT_CRITERION, at))
        if len(item.note.strip()) < SHORTEST_NOTE:
            blockers.append(Blocker(Reason.DEFECT_WITHOUT_WORDS, at, {"least": SHORTEST_NOTE}))
    return blockers


def request(application: Application, items: Sequence[Item], *, actor: Person, now: datetime) -> CorrectionRequest:
    """Ask the applicant to mend defects: the named fields open until the end of the term, everybody in it is told.

    Raises:
        Refused: it cannot be asked now, an item is incomplete, or its defect may not be mended in this round.
    """
    if blockers := [*blockers_to_request(application, now), *blockers_of_items(application, items)]:
        raise Refused(*blockers)
    until, fields = queries.deadline(application, now), unlocked_by(items)
    unlocking.open_fields(application, fields, until, actor=actor, now=now)
    asked = CorrectionRequest(
        application_id=application.id, items=[item.as_data() for item in items], sent_at=now, sent_by_id=actor.id,
        days=template_of(application.round).timetable.correction_days, first_deadline=until,
        deadline=until, extended_because="", cancelled_because="",
    )  # fmt: skip
    db.session.add(asked)
    if check := check_of(application):  # what somebody proposed was said of the version before
        check.proposed = check.proposed_at = check.proposed_by_id = None
    db.session.flush()
    criteria = list(dict.fromkeys(item.criterion for item in items))
    _recorded(
        "request_corrections", application, actor, now, fields=fields, criteria=criteria, deadline=until.isoformat()
    )
    jobs.ask("document", f"correction_request:{asked.id}", now=now)
    told = _told(application, asked.items)
    write_to_applicant("correction_request", application, now=now, deadline=until.isoformat(), items=told)
    return asked


def extend(application: Application, until: datetime, reason: str, *, actor: Person, now: datetime) -> None:
    """Give more time to mend, also when the time was over already; everybody in the application is told why.

    Raises:
        Refused: nothing is being mended, the new term is not later, or the reason is too short.
    """
    after(application.status, Step.EXTEND)
    asked = _standing(application)
    blockers = blockers_to_change(application.round)
    if until <= max(asked.deadline, now):
        blockers.append(Blocker(Reason.TERM_NOT_LATER, "until", {"closes": max(asked.deadline, now)}))
    if blockers := blockers + blockers_of_words(reason, least=SHORTEST_REASON):
        raise Refused(*blockers)
    unlocking.move_term(application, unlocked_by(queries.items_of(asked)), until)
    asked.deadline, asked.extended_because, asked.lapsed_at = until, reason.strip(), None
    _recorded("extend_corrections", application, actor, now, deadline=until.isoformat(), reason=reason.strip())
    write_to_applicant("corrections_extended", application, now=now, deadline=until.isoformat(), reason=reason.strip())


def cancel(application: Application, reason: str, *, actor: Person, now: datetime) -> None:
    """Take a request back: the application waits for its formal check again, as it was sent or mended last.

    Raises:
        Refused: nothing is being mended, or the reason is too short.
    """
    step = Step.CANCEL_ANOTHER if application.submissions[-1].corrects else Step.CANCEL
    after(application.status, step)
    asked = _standing(application)
    if blockers := blockers_to_change(application.round) + blockers_of_words(reason, least=SHORTEST_REASON):
        raise Refused(*blockers)
    unlocking.close_fields(application, step, actor=actor, now=now)
    asked.cancelled_at, asked.cancelled_because = now, reason.strip()
    _recorded("cancel_corrections", application, actor, now, reason=reason.strip())
    write_to_applicant("corrections_cancelled", application, now=now, reason=reason.strip())


def remind(application: Application, *, actor: None = None, now: datetime) -> None:
    """Remind everybody in the application of the term before it ends; once for each term, however often it is asked for.

    Nobody can decline it: it says when a right is lost, as the request did.
    """
    if not queries.to_remind(now, Application.id == application.id):
        return  # mended, extended or reminded since it was found
    asked, term = _standing(application), application.correct_by
    assert term is not None
    _recorded("remind_corrections", application, actor, now, deadline=term.isoformat())
    write_to_applicant(
        "corrections_reminder", application, now=now, deadline=term.isoformat(), items=_told(application, asked.items)
    )


def leave_unconsidered(application: Application, *, actor: None = None, now: datetime) -> None:
    """Leave unconsidered what was not mended in time; done once, however often it is asked for."""
    term = application.correct_by
    if application.status is not Status.CORRECTING or term is None or now < term + PATIENCE:
        return  # mended, extended or withdrawn since it was found
    asked = _standing(application)
    unlocking.close_fields(application, Step.LAPSE, actor=actor, now=now)
    asked.lapsed_at = now
    _recorded("leave_unconsidered", application, actor, now, deadline=term.isoformat())
    jobs.ask("document", f"unconsidered_letter:{asked.id}", now=now)
    write_to_applicant("unconsidered", application, now=now, deadline=term.isoformat())


def _told(application: Application, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what a letter says of each defect: where it is, and what is wrong."""
    places = {field.key: _place_of(field) for field in form(application).fields}
    return [{"place": places.get(item.field), "note": item.note.strip()} for item in items_of(items)]


def _place_of(field: Field) -> dict[str, str]:
    """Return what a letter calls a question, in each language: "E1. Zespół i role"."""
    return {code: f"{field.code}. {field.label.in_language(code)}" for code in ("pl", "en")}


def _standing(application: Application) -> CorrectionRequest:
    asked = queries.standing_request(application)
    assert asked is not None  # only a request brings an application to where it is being mended
    return asked


def _recorded(verb: str, application: Application, actor: Person | None, now: datetime, **details: Any) -> None:
    subject = f"application:{application.public_id}"
    record(verb, subject, actor=actor, now=now, round_id=application.round_id, **details)
