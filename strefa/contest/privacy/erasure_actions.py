"""Being forgotten: asked for, withdrawn, refused, done. What a person did stays, under a pseudonym."""

from datetime import datetime

from sqlalchemy import String, cast, delete, or_, select, update

from strefa.contest.applications.models import Application, PartialUpload, Presence, SectionHistory
from strefa.contest.jury.models import Assignment, ImpartialityDeclaration, JuryMember, ScoreCard
from strefa.contest.people.models import Invitation, Membership, Person, RecoveryCode, RoundRole, SignIn
from strefa.contest.privacy import erasure_queries
from strefa.contest.privacy.content import drop_papers, erase_answers, erase_details, papers_of
from strefa.contest.privacy.models import ClauseReading, DataExport, ErasureRequest
from strefa.contest.privacy.traces import (
    entries_naming,
    take_out,
    take_out_of_letters,
    take_out_of_unused_exceptions,
    words_of,
)
from strefa.contest.screening.models import FormalCheck
from strefa.infra import erased_list, files, messages
from strefa.infra.chance import public_id
from strefa.infra.database import db
from strefa.infra.files import Document
from strefa.infra.journal import Entry, record
from strefa.infra.messages import Message
from strefa.rules.own_words import blockers_of_words
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.text import collation_key, normalised

LEAST_REASON = 5  # characters of why somebody is not forgotten
OWN_ROWS = (SignIn, RecoveryCode, Membership, PartialUpload, Presence, ClauseReading, DataExport)
"""Tables whose rows of a person go whole."""


def ask_erasure(person: Person, *, actor: Person, now: datetime) -> ErasureRequest:
    """Write down that a person wants to be forgotten; asking twice is asking once."""
    known = erasure_queries.open_request(person)
    if known is not None:
        return known
    request = ErasureRequest(public_id=public_id(), person_id=person.id, asked_at=now)
    db.session.add(request)
    record("ask_erasure", f"person:{person.public_id}", actor=actor, now=now)
    return request


def withdraw_erasure(request: ErasureRequest, *, actor: Person, now: datetime) -> None:
    """Take a request back.

    Raises:
        Refused: it was answered already.
    """
    _needs_open(request)
    request.withdrawn_at = now
    record("withdraw_erasure", f"person:{actor.public_id}", actor=actor, now=now)


def refuse_erasure(request: ErasureRequest, because: str, *, actor: Person, now: datetime) -> None:
    """Refuse a request with a reason, which the person is told in a letter.

    Raises:
        Refused: no reason is given, or it was answered already.
    """
    _needs_open(request)
    because = normalised(because).strip()
    if blockers := blockers_of_words(because, least=LEAST_REASON):
        raise Refused(*blockers)
    request.refused_at, request.refused_because, request.settled_by_id = now, because, actor.id
    messages.queue("erasure_refused", request.person, now=now, reason=because)
    record("refuse_erasure", f"person:{request.person.public_id}", actor=actor, now=now, reason=because)


def _needs_open(request: ErasureRequest) -> None:
    if not request.is_open:
        raise Refused(Blocker(Reason.NOT_REQUESTED))


def erase_person(person: Person, *, actor: Person, now: datetime) -> None:
    """Forget a person: her name, addresses, sign-ins, letters and the details of what was done to her.

    Raises:
        Refused: all that must be done first; nobody erases the account she is signed in with.
    """
    blockers = erasure_queries.blockers_to_erase(person)
    if person.id == actor.id:
        blockers.append(Blocker(Reason.NOT_ONESELF))
    if blockers:
        raise Refused(*blockers)
    _erase(person, now)
    record("erase_person", f"person:{person.public_id}", actor=actor, now=now)


def erase_again(person: Person, *, actor: None = None, now: datetime) -> bool:
    """Forget a person who was forgotten before a backup brought her back; says whether she had to be."""
    if person.erased_at is not None:
        return False
    _erase(person, now)
    record("erase_person", f"person:{person.public_id}", actor=actor, now=now)
    return True


