"""How the content of applications goes when its time is over: planned, shown, held back by staff, erased."""

from datetime import datetime

from strefa.contest.applications.models import Application
from strefa.contest.applications.queries import last_close
from strefa.contest.people.models import Person
from strefa.contest.privacy import retention_queries
from strefa.contest.privacy.content import erase_answers, erase_details
from strefa.contest.privacy.models import Retention
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import last_close_of
from strefa.infra import erased_list
from strefa.infra.database import db
from strefa.infra.journal import Entry, record
from strefa.rules.own_words import blockers_of_words
from strefa.rules.privacy import planned
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.text import normalised

LEAST_REASON = 5  # characters of why something is held back


def plan(round_: Round, *, actor: None = None, now: datetime) -> int:
    """Write down after which moment the content of each application of a round goes. Returns how many changed.

    Why somebody was let in late who then began nothing goes here, too, as soon as a draft of hers would.
    Staff see the rest from then on; nothing goes sooner, and nothing within two weeks of being shown for the first time.
    """
    applications = retention_queries.with_content(round_.id)
    funded, known = retention_queries.funded_among(applications), retention_queries.terms_of(applications)
    moved, calls_end = 0, last_close_of(round_)
    for one in applications:
        row = known.get(one.id)
        over = retention_queries.over(one, funded, max(last_close(one), calls_end))
        after = planned(over, row.erase_after if row else None, now)
        if after == (row.erase_after if row else None):
            continue
        if row is None:
            row = Retention(application_id=one.id)
            db.session.add(row)
        row.erase_after = after
        moved += 1
    _forget_unused_exceptions(round_, now)
    if moved:
        record("plan_retention", f"round:{round_.slug}", actor=actor, now=now, round_id=round_.id, applications=moved)
    return moved


def _forget_unused_exceptions(round_: Round, now: datetime) -> None:
    """Forget why somebody was let in late who began nothing: no application is there whose content it would go with."""
    for one in retention_queries.unused_exceptions_over(round_, now):
        one.reason = ""
    db.session.flush()
    erase_details(Entry.sequence.in_(retention_queries.exceptions_told(round_, now)))


def hold(application: Application, because: str, *, actor: Person, now: datetime) -> None:
    """Keep the content of an application from going, as long as a dispute lasts.

    Raises:
        Refused: no reason is given, or the content is gone.
    """
    because = normalised(because).strip()
    blockers = [Blocker(Reason.CONTENT_GONE)] if application.erased_at else []
    blockers += blockers_of_words(because, least=LEAST_REASON)
    if blockers:
        raise Refused(*blockers)
    row = retention_queries.of_application(application.id)
    if row is None:
        row = Retention(application_id=application.id)
        db.session.add(row)
    row.held_at, row.held_by_id, row.held_because = now, actor.id, because
    _recorded("hold_retention", application, actor, now, number=application.number or "", reason=because)


def release(application: Application, *, actor: Person, now: datetime) -> None:
    """Let the content of an application go when its time is over, and not sooner than staff have notice of it anew."""
    row = retention_queries.of_application(application.id)
    if row is None or row.held_at is None:
        return  # the button was pressed twice
    row.held_at, row.held_by_id, row.held_because = None, None, ""
    row.erase_after = planned(row.erase_after, None, now)
    _recorded("release_retention", application, actor, now, number=application.number or "")


def erase_content(application: Application, *, actor: Person | None = None, now: datetime) -> None:
    """Erase the answers, files and papers of an application whose time is over; done twice it changes nothing.

    Its number, sums, voivodeship and scores stay: statistics and the ranking are made of them.
    """
    row = retention_queries.of_application(application.id)
    is_due = row is not None and row.held_at is None and row.erase_after is not None and row.erase_after <= now
    if application.erased_at is not None or not is_due:
        return  # held back, or erased by another worker, since it was found
    kind = retention_queries.class_of(application, retention_queries.funded_among([application]))
    gone = erase_answers(application, now)
    erased_list.note_after_commit([], [application.public_id], now)
    details = {"number": application.number or "", "class": kind.value, "files": gone}
    _recorded("erase_content", application, actor, now, **details)


def erase_again(application: Application, *, actor: None = None, now: datetime) -> bool:
    """Erase content that was gone before a backup brought it back; says whether it had to be."""
    if application.erased_at is not None:
        return False
    gone = erase_answers(application, now)
    _recorded("erase_content", application, actor, now, number=application.number or "", files=gone)
    return True


def _recorded(verb: str, application: Application, actor: Person | None, now: datetime, **details: object) -> None:
    subject = f"application:{application.public_id}"
    record(verb, subject, actor=actor, now=now, round_id=application.round_id, **details)
