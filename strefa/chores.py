"""The worker's chores: what falls due by the clock alone, whoever is or is not there to ask for it.

Each looks for what is due and does it row by row, in a transaction of its own: a row that fails is told to the
log and stops nobody, and doing one twice does no harm.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from flask import Flask

from strefa.contest.applications import presence_actions, queries, reminder_actions, reminder_queries
from strefa.contest.applications.models import Application
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
from strefa.infra import erased_list, files, jobs
from strefa.infra.clock import now
from strefa.infra.database import db, reading_only, saving
from strefa.outputs import inspection, papers

log = logging.getLogger("strefa.chores")

One = TypeVar("One")


def of(app: Flask, chores: Iterable[tuple[float, Callable[[], object]]]) -> Callable[[], None]:
    """Return a call that does each chore, at most once in its seconds; one that fails stops none of the others."""
    kept = [at_most_every(seconds, do) for seconds, do in chores]

    def work() -> None:
        for do in kept:
            with app.app_context():
                each([do], lambda chore: chore())

    return work


def at_most_every(seconds: float, do: Callable[[], object]) -> Callable[[], None]:
    """Return a call that does something, but nothing when it was called less than so many seconds ago."""
    due = 0.0

    def unless_just_done() -> None:
        nonlocal due
        if time.monotonic() >= due:
            due = time.monotonic() + seconds
            do()

    return unless_just_done


def each(ones: Sequence[One], do: Callable[[One], object]) -> int:
    """Do something with each of the ones; whatever fails is told to the log. Returns how many there were."""
    for one in ones:
        try:
            do(one)
        except Exception:  # the row is still due: the next round tries it again
            log.exception("a chore failed")
    return len(ones)


def each_application(public_ids: Collection[str], do: Callable[[Application], object]) -> int:
    """Do something with each application, alone under its lock; one that is gone is passed by. Returns how many."""

    def under_its_lock(public_id: str) -> None:
        with saving(f"application:{public_id}"):
            application = queries.by_public_id(public_id)
            if application is not None:
                do(application)

    return each(list(public_ids), under_its_lock)


def tidy_once() -> None:
    """Remove what broken uploads left behind."""
    inspection.drop_abandoned(now())
    with reading_only():
        removed = files.sweep(datetime.now(UTC))  # ages of files: a demo's clock does not move them
    if removed:
        log.info("removed %s files that nobody refers to", removed)


def look_once() -> None:
    """Ask for a look at files that nobody looks at."""
    inspection.ask_once(now())


def remind_once() -> int:
    """Send every reminder of a draft before the close that is due; returns how many drafts were looked at."""
    moment = now()
    with reading_only():
        found = reminder_queries.due(moment)

    hours = dict(found)
    return each_application(hours, lambda one: reminder_actions.remind(one, hours[one.public_id], now=moment))


def lapse_once() -> int:
    """Leave unconsidered every application whose time for mending is over; returns how many were looked at."""
    moment = now()
    with reading_only():
        found = correction_queries.overdue(moment, correction_actions.PATIENCE)

    return each_application(found, lambda one: correction_actions.leave_unconsidered(one, now=moment))


def remind_of_corrections_once() -> int:
    """Remind every applicant whose time for mending is nearly over; returns how many were looked at."""
    moment = now()
    with reading_only():
        found = correction_queries.to_remind(moment)

    return each_application(found, lambda one: correction_actions.remind(one, now=moment))


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


def keep_once() -> None:
    """Plan what goes from each round, erase what is due, sweep copies and presences; whoever was erased stays so."""
    each([erase_listed, erase_due, sweep_once], lambda chore: chore())


def erase_due() -> None:
    """Plan what goes from each round and erase the content whose time has come."""
    moment = now()
    with reading_only():
        rounds = [round_.id for round_ in retention_queries.rounds_to_plan(moment)]
        due = retention_queries.due(moment)

    def plan(round_id: int) -> None:
        with saving(f"retention:{round_id}"):
            retention_actions.plan(db.session.get_one(Round, round_id), now=moment)

    def erase(public_id: str) -> None:
        with saving(f"application:{public_id}"):
            application = retention_queries.application(public_id)
            if application is not None:
                retention_actions.erase_content(application, now=moment)

    each(rounds, plan)
    each(due, erase)


def sweep_once() -> None:
    """Let go of copies of people's own data and of presences whose time is over."""
    moment = now()
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


MINUTE = 60  # seconds
HOUR = 3600  # seconds

ASKING = (
    (5 * MINUTE, remind_once), (5 * MINUTE, remind_of_corrections_once), (5 * MINUTE, look_once),
    (MINUTE, lapse_once), (0, forms_once),
)  # fmt: skip
"""What leaves letters, looks and papers to be made, and comes before them: seconds at least between two times."""

KEEPING = ((HOUR, tidy_once), (HOUR, keep_once))
"""What lets go of what is kept no longer, after them."""
