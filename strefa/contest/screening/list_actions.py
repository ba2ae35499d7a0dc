"""Publishing the results of the formal check: one list for everybody, and a letter to each applicant."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from strefa.contest.applications.letters import write_to_applicant
from strefa.contest.applications.models import Application
from strefa.contest.people.models import Person
from strefa.contest.rounds.models import Round
from strefa.contest.screening import arriving_queries
from strefa.contest.screening import list_queries as queries
from strefa.contest.screening.models import FormalList
from strefa.contest.screening.queries import unchecked
from strefa.infra import jobs
from strefa.infra.database import db
from strefa.infra.journal import record
from strefa.rules.lifecycle import Status
from strefa.rules.refusal import Blocker, Reason, Refused


def blockers_to_publish(round_: Round, ended: Sequence[Application], now: datetime) -> list[Blocker]:
    """List what keeps the results of the formal check from being published.

    Open checks, something sent in time that may still arrive, nothing to tell, nothing new.
    """
    blockers, rows = [], queries.rows_of(ended)
    if waiting := unchecked(round_):
        values = {"count": len(waiting), "numbers": ", ".join(waiting)}
        blockers.append(Blocker(Reason.CHECKS_MISSING, "", values))
    if until := arriving_queries.round_may_grow_until(round_, now):
        blockers.append(Blocker(Reason.MORE_MAY_ARRIVE, "", {"until": until}))
    newest = queries.newest_list(round_)
    if not rows:
        blockers.append(Blocker(Reason.FORMAL_LIST_EMPTY))
    elif newest and newest.rows == rows and not queries.untold(round_):
        blockers.append(Blocker(Reason.FORMAL_LIST_SAME, "", {"published": newest.published_at}))
    return blockers


def publish(round_: Round, *, actor: Person, now: datetime) -> FormalList:
    """Open the results of the formal check to everybody, and write to each applicant who has not been told.

    Published again after a check was taken back, the list is a new version; the one before stays as it was told.

    Raises:
        Refused: a check is open, something is being mended or may still arrive, or there is nothing new to tell.
    """
    ended = queries.ended(round_)
    if blockers := blockers_to_publish(round_, ended, now):
        raise Refused(*blockers)
    untold, newest, rows = queries.untold(round_), queries.newest_list(round_), queries.rows_of(ended)
    told = FormalList(
        round_id=round_.id, version=newest.version + 1 if newest else 1, rows=rows, sha256=_hash(rows),
        published_at=now, published_by_id=actor.id,
    )  # fmt: skip
    db.session.add(told)
    db.session.flush()
    record(
        "publish_formal_list", f"round:{round_.slug}", actor=actor, now=now, round_id=round_.id,
        version=told.version, count=len(untold), sha256=told.sha256,
    )  # fmt: skip
    jobs.ask("document", f"formal_list:{told.id}", now=now)
    for application in untold:
        _tell(application, now)
    return told


def _tell(application: Application, now: datetime) -> None:
    if application.status is Status.ELIGIBLE:
        write_to_applicant("formal_passed", application, now=now)
        return
    jobs.ask("document", f"formal_letter:{application.id}", now=now)
    write_to_applicant("formal_result", application, now=now)


def _hash(rows: list[dict[str, Any]]) -> str:
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
