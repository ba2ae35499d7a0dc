"""A round of any size, written straight into the tables of a new instance: for measuring only.

Everything else in Strefa goes through actions; nobody could wait here until ten thousand people have typed.
"""

import json
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert, select

from strefa.contest.applications import queries, shown
from strefa.contest.applications.models import Application, SectionAnswers, Submission
from strefa.contest.jury.models import Assignment, CardStatus, ImpartialityDeclaration, JuryMember, Mark, ScoreCard
from strefa.contest.people.models import Membership, Organisation, Person, RoundRole, SignIn
from strefa.contest.rounds import actions, template_file
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import template_of
from strefa.infra import migrations, security
from strefa.infra.database import db, saving
from strefa.infra.i18n import WARSAW
from strefa.rules.lifecycle import Status
from strefa.rules.numbering import public_id
from strefa.rules.policy import OrganisationRole, Role
from strefa.rules.text import collation_key, search_key
from tests.answers import COMPLETE

JURORS = 12
CARDS = 3  # submitted ones for each application
VOIVODESHIPS = ("lubelskie", "łódzkie", "mazowieckie", "podlaskie", "śląskie", "świętokrzyskie")
BATCH = 20_000  # rows
_DAY = re.compile(r"2027-\d{2}-\d{2}")
_OPENED = date(2027, 1, 31)  # this day of the default round becomes today


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in: the cookie her browser sends and the CSRF token of her forms."""

    cookie: str
    csrf_token: str


@dataclass(frozen=True)
class Seeded:
    """Who and what the measurements need: drafts and cards by address id, each with its person."""

    slug: str
    office: Visitor
    drafts: tuple[tuple[str, Visitor], ...]
    state: str  # of a draft, as the page from which it is sent carries it
    cards: tuple[tuple[str, Visitor], ...]
    criteria: tuple[str, ...]


def seed(app: Flask, applications: int, drafts: int = 0, cards: int = 0) -> Seeded:
    """Fill an empty instance.

    Args:
        applications: checked ones, each with three submitted cards.
        drafts: complete ones, each with a person and an organisation of its own.
        cards: assignments of one juror each, without a card.
    """
    with app.app_context():
        with db.engine.begin() as connection:
            migrations.upgrade(connection)
        with saving():
            round_ = _round(datetime.now(UTC))
            return _Field(app, round_, datetime.now(UTC)).filled(applications, drafts, cards)


def close_at(app: Flask, closes: datetime) -> None:
    """Let the call of the seeded round end at a whole minute."""
    source = moved(template_file.shipped("strefa-eksperymentu"))
    ends = f"{_OPENED + (datetime.now(UTC).date() - _OPENED) + timedelta(days=11)} 15:00"
    earlier = source.replace(ends, f"{closes.astimezone(WARSAW):%Y-%m-%d %H:%M}")
    template = template_file.load(earlier)
    with app.app_context(), saving():
        known = db.session.scalars(select(Round)).one()
        actions.load(template, earlier, actor=None, now=datetime.now(UTC))
        assert known.closes_at == closes


def moved(text: str) -> str:
    """Move every date of the default round so that its call is open today."""
    shift = datetime.now(UTC).date() - _OPENED
    return _DAY.sub(lambda day: str(date.fromisoformat(day[0]) + shift), text)


def answers() -> dict[str, Any]:
    """Return answers that may be sent today."""
    return json.loads(moved(json.dumps(COMPLETE)))


def _round(now: datetime) -> Round:
    source = moved(template_file.shipped("strefa-eksperymentu"))
    return actions.load(template_file.load(source), source, actor=None, now=now)


class _Field:
    """The rows being made; ids are counted here, so that every table is one insert."""

    def __init__(self, app: Flask, round_: Round, now: datetime) -> None:
        self._app, self._round, self._now, self._random = app, round_, now, Random(7)
        self._sections = [
            {"section": section.key, "answers": {f.key: given[f.key] for f in section.fields if f.key in given}}
            for given in [answers()]
            for section in template_of(round_).form.sections
        ]
        self._answers = {key: value for section in self._sections for key, value in section["answers"].items()}
        self._criteria = tuple(criterion.key for criterion in template_of(round_).scoring.criteria)
        self._people = 0

    def filled(self, applications: int, drafts: int, cards: int) -> Seeded:
        staff = self._person(Role.COORDINATOR)
        jurors = [self._person(Role.JUROR) for _ in range(JURORS)]
        _stored(JuryMember, ({"round_id": self._round.id, "person_id": juror, "background": "librarian",
                              "joined_at": self._now} for juror in jurors))  # fmt: skip
        authors = [self._person() for _ in range(drafts)]
        self._organisations(applications + cards + drafts, authors)
        sent = applications + cards
        self._round.last_number = sent
        _stored(Application, (self._application(number, authors) for number in range(1, sent + drafts + 1)))
        _stored(SectionAnswers, self._answered(sent + drafts, authors[0] if authors else staff))
        _stored(Submission, (self._submission(number, staff) for number in range(1, sent + 1)))
        self._cards(applications, jurors)
        given = self._waiting_cards(range(applications + 1, sent + 1), jurors)
        owners = [(self._id(sent + place), self._visitor(person)) for place, person in enumerate(authors, 1)]
        draft = queries.to_send(owners[0][0]) if owners else None
        read = shown.state(draft) if draft else ""
        return Seeded(self._round.slug, self._visitor(staff), tuple(owners), read, tuple(given), self._criteria)

    def _id(self, number: int) -> str:
        return f"a{number:09}"

    def _person(self, *roles: Role) -> int:
        self._people += 1
        name = f"Osoba {self._people}"
        person = Person(
            public_id=public_id(self._random), email=f"osoba{self._people}@bench.example", name=name,
            sort_key=collation_key(name), search_key=search_key(name), email_confirmed_at=self._now,
            created_at=self._now, totp_confirmed_at=self._now if roles else None,
        )  # fmt: skip
        db.session.add(person)
        db.session.flush()
        for role in roles:
            row = RoundRole(round_id=self._round.id, person_id=person.id, role=role, granted_at=self._now)
            db.session.add(row)
        return person.id

    def _visitor(self, person: int) -> Visitor:
        token, secret = secrets.token_hex(32), secrets.token_hex(20)
        far = self._now + timedelta(days=14)
        sign_in = SignIn(
            public_id=public_id(self._random), person_id=person, token_hash=security.token_hash(token),
            created_at=self._now, used_at=self._now, expires_at=far, device_known_at=self._now,
            second_factor_at=self._now,
        )  # fmt: skip
        db.session.add(sign_in)
        interface: Any = self._app.session_interface
        said = {"_user_id": token, "_fresh": True, "_permanent": True, "csrf_token": secret}
        cookie = f"{self._app.config['SESSION_COOKIE_NAME']}={interface.get_signing_serializer(self._app).dumps(said)}"
        signer = URLSafeTimedSerializer(self._app.config["SECRET_KEY"], salt="wtf-csrf-token")
        return Visitor(cookie, str(signer.dumps(secret)))

    def _organisations(self, count: int, authors: list[int]) -> None:
        _stored(Organisation, (
            {"public_id": f"o{number:09}", "name": f"Gminna Biblioteka Publiczna nr {number}",
             "sort_key": f"{number:06}", "voivodeship": VOIVODESHIPS[number % len(VOIVODESHIPS)],
             "created_at": self._now}
            for number in range(1, count + 1)
        ))  # fmt: skip
        first = count - len(authors) + 1
        _stored(Membership, (
            {"organisation_id": first + place, "person_id": person, "role": role, "created_at": self._now}
            for place, person in enumerate(authors)
            for role in (OrganisationRole.EDITOR, OrganisationRole.SIGNATORY)
        ))  # fmt: skip

    def _application(self, number: int, authors: list[int]) -> dict[str, Any]:
        draft = number > self._round.last_number
        title = f"Eksperyment {number}: biblioteka nocnych marków"
        return {
            "id": number, "public_id": self._id(number), "round_id": self._round.id, "organisation_id": number,
            "created_by_id": authors[number - self._round.last_number - 1] if draft else 1,
            "form_version_id": self._round.form_version_id,
            "number": None if draft else f"{self._round.number_prefix}-{number:05}",
            "status": Status.DRAFT if draft else Status.ELIGIBLE,
            "created_at": self._now, "submitted_at": None if draft else self._now,
            "title": title, "sort_key": f"{number:06}", "ask": 300_000 + self._random.randrange(200_000),
            "voivodeship": VOIVODESHIPS[number % len(VOIVODESHIPS)], "teryt": "0601012", "population": 9000,
            "category": "library", "applicant_name": f"Gminna Biblioteka Publiczna nr {number}",
        }  # fmt: skip

    def _answered(self, count: int, author: int) -> Iterator[dict[str, Any]]:
        said = {"revision": 1, "saved_at": self._now, "saved_by_id": author}
        return ({"application_id": number, **section, **said} for number in range(1, count + 1)
                for section in self._sections)  # fmt: skip

    def _submission(self, number: int, author: int) -> dict[str, Any]:
        return {
            "application_id": number, "version": 1, "form_version_id": self._round.form_version_id,
            "answers": self._answers, "attachments": [], "content_hash": f"{number:064x}", "sent_at": self._now,
            "sent_by_id": author,
        }  # fmt: skip

    def _cards(self, applications: int, jurors: list[int]) -> None:
        """Give each application three cards with marks of every criterion."""
        dealt = [
            (number, jurors[(number + place) % JURORS])
            for number in range(1, applications + 1)
            for place in range(CARDS)
        ]
        _stored(Assignment, (self._assignment(at, *pair) for at, pair in enumerate(dealt, 1)))
        _stored(ImpartialityDeclaration, (self._declaration(*pair) for pair in dealt))
        _stored(ScoreCard, (
            {"id": at, "assignment_id": at, "rubric_version_id": self._round.rubric_version_id,
             "status": CardStatus.SUBMITTED, "revision": 1, "saved_at": self._now, "submitted_at": self._now}
            for at in range(1, len(dealt) + 1)
        ))  # fmt: skip
        _stored(Mark, (
            {"card_id": at, "criterion": key, "score": Decimal(self._random.randrange(4, 11)) / 2,
             "justification": "Pomysł jest sprawdzalny, a porażka też czegoś nauczy. " * 3}
            for at in range(1, len(dealt) + 1)
            for key in self._criteria
        ))  # fmt: skip

    def _waiting_cards(self, numbers: Iterable[int], jurors: list[int]) -> Iterator[tuple[str, Visitor]]:
        first = (self._round.last_number - len(list(numbers))) * CARDS + 1
        dealt = [(number, jurors[place % JURORS]) for place, number in enumerate(numbers)]
        _stored(Assignment, (self._assignment(first + at, *pair) for at, pair in enumerate(dealt)))
        _stored(ImpartialityDeclaration, (self._declaration(*pair) for pair in dealt))
        return ((f"s{first + at:09}", self._visitor(juror)) for at, (_number, juror) in enumerate(dealt))

    def _assignment(self, at: int, number: int, juror: int) -> dict[str, Any]:
        return {"id": at, "public_id": f"s{at:09}", "round_id": self._round.id, "application_id": number,
                "juror_id": juror, "created_at": self._now}  # fmt: skip

    def _declaration(self, number: int, juror: int) -> dict[str, Any]:
        return {"application_id": number, "juror_id": juror, "impartial": True, "declared_at": self._now}


def _stored(table: Any, rows: Iterable[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            db.session.execute(insert(table), batch)
            batch = []
    if batch:
        db.session.execute(insert(table), batch)
