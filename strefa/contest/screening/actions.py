"""The formal check: staff judge each criterion, and may take the outcome back with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from strefa.contest.applications.models import Application
from strefa.contest.applications.queries import accepted_until, is_open
from strefa.contest.people.models import Person
from strefa.contest.rounds.queries import blockers_to_change, template_of
from strefa.contest.screening import arriving_queries
from strefa.contest.screening.models import FormalCheck, FormalVerdict
from strefa.contest.screening.queries import check_of, verdicts
from strefa.infra import jobs
from strefa.infra.database import db
from strefa.infra.journal import record
from strefa.rules.formal_criteria import FormalCriterion
from strefa.rules.lifecycle import Step, after
from strefa.rules.own_words import blockers_of_words
from strefa.rules.refusal import Blocker, Reason, Refused

SHORTEST_REASON = 10  # characters of a reason in one's own words


@dataclass(frozen=True)
class Said:
    """What staff say of one criterion: passed or not, a reason from the list, words of their own."""

    passed: bool | None
    reason: str = ""
    note: str = ""


def blockers_of_time(application: Application, now: datetime) -> list[Blocker]:
    """List why nothing may be decided about an application yet: it may change, or a version sent in time may arrive."""
    if is_open(application, now):
        return [Blocker(Reason.CALL_STILL_OPEN, "", {"closes": accepted_until(application)})]
    until = arriving_queries.may_come_until(application, now)
    return [Blocker(Reason.MAY_STILL_ARRIVE, "", {"until": until})] if until else []


def blockers_to_decide(application: Application, said: Mapping[str, Said], now: datetime) -> list[Blocker]:
    """List what is missing before the formal check can be closed, criterion by criterion."""
    blockers = blockers_of_time(application, now)
    for criterion in template_of(application.round).formal_criteria:
        word = said.get(criterion.key, Said(None))
        if word.passed is None:
            blockers.append(Blocker(Reason.FORMAL_NOT_JUDGED, criterion.key, {"criterion": criterion.key}))
        elif not word.passed:
            blockers += _unexplained(criterion, word)
    return blockers


def _unexplained(criterion: FormalCriterion, word: Said) -> list[Blocker]:
    """List what a failure lacks: a reason from the list, words that say what it means here."""
    lacks = []
    if word.reason not in {reason.key for reason in criterion.reasons}:
        lacks.append(Blocker(Reason.FORMAL_WITHOUT_REASON, criterion.key, {"criterion": criterion.key}))
    if len(word.note.strip()) < SHORTEST_REASON:
        values = {"criterion": criterion.key, "least": SHORTEST_REASON}
        lacks.append(Blocker(Reason.FORMAL_WITHOUT_WORDS, criterion.key, values))
    return lacks


def decide(application: Application, said: Mapping[str, Said], *, actor: Person, now: datetime) -> bool:
    """Close the formal check: passed when every criterion is.

    In a round where two people check, what the first one says is only proposed; another closes the check by saying
    the same. Whoever says otherwise makes a new proposal, and nobody confirms her own.

    Returns:
        whether the application passes, as it is said now.

    Raises:
        Refused: the call is open, a version sent in time may still arrive, a criterion is not judged, or one failed without a reason or words of one's own.
    """
    passed = all(word.passed for word in said.values())
    status = after(application.status, Step.PASS if passed else Step.FAIL)
    if blockers := blockers_to_decide(application, said, now):
        raise Refused(*blockers)
    confirms = _confirms(application, said, actor)
    _keep(application, said, actor, now)
    check = check_of(application) or FormalCheck(application_id=application.id)
    db.session.add(check)
    failed = {key: word.reason for key, word in said.items() if not word.passed}
    if template_of(application.round).screening.two_people and not confirms:
        check.proposed, check.proposed_at, check.proposed_by_id = passed, now, actor.id
        _recorded("propose_formal_check", application, actor, now, passed=passed, failed=failed)
        return passed
    if not confirms:
        check.proposed_at = check.proposed_by_id = None
    check.proposed = None
    check.passed, check.decided_at, check.decided_by_id = passed, now, actor.id
    application.status = status
    _recorded("decide_formally", application, actor, now, passed=passed, failed=failed)
    jobs.ask("document", f"formal_card:{application.id}", now=now)
    return passed


def _confirms(application: Application, said: Mapping[str, Said], actor: Person) -> bool:
    """Say whether this is what somebody else proposed, criterion by criterion, with the same words."""
    check = check_of(application)
    if check is None or check.proposed is None or check.proposed_by_id == actor.id:
        return False
    known = verdicts(application)
    return known.keys() == said.keys() and all(
        (row.passed, row.reason, row.note) == (said[key].passed, "" if row.passed else said[key].reason, said[key].note)
        for key, row in known.items()
    )


def _keep(application: Application, said: Mapping[str, Said], actor: Person, now: datetime) -> None:
    """Write down what is said of each criterion, in place of what was said before."""
    db.session.execute(delete(FormalVerdict).where(FormalVerdict.application_id == application.id))
    for key, word in said.items():
        db.session.add(
            FormalVerdict(
                application_id=application.id, criterion=key, passed=bool(word.passed),
                reason="" if word.passed else word.reason, note=word.note, decided_at=now, decided_by_id=actor.id,
            )
        )  # fmt: skip


def take_back(application: Application, reason: str, *, actor: Person, now: datetime) -> None:
    """Open a closed formal check again; what was mended on request waits for it as mended.

    Raises:
        Refused: it is not closed, the reason is too short to tell anybody anything, or decisions stand.
    """
    mended = application.submissions[-1].corrects
    status = after(application.status, Step.TAKE_BACK_MENDED if mended else Step.TAKE_BACK)
    blockers = blockers_to_change(application.round)
    blockers += blockers_of_words(reason, least=SHORTEST_REASON)
    if blockers:
        raise Refused(*blockers)
    check = check_of(application) or FormalCheck(application_id=application.id)
    check.passed, check.decided_at, check.decided_by_id = None, None, None
    check.proposed_at = check.proposed_by_id = None
    check.taken_back_reason = reason.strip()
    db.session.add(check)
    application.status = status
    _recorded("take_back_formal_check", application, actor, now, reason=reason.strip())


def _recorded(verb: str, application: Application, actor: Person, now: datetime, **details: Any) -> None:
    subject = f"application:{application.public_id}"
    record(verb, subject, actor=actor, now=now, round_id=application.round_id, **details)
