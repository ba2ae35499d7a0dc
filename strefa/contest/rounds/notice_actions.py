"""Setting a line at the top of every page, and taking it down."""

from datetime import datetime

from strefa.contest.people.models import Person
from strefa.contest.rounds import notice_queries
from strefa.contest.rounds.models import Notice
from strefa.infra.chance import public_id
from strefa.infra.database import db, lock
from strefa.infra.journal import record
from strefa.rules.own_words import blockers_of_words
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.text import normalised

LEAST, MOST = 10, 300  # characters of a line


def blockers_to_set(text: str, text_en: str, starts: datetime, ends: datetime | None, now: datetime) -> list[Blocker]:
    """List what keeps a line from being set so."""
    blockers = []
    if ends is not None and ends <= max(starts, now):
        blockers.append(Blocker(Reason.NOTICE_OVER, "ends"))
    for at, said in (("text", text), ("text_en", text_en)):
        blockers += blockers_of_words(said, at, least=LEAST, most=MOST)
    return blockers


def set_notice(
    text: str, text_en: str, starts: datetime, ends: datetime | None, *, actor: Person, now: datetime
) -> Notice:  # fmt: skip
    """Put a line at the top of every page, in both languages, from a moment on; one that stands already stays one.

    Raises:
        Refused: as listed by `blockers_to_set`.
    """
    lock("notices")
    if blockers := blockers_to_set(text, text_en, starts, ends, now):
        raise Refused(*blockers)
    said = " ".join(normalised(text).split()), " ".join(normalised(text_en).split())
    for known in notice_queries.not_over(now):
        if (known.text, known.text_en, known.ends_at) == (*said, ends) and known.starts_at <= starts:
            return known  # one that begins later does not stand yet
    notice = Notice(
        public_id=public_id(), text=said[0], text_en=said[1], starts_at=starts, ends_at=ends, set_at=now,
        set_by_id=actor.id,
    )  # fmt: skip
    db.session.add(notice)
    record(
        "set_notice", f"notice:{notice.public_id}", actor=actor, now=now, reason=notice.text,
        begins=starts.isoformat(), ends=ends.isoformat() if ends else "",
    )  # fmt: skip
    return notice


def end_notice(notice: Notice, *, actor: Person, now: datetime) -> None:
    """Take a line down; one that is down stays so."""
    if notice.ended_at is None:
        notice.ended_at = now
        record("end_notice", f"notice:{notice.public_id}", actor=actor, now=now, reason=notice.text)
