"""The worker: sends messages, makes papers, and takes up what a killed worker left.

Huey only wakes it. What there is to do stands in rows; each is taken under a lease, done with no
transaction open, and settled. Doing one twice does no harm.
"""

import logging
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask

from strefa import create_app
from strefa.contest.applications import presence_actions, queries, reminder_actions, reminder_queries
from strefa.contest.people.queries import by_public_id
from strefa.contest.privacy import (
    erasure_actions,
    erasure_queries,
    export_actions,
    retention_actions,
    retention_queries,
)
from strefa.contest.rounds.models import Round
from strefa.contest.screening import correction_actions, correction_queries
from strefa.infra import erased_list, files, jobs, logs, messages, private, queue
from strefa.infra.clock import now
from strefa.infra.database import db, reading_only, saving
from strefa.outputs import inspection, letters, own_data, papers

YIELDING = 10  # of 19: papers wait for people, and not people for papers
HOUR = 3600  # seconds
REMINDING = 300  # seconds
LOOKING = 300  # seconds
LAPSING = 60  # seconds

log = logging.getLogger("strefa.worker")

KINDS: dict[str, Callable[[str, datetime, dict[str, Any]], None]] = {
    "document": papers.make,
    "file": inspection.look,
    export_actions.JOB: own_data.make,
}
"""What makes each kind of job: called with the job's subject, the present moment and its values."""


_in_hand: set[int] = set()
"""Jobs that a thread of this process works on: when a demo's clock jumps, their leases end before their work does."""


def work_off(app: Flask) -> int:
    """Do everything that is due, until nothing is; returns how many jobs and messages were tried."""
    tried, post_works = 0, True
    with app.app_context():
        while tried < 100_000:
            done = _jobs_once()
            if post_works:
                written, post_works = _messages_once()
                done += written
            if not done:
                return tried
            tried += done
    return tried


def _jobs_once() -> int:
    moment = now()
    with reading_only():
        ids = jobs.due(moment)
    return sum([_run(job_id, moment) for job_id in ids])


def _run(job_id: int, moment: datetime) -> bool:
    """Try a job; returns whether it was this thread's to try."""
    with saving():
        job = jobs.take(job_id, now=moment) if job_id not in _in_hand else None
        if job is None:
            return False
        kind, subject, values = job.kind, job.subject, dict(job.values)
        _in_hand.add(job_id)
    try:
        _made(job_id, kind, subject, values, moment)
    finally:
        _in_hand.discard(job_id)
    return True


def _made(job_id: int, kind: str, subject: str, values: dict[str, Any], moment: datetime) -> None:
    error = ""
    try:
        KINDS[kind](subject, moment, values)
    except Exception as problem:  # one broken job must not stop the others; its row keeps the words
        log.exception("job %s %s failed", kind, subject)
        error = f"{type(problem).__name__}: {problem}"
    with saving():
        job = db.session.get(jobs.Job, job_id)
        if job is not None:
            jobs.settle(job, now=moment, error=error)


def _messages_once() -> tuple[int, bool]:
    """Send what is due; returns how many were tried and whether the mail server answered.

    A server that is down is asked by one message at a sweep, so that papers do not wait for it.
    """
    moment = now()
    with reading_only():
        ids = messages.due(moment)
    for tried, message_id in enumerate(ids, 1):
        if not letters.deliver(message_id, now=moment):
            return tried, False
    return len(ids), True


def at_most_every(seconds: float, do: Callable[[], None]) -> Callable[[], None]:
    """Return a call that does something, but nothing when it was called less than so many seconds ago."""
    due = 0.0

    def unless_just_done() -> None:
        nonlocal due
        if time.monotonic() >= due:
            due = time.monotonic() + seconds
            do()

    return unless_just_done


def tidying(app: Flask) -> Callable[[], None]:
    """Return a call that removes what broken uploads left behind, at most once an hour."""

    def tidy() -> None:
        with app.app_context():
            inspection.drop_abandoned(now())
            with reading_only():
                removed = files.sweep(datetime.now(UTC))  # ages of files: a demo's clock does not move them
        if removed:
            log.info("removed %s files that nobody refers to", removed)

    return at_most_every(HOUR, tidy)


