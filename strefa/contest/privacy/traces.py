"""Finding a person's name and addresses in texts, and taking them out; not an action: its caller writes the journal."""

import json
import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, or_, select

from strefa.contest.applications.models import (
    Application,
    Attachment,
    Extension,
    PartialUpload,
    SectionAnswers,
    SectionHistory,
    Submission,
)
from strefa.contest.decisions.models import Decision
from strefa.contest.jury.models import Assignment, CardHistory, ImpartialityDeclaration, Mark, ScoreCard
from strefa.contest.people.models import Person
from strefa.contest.privacy.models import Retention
from strefa.contest.rounds.models import FormVersion
from strefa.contest.screening.models import CorrectionRequest, FormalCheck, FormalVerdict
from strefa.infra.database import db
from strefa.infra.journal import Entry
from strefa.infra.messages import Message
from strefa.rules.fields import Kind
from strefa.rules.formspec import FormSpec
from strefa.rules.text import collation_key

GONE = "[usunięto]"
SHORTEST_NAME = 4  # characters: a shorter one would be found in other words, too


def words_of(person: Person) -> list[str]:
    """Return what a person is found by: her name, earlier ones, her addresses; the longest first."""
    subject = f"person:{person.public_id}"
    renamed = db.session.scalars(select(Entry.details).where(Entry.subject == subject, Entry.verb == "rename"))
    names = {person.name, *(str(details["before"]) for details in renamed if details)}
    written = select(Message.to).where(Message.person_id == person.id).distinct()
    addresses = {person.email, *db.session.scalars(written)}
    kept = {name for name in names if len(name) >= SHORTEST_NAME} | {address for address in addresses if address}
    return sorted(kept, key=lambda word: (-len(word), word))


def without(value: Any, words: Collection[str]) -> Any:
    """Return a text, or data with texts, in which the words are taken out, written in any case."""
    if isinstance(value, dict):
        return {key: without(part, words) for key, part in value.items()}
    if isinstance(value, list):
        return [without(part, words) for part in value]
    if not isinstance(value, str):
        return value
    for word in words:
        value = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", GONE, value, flags=re.IGNORECASE)
    return value


def phones_of(spec: FormSpec, answers: dict[str, Any], words: Collection[str]) -> list[str]:
    """Return the telephone numbers that stand beside a person's name or address in the same section."""
    found = []
    for section in spec.sections:
        given = {field.key: answers.get(field.key) for field in section.fields}
        if without(given, words) != given:
            asked = (given[field.key] for field in section.fields if field.kind is Kind.PHONE)
            found += [number for number in asked if isinstance(number, str) and number]
    return found


def take_out(application: Application, words: Collection[str], now: datetime) -> None:
    """Take a person out of the texts of an application."""
    mine = application.id
    rows = db.session.scalars(select(SectionAnswers).where(SectionAnswers.application_id == mine)).all()
    history = db.session.scalars(select(SectionHistory).where(SectionHistory.application_id == mine)).all()
    submissions = db.session.scalars(select(Submission).where(Submission.application_id == mine)).all()
    spec = FormSpec.from_data(db.session.get_one(FormVersion, application.form_version_id).data)
    texts = [row.answers for row in (*rows, *history, *submissions)]
    words = [*words, *{number for answers in texts for number in phones_of(spec, answers, words)}]
    for row in (*rows, *history):
        _change(row, ("answers",), words)
    for file in db.session.scalars(select(Attachment).where(Attachment.application_id == mine)):
        _change(file, ("name",), words)
    for sent in submissions:
        if _change(sent, ("answers", "attachments"), words):
            sent.erased_at = now
    if _change(application, ("title", "applicant_name"), words):
        application.sort_key = collation_key(application.title)
    if application.contact_email and application.contact_email.lower() in {word.lower() for word in words}:
        application.contact_email = None
    _take_out_of_judgements(application, words)


def _take_out_of_judgements(application: Application, words: Collection[str]) -> None:
    """Take a person out of what staff and jurors wrote of an application."""
    mine = application.id
    cards = select(ScoreCard.id).join(Assignment).where(Assignment.application_id == mine)
    for table, condition, columns in (
        (PartialUpload, PartialUpload.application_id == mine, ("name",)),
        (
            CorrectionRequest,
            CorrectionRequest.application_id == mine,
            ("items", "extended_because", "cancelled_because"),
        ),
        (Extension, Extension.application_id == mine, ("reason",)),
        (FormalVerdict, FormalVerdict.application_id == mine, ("note",)),
        (FormalCheck, FormalCheck.application_id == mine, ("taken_back_reason",)),
        (ImpartialityDeclaration, ImpartialityDeclaration.application_id == mine, ("note",)),
        (ScoreCard, ScoreCard.id.in_(cards), ("reopened_reason",)),
        (Mark, Mark.card_id.in_(cards), ("justification",)),
        (CardHistory, CardHistory.card_id.in_(cards), ("marks",)),
        (Decision, Decision.application_id == mine, ("resigned_because",)),
        (Retention, Retention.application_id == mine, ("held_because",)),
    ):
        for row in db.session.scalars(select(table).where(condition)):
            _change(row, columns, words)


def take_out_of_unused_exceptions(words: Collection[str]) -> None:
    """Take a person out of why somebody was let in late who never began an application: no application leads there."""
    unused = select(Extension).where(Extension.organisation_id.is_not(None), Extension.application_id.is_(None))
    for row in db.session.scalars(unused):
        _change(row, ("reason",), words)


def _change(row: Any, columns: Iterable[str], words: Collection[str]) -> bool:
    changed = False
    for column in columns:
        value = getattr(row, column)
        said = without(value, words)
        if said != value:
            setattr(row, column, said)
            changed = True
    return changed


def take_out_of_letters(words: Collection[str]) -> list[str]:
    """Take a person out of letters to others that name her; returns what stands for them in names of files."""
    texts = (cast(Message.values, String), Message.subject, Message.body, Message.last_error)
    named = select(Message).where(or_(*(_holds(text, words) for text in texts)))
    keys = []
    for message in db.session.scalars(named).all():
        if _change(message, ("values", "subject", "body", "last_error"), words):
            keys.append(message.key)
    return keys


def entries_naming(words: Collection[str]) -> list[int]:
    """Return the places in the journal of entries whose details name a person, other people's deeds among them."""
    rows = db.session.execute(
        select(Entry.sequence, Entry.details).where(Entry.salt.is_not(None), _holds(cast(Entry.details, String), words))
    )
    return [sequence for sequence, details in rows if without(details, words) != details]


def _holds(column: Any, words: Collection[str]) -> Any:
    """Say in SQL that a text may hold one of the words; JSON writes letters beyond ASCII as codes.

    SQLite knows the case of ASCII letters alone, so a word is looked for as it is written, in capitals and in small ones.
    """
    written = {form for word in words for form in (word, word.upper(), word.lower())}
    wanted = {part for word in written for part in (word, json.dumps(word)[1:-1])}
    return or_(*(column.icontains(word, autoescape=True) for word in wanted))
