"""Reading the panel: its members with their loads, and what assignment asks of jurors and applications."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from strefa.contest.applications.models import Application
from strefa.contest.jury.models import (
    Assignment,
    AssignmentKind,
    CardStatus,
    ImpartialityDeclaration,
    JuryMember,
    ScoreCard,
)
from strefa.contest.people.models import Membership, Person
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import template_of
from strefa.infra.database import db
from strefa.rules.assignment import Pair, Plan, assign, excluding
from strefa.rules.conflicts import ApplicationFacts, Ground, JurorFacts, proposed
from strefa.rules.lifecycle import Status
from strefa.rules.scoring_rules import JuryRules


def members(round_id: int) -> Sequence[JuryMember]:
    """List a round's panel in the order of joining, with its people; those who left stand in it too."""
    return db.session.scalars(
        select(JuryMember)
        .options(joinedload(JuryMember.person))
        .where(JuryMember.round_id == round_id)
        .order_by(JuryMember.id)
    ).all()


def member_by_public_id(slug: str, public_id: str) -> JuryMember | None:
    """Return a round's juror by the round's address and her own."""
    return db.session.scalar(
        select(JuryMember)
        .join(JuryMember.person)
        .join(Round, Round.id == JuryMember.round_id)
        .options(joinedload(JuryMember.person))
        .where(Round.slug == slug, Person.public_id == public_id)
    )


@dataclass(frozen=True)
class Load:
    """How many applications a juror has now, and how many of their cards she has submitted."""

    open: int = 0
    submitted: int = 0


def loads(round_id: int, without: Collection[int] = ()) -> dict[int, Load]:
    """Return each juror's load by her id; assignments of applications no longer assessed are none.

    Args:
        without: ids of applications that impartiality keeps from whoever looks.
    """
    submitted = func.count().filter(ScoreCard.status == CardStatus.SUBMITTED)
    rows = db.session.execute(
        select(Assignment.juror_id, func.count(), submitted)
        .join(Application, Application.id == Assignment.application_id)
        .outerjoin(ScoreCard, ScoreCard.assignment_id == Assignment.id)
        .where(
            Assignment.round_id == round_id,
            Assignment.ended_at.is_(None),
            Application.status == Status.ELIGIBLE,
            Application.id.not_in(without),
        )
        .group_by(Assignment.juror_id)
    )
    return {juror_id: Load(count, done) for juror_id, count, done in rows}


PAIRS = ("declared", "begun", "standing", "thirds", "impartial")  # fields of a table


def kept(pairs: Iterable[Pair], barred: Collection[int]) -> frozenset[Pair]:
    """Return the pairs about applications that are not kept from whoever looks."""
    return frozenset(pair for pair in pairs if int(pair[0]) not in barred)


@dataclass(frozen=True)
class Table:
    """Everything that an assignment is made of: keys are ids as text.

    `begun` pairs stay whatever happens; `declared` ones must not be; `standing` ones are open now;
    `thirds` were called because of a divergence, and stay beside the rest; on `impartial` ones she has declared.
    `numbers` are the applications' own, by which people know them; nothing is dealt by those.
    """

    jurors: tuple[JurorFacts, ...]
    applications: tuple[ApplicationFacts, ...]
    rules: JuryRules
    declared: frozenset[Pair]
    begun: frozenset[Pair]
    standing: frozenset[Pair]
    thirds: frozenset[Pair]
    impartial: frozenset[Pair]
    numbers: Mapping[str, str]

    @cached_property
    def hash(self) -> str:
        """SHA-256 of all of it: a plan made for another table is stale."""
        facts = {
            "jurors": [_plain(asdict(juror)) for juror in self.jurors],
            "applications": [_plain(asdict(application)) for application in self.applications],
            "rules": asdict(self.rules),
            **{name: sorted(getattr(self, name)) for name in ("declared", "begun", "standing", "thirds")},
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def without(self, barred: Collection[int]) -> "Table":
        """Return it as somebody may see it whom impartiality keeps from the applications with these ids."""
        if not barred:
            return self
        known = tuple(one for one in self.applications if int(one.key) not in barred)
        pairs = {name: kept(getattr(self, name), barred) for name in PAIRS}
        return replace(self, applications=known, **pairs)

    def plan(self, seed: int, *, anew: bool = False) -> Plan:
        """Deal the applications; what somebody has begun stays, and third jurors count against no one else.

        Args:
            anew: also what nobody has begun is dealt again; without it only what is missing is added.
        """
        kept = self.begun if anew else self.begun | self._holding
        barred = self.declared | self.thirds
        return assign(self.jurors, self.applications, self.rules, seed=seed, kept=kept, declared=barred)

    @property
    def _holding(self) -> frozenset[Pair]:
        """Standing pairs against which nothing speaks: nobody whose list she has already is given another."""
        jurors = {juror.key: juror for juror in self.jurors}
        return frozenset(
            (application, juror)
            for application, juror in self.standing
            if application in self.by_key
            and juror in jurors
            and not excluding(jurors[juror], self.by_key[application], self.rules, self.declared)
        )

    @property
    def lacking(self) -> int:
        """How many applications have fewer jurors than they need."""
        readers = Counter(application for application, _juror in self.standing)
        return sum(readers[key] < self.rules.cards for key in self.by_key)

    def questions(self, pairs: Iterable[Pair]) -> dict[Pair, tuple[Ground, ...]]:
        """Return what jurors should be asked about the applications they are paired with; nobody has decided it.

        They stand by the application's number, then in the order of the panel.
        """
        jurors = {juror.key: juror for juror in self.jurors}
        places = {key: place for place, key in enumerate(jurors)}
        asked = {
            (application, juror): proposed(jurors[juror], self.by_key[application])
            for application, juror in sorted(
                pairs, key=lambda pair: (self.numbers.get(pair[0], ""), places.get(pair[1], 0))
            )
            if application in self.by_key and juror in jurors
        }
        return {pair: grounds for pair, grounds in asked.items() if grounds}

    @cached_property
    def by_key(self) -> dict[str, ApplicationFacts]:
        return {application.key: application for application in self.applications}


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: sorted(value) if isinstance(value, frozenset | set) else value for key, value in facts.items()}