def reminding(app: Flask) -> Callable[[], None]:
    """Return a call that reminds people of drafts before the close, asked at most every five minutes."""

    def remind() -> None:
        with app.app_context():
            remind_once()

    return at_most_every(REMINDING, remind)


def looking(app: Flask) -> Callable[[], None]:
    """Return a call that asks for a look at files that nobody looks at, at most every five minutes."""

    def look() -> None:
        with app.app_context():
            inspection.ask_once(now())

    return at_most_every(LOOKING, look)


def remind_once() -> int:
    """Send every reminder that is due; returns how many drafts were looked at."""
    moment = now()
    with reading_only():
        found = reminder_queries.due(moment)
    for public_id, hours in found:
        with saving(f"application:{public_id}"):
            application = queries.by_public_id(public_id)
            if application is not None:
                reminder_actions.remind(application, hours, now=moment)
    return len(found)


def lapsing(app: Flask) -> Callable[[], None]:
    """Return a call that leaves unconsidered what was not mended in time, asked at most every minute."""

    def lapse() -> None:
        with app.app_context():
            lapse_once()

    return at_most_every(LAPSING, lapse)


def lapse_once() -> int:
    """Leave unconsidered every application whose time for mending is over; returns how many were looked at."""
    moment = now()
    with reading_only():
        found = correction_queries.overdue(moment, correction_actions.PATIENCE)
    for public_id in found:
        with saving(f"application:{public_id}"):
            application = queries.by_public_id(public_id)
            if application is not None:
                correction_actions.leave_unconsidered(application, now=moment)
    return len(found)


def forms_once() -> int:
    """Ask for the empty form of each round that has none as its template stands; returns how many were asked for."""
    with reading_only():
        missing = papers.forms_to_ask()
    if missing:
        moment = now()
        with saving():
            for round_id, sha256 in missing.items():
                jobs.ask("document", f"empty_form:{round_id}", now=moment, template=sha256)
    return len(missing)


def keeping(app: Flask) -> Callable[[], None]:
    """Return a call that lets go of what is kept no longer, at most once an hour."""

    def keep() -> None:
        with app.app_context():
            keep_once()

    return at_most_every(HOUR, keep)


def keep_once() -> None:
    """Plan what goes from each round, erase what is due, sweep copies and presences; whoever was erased stays so."""
    moment = now()
    erase_listed()
    with reading_only():
        rounds = [round_.id for round_ in retention_queries.rounds_to_plan(moment)]
        due = retention_queries.due(moment)
    for round_id in rounds:
        with saving(f"retention:{round_id}"):
            retention_actions.plan(db.session.get_one(Round, round_id), now=moment)
    for public_id in due:
        with saving(f"application:{public_id}"):
            application = retention_queries.application(public_id)
            if application is not None:
                retention_actions.erase_content(application, now=moment)
    with saving():
        export_actions.sweep_exports(now=moment)
        presence_actions.sweep_presences(now=moment)


def erase_listed() -> int:
    """Forget anew whoever the list beside the database names and an older backup brought back; returns how many."""
    moment, found = now(), erased_list.read(erased_list.path())
    with reading_only():
        known = erasure_queries.erased()
    erased_list.merge(erased_list.path(), known)
    stored, again = {(one.kind, one.public_id) for one in known}, 0
    for one in found:
        if (one.kind, one.public_id) not in stored:
            with saving(f"{one.kind}:{one.public_id}"):
                again += _erased_again(one, moment)
    return again


def _erased_again(one: erased_list.Erased, moment: datetime) -> bool:
    if one.kind == "person":
        person = by_public_id(one.public_id)
        return person is not None and erasure_actions.erase_again(person, now=moment)
    application = retention_queries.application(one.public_id)
    return application is not None and retention_actions.erase_again(application, now=moment)


def main() -> None:
    """Work until SIGTERM or SIGINT."""
    private.for_good()
    os.nice(YIELDING)
    app = create_app()
    settings = app.config["SETTINGS"]
    logs.begin(settings.log_level)
    tidy, remind, look, keep = tidying(app), reminding(app), looking(app), keeping(app)
    lapse = lapsing(app)

    def work() -> None:
        remind()
        look()
        lapse()
        with app.app_context():
            forms_once()
        work_off(app)
        tidy()
        keep()

    queue.answer(settings, work)


if __name__ == "__main__":
    main()
