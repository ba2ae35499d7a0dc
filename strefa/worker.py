"""The worker: sends messages, makes papers, and takes up what a killed worker left.

Huey only wakes it. What there is to do stands in rows; each is taken under a lease, done with no
transaction open, and settled. Doing one twice does no harm.
"""

import logging
import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask

from strefa import chores, create_app
from strefa.contest.privacy import export_actions
from strefa.infra import jobs, logs, messages, private, queue
from strefa.infra.clock import now
from strefa.infra.database import db, reading_only, saving
from strefa.outputs import inspection, letters, own_data, papers

YIELDING = 10  # of 19: papers wait for people, and not people for papers

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


def main() -> None:
    """Work until SIGTERM or SIGINT."""
    private.for_good()
    os.nice(YIELDING)
    app = create_app()
    settings = app.config["SETTINGS"]
    logs.begin(settings.log_level)
    ask, keep = chores.of(app, chores.ASKING), chores.of(app, chores.KEEPING)

    def work() -> None:
        ask()
        work_off(app)
        keep()

    queue.answer(settings, work)


if __name__ == "__main__":
    main()