def table(round_: Round) -> Table:
    """Gather what the assignment of a round asks: a fixed number of statements."""
    applications = db.session.scalars(
        select(Application)
        .where(Application.round_id == round_.id, Application.status == Status.ELIGIBLE)
        .order_by(Application.id)
    ).all()
    rows = db.session.execute(
        select(
            Assignment.application_id, Assignment.juror_id, Assignment.kind, Assignment.ended_because,
            Assignment.ended_at, ScoreCard.id,
        )
        .outerjoin(ScoreCard, ScoreCard.assignment_id == Assignment.id)
        .where(Assignment.round_id == round_.id)
        .order_by(Assignment.id)
    ).all()  # fmt: skip
    said = _declarations(round_.id)
    open_rows = [row for row in rows if row.ended_at is None]
    thirds = frozenset(pair_of(row) for row in open_rows if row.kind is AssignmentKind.THIRD)
    standing = frozenset(pair_of(row) for row in open_rows) - thirds
    recused = {pair_of(row) for row in rows if row.ended_because == "recusal"}
    return Table(
        jurors=_jurors(round_),
        applications=_facts(applications),
        rules=template_of(round_).scoring.jury,
        declared=frozenset(recused | {pair for pair, impartial in said.items() if not impartial}),
        begun=frozenset(pair_of(row) for row in open_rows if row[5] or said.get(pair_of(row))) & standing,
        standing=standing,
        thirds=thirds,
        impartial=frozenset(pair for pair, impartial in said.items() if impartial),
        numbers={str(one.id): one.number or "" for one in applications},
    )


def pair_of(row: Any) -> Pair:
    """Return application and juror of a row as keys of the table."""
    return str(row.application_id), str(row.juror_id)


def _declarations(round_id: int) -> dict[Pair, bool]:
    rows = db.session.execute(
        select(
            ImpartialityDeclaration.application_id, ImpartialityDeclaration.juror_id, ImpartialityDeclaration.impartial
        )
        .join(Application, Application.id == ImpartialityDeclaration.application_id)
        .where(Application.round_id == round_id)
    )
    return {pair_of(row): row.impartial for row in rows}


def _jurors(round_: Round) -> tuple[JurorFacts, ...]:
    """Return what is known of the panel's jurors; who left takes nothing more, but her cards stay."""
    panel = db.session.scalars(
        select(JuryMember)
        .options(joinedload(JuryMember.person).selectinload(Person.memberships).joinedload(Membership.organisation))
        .where(JuryMember.round_id == round_.id)
        .order_by(JuryMember.id)
    ).all()
    applying = set(
        db.session.scalars(
            select(Application.organisation_id).where(
                Application.round_id == round_.id, Application.number.is_not(None), Application.status != "withdrawn"
            )
        )
    )
    return tuple(_juror(member, applying) for member in panel)


def _juror(member: JuryMember, applying: Collection[int]) -> JurorFacts:
    organisations = [membership.organisation for membership in member.person.memberships]
    names = [member.affiliation, *(organisation.name for organisation in organisations)]
    return JurorFacts(
        key=str(member.person_id),
        librarian=member.background == "librarian",
        organisations=frozenset(str(organisation.id) for organisation in organisations),
        organisation_names=tuple(sorted({name for name in names if name})),
        voivodeship=member.voivodeship,
        commune=member.commune or next((each.teryt for each in organisations if each.teryt), ""),
        mail=member.person.email,
        limit=member.most_applications if member.left_at is None else 0,
        applies=any(organisation.id in applying for organisation in organisations),
    )


def _facts(applications: Sequence[Application]) -> tuple[ApplicationFacts, ...]:
    mails: dict[int, set[str]] = {}
    wanted = {application.organisation_id for application in applications}
    for organisation_id, mail in db.session.execute(
        select(Membership.organisation_id, Person.email)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id.in_(wanted))
    ):
        mails.setdefault(organisation_id, set()).add(mail)
    return tuple(
        ApplicationFacts(
            key=str(application.id),
            organisation=str(application.organisation_id),
            organisation_name=application.applicant_name,
            voivodeship=application.voivodeship,
            commune=application.teryt,
            mails=tuple(sorted(mails.get(application.organisation_id, ()))),
        )
        for application in applications
    )


def facts_of(application: Application) -> ApplicationFacts:
    """Return what assignment asks of one application."""
    return _facts([application])[0]


def questions(assignment: Assignment) -> tuple[Ground, ...]:
    """List what a juror should be asked about before she declares; the system never decides it alone."""
    member = db.session.scalar(
        select(JuryMember)
        .options(joinedload(JuryMember.person).selectinload(Person.memberships).joinedload(Membership.organisation))
        .where(JuryMember.round_id == assignment.round_id, JuryMember.person_id == assignment.juror_id)
    )
    return proposed(_juror(member, ()), facts_of(assignment.application)) if member else ()