def _erase(person: Person, now: datetime) -> None:
    words, effects = words_of(person), erasure_queries.effects(person)
    subject = f"person:{person.public_id}"
    for application in effects.redacted:
        take_out(application, words, now)
    take_out_of_unused_exceptions(words)
    db.session.execute(delete(SectionHistory).where(SectionHistory.saved_by_id == person.id))
    erase_details(Entry.subject == subject)
    erase_details(Entry.sequence.in_(entries_naming(words)))
    _erase_letters(person, words)
    hashes = _erase_rows(person) | _retired_papers(person, effects.redacted, now)
    emptied = [one.public_id for one in effects.emptied]
    _become_a_pseudonym(person, now)
    db.session.flush()
    for application in effects.emptied:
        erase_answers(application, now)
    files.forget(hashes)
    erased_list.note_after_commit([person.public_id], emptied, now)


def _erase_letters(person: Person, words: list[str]) -> None:
    """Delete the letters to a person, and take her out of those to others."""
    addresses = [word for word in words if "@" in word]
    hers = or_(Message.person_id == person.id, Message.to.in_(addresses))
    keys = [message_id.partition("@")[0] for message_id in db.session.scalars(select(Message.message_id).where(hers))]
    db.session.execute(delete(Message).where(hers))
    messages.unlink_after_commit([*keys, *take_out_of_letters(words)])


def _erase_rows(person: Person) -> set[str]:
    """Delete what is of a person alone; returns the hashes of her copies."""
    copies = select(DataExport.sha256).where(DataExport.person_id == person.id, DataExport.sha256.is_not(None))
    hashes = {sha256 for sha256 in db.session.scalars(copies) if sha256}
    for table in OWN_ROWS:
        db.session.execute(delete(table).where(table.person_id == person.id))
    invited = or_(Invitation.email == person.email, Invitation.claimed_by_id == person.id)
    db.session.execute(delete(Invitation).where(invited))
    declared = update(ImpartialityDeclaration).where(ImpartialityDeclaration.juror_id == person.id)
    db.session.execute(declared.values(note=""))
    on_panel = update(JuryMember).where(JuryMember.person_id == person.id)
    db.session.execute(on_panel.values(affiliation="", commune=None))
    return hashes


def _retired_papers(person: Person, redacted: list[Application], now: datetime) -> set[str]:
    """Have papers that bear her name made again with the pseudonym: of applications she is taken out of, and her cards.

    Those of applications that the law keeps as they are stay, and so do the minutes. Returns hashes of the old ones.
    """
    hashes: set[str] = set()
    for application in redacted:
        hashes |= drop_papers(papers_of(application), again=now)
    cards = select(cast(ScoreCard.id, String)).join(Assignment).where(Assignment.juror_id == person.id)
    checks = select(cast(FormalCheck.application_id, String)).where(FormalCheck.decided_by_id == person.id)
    for kind, subjects in (("score_card", cards), ("formal_card", checks)):
        hashes |= drop_papers((Document.kind == kind) & Document.subject.in_(subjects), again=now)
    return hashes


def _become_a_pseudonym(person: Person, now: datetime) -> None:
    """Leave of a person a row that says nobody: what she did points to it."""
    requests = update(ErasureRequest).where(ErasureRequest.person_id == person.id, ErasureRequest.done_at.is_(None))
    db.session.execute(requests.values(done_at=now, refused_because=""))
    ended = update(RoundRole).where(RoundRole.person_id == person.id, RoundRole.ended_at.is_(None))
    db.session.execute(ended.values(ended_at=now))
    person.name = pseudonym(person.public_id)
    person.email = f"{person.public_id}@usunieta.invalid"
    person.sort_key, person.search_key = collation_key(person.name), ""
    person.password_hash = person.totp_secret = person.totp_confirmed_at = person.totp_last_step = None
    person.email_confirmed_at = person.devices_since = person.reminders_off_at = None
    person.is_administrator, person.language = False, "pl"
    person.disabled_at = person.disabled_at or now
    person.erased_at = now


def pseudonym(public_id: str) -> str:
    """Return what somebody who was forgotten is called: the same always, and nobody's name."""
    return f"Osoba usunięta {public_id[:4]}"
