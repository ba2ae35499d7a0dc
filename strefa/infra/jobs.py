"""Jobs: rows written in the transaction that needs them; the worker runs them under a lease.

Huey only wakes the worker. The row is the truth: a sweep takes up what a killed worker left, and
every job can be run twice without harm.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Enum, String, Text, UniqueConstraint, bindparam, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from strefa.infra.database import Base, after_commit, db

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 5

_wakers: list[Callable[[], None]] = []


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """Something to make or do after a transaction; one row for each kind and subject."""

    __tablename__ = "jobs"
    __table_args__ = (UniqueConstraint("kind", "subject", name="uq_jobs_kind_subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[JobState] = mapped_column(
        Enum(JobState, native_enum=False, length=20, values_callable=lambda e: [s.value for s in e]),
        default=JobState.WAITING,
        index=True,
    )
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)


# Built once: making such a statement anew costs more than running it, and every sending asks it twice.
_SAME = select(Job).where(Job.kind == bindparam("kind"), Job.subject == bindparam("subject"))


def when_woken(call: Callable[[], None]) -> None:
    """Have `call` called after each commit that left something to do (the worker's Huey queue)."""
    _wakers[:] = [call]


def wake_after_commit() -> None:
    """Wake the worker once the running transaction is stored; the sweep comes anyway."""
    calls = after_commit.get()
    if calls is not None and _wake not in calls:
        calls.append(_wake)


def _wake() -> None:
    for waker in _wakers:
        waker()


def ask(kind: str, subject: str, *, now: datetime, **values: Any) -> Job:
    """Ask for a job; asking again for the same kind and subject runs the same row again."""
    job = db.session.scalar(_SAME, {"kind": kind, "subject": subject})
    if job is None:
        job = Job(kind=kind, subject=subject, created_at=now)
        db.session.add(job)
    job.values, job.state, job.due_at = values, JobState.WAITING, now
    job.attempts, job.finished_at, job.last_error = 0, None, None
    wake_after_commit()
    return job


def due(now: datetime, limit: int = 20) -> list[int]:
    """List the ids of jobs to run now, oldest first; a look at a file after papers, for which people wait."""
    free = or_(Job.leased_until.is_(None), Job.leased_until < now)
    waiting = select(Job.id).where(Job.state == JobState.WAITING, Job.due_at <= now, free)
    return list(db.session.scalars(waiting.order_by(Job.kind == "file", Job.id).limit(limit)))


def take(job_id: int, *, now: datetime) -> Job | None:
    """Lease a job for one attempt, or None when another worker was faster."""
    job = db.session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None or job.state is not JobState.WAITING or (job.leased_until and job.leased_until >= now):
        return None
    job.leased_until = now + LEASE
    job.attempts += 1
    return job


def settle(job: Job, *, now: datetime, error: str = "") -> None:
    """Write what became of an attempt: done, again later, or failed for good."""
    job.leased_until = None
    if job.attempts == 0:
        return  # asked for again while it ran: what it made is old already
    job.last_error = error or None
    if not error:
        job.state, job.finished_at = JobState.DONE, now
    elif job.attempts >= MOST_ATTEMPTS:
        job.state, job.finished_at = JobState.FAILED, now
    else:
        job.due_at = now + timedelta(minutes=job.attempts)
