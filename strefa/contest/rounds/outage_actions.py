"""The log of outages: what was down, from when to when, as staff write it down and everybody may read it."""

from dataclasses import dataclass
from datetime import datetime

from strefa.contest.people.models import Person
from strefa.contest.rounds import queries
from strefa.contest.rounds.models import Outage, Round
from strefa.infra.chance import public_id
from strefa.infra.database import db, lock
from strefa.infra.journal import record
from strefa.rules.own_words import blockers_of_words
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.text import normalised

LEAST_WORDS = 10  # characters of what was down
MOST_WORDS = 300


@dataclass(frozen=True)
class Down:
    """What was down, said in both languages, and when; no end as long as it lasts. A known key is told anew."""

    starts: datetime
    ends: datetime | None
    what: str
    what_en: str
    key: str = ""


def blockers_to_log(round_: Round, down: Down, now: datetime) -> list[Blocker]:
    """List what keeps an outage from being written down so."""
    blockers = []
    if down.key and queries.newest_outage(round_.id, down.key) is None:
        blockers.append(Blocker(Reason.ANSWER_NOT_OFFERED, "key"))
    if down.starts > now:
        blockers.append(Blocker(Reason.OUTAGE_AHEAD, "starts"))
    if down.ends is not None and down.ends <= down.starts:
        blockers.append(Blocker(Reason.OUTAGE_REVERSED, "ends"))
    if down.ends is not None and down.ends > now:
        blockers.append(Blocker(Reason.OUTAGE_AHEAD, "ends"))
    for at, text in (("what", down.what), ("what_en", down.what_en)):
        blockers += blockers_of_words(text, at, least=LEAST_WORDS, most=MOST_WORDS)
    return blockers


def log(round_: Round, down: Down, *, actor: Person, now: datetime) -> Outage:
    """Write an outage down, or what is known of one by now; earlier versions stay to be read.

    Raises:
        Refused: as listed by `blockers_to_log`.
    """
    lock(f"round:{round_.id}")
    if blockers := blockers_to_log(round_, down, now):
        raise Refused(*blockers)
    newest = queries.newest_outage(round_.id, down.key) if down.key else None
    said = " ".join(normalised(down.what).split()), " ".join(normalised(down.what_en).split())
    for known in [newest] if down.key else queries.outages_of(round_):
        if known and (known.starts_at, known.ends_at, known.what, known.what_en) == (down.starts, down.ends, *said):
            return known  # the same said twice
    outage = Outage(
        round_id=round_.id, key=newest.key if newest else public_id(), version=newest.version + 1 if newest else 1,
        starts_at=down.starts, ends_at=down.ends, what=said[0], what_en=said[1], logged_at=now, logged_by_id=actor.id,
    )  # fmt: skip
    db.session.add(outage)
    db.session.flush()
    record(
        "log_outage", f"round:{round_.slug}", actor=actor, now=now, round_id=round_.id, version=outage.version,
        begins=down.starts.isoformat(), ends=down.ends.isoformat() if down.ends else "", reason=outage.what,
    )  # fmt: skip
    return outage
