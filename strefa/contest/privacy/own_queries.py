"""What is stored of one person: the rows of each table that are hers, and the columns that her copy holds.

Never anything that she could not see: no marks of her application, no letter to somebody else, nobody's address.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from strefa.contest.applications.models import (
    Application,
    Attachment,
    Extension,
    PartialUpload,
    Presence,
    SectionAnswers,
    SectionHistory,
    Submission,
)
from strefa.contest.decisions.models import Decision, JuryVote, Proposal
from strefa.contest.jury.models import (
    Assignment,
    CardHistory,
    ImpartialityDeclaration,
    JuryMember,
    Mark,
    ScoreCard,
)
from strefa.contest.people.models import Invitation, Membership, Organisation, Person, RecoveryCode, RoundRole, SignIn
from strefa.contest.privacy.models import ClauseReading, DataExport, ErasureRequest, Retention
from strefa.contest.privacy.register import TABLES, copied
from strefa.contest.rounds.models import ClauseVersion, FormVersion, Round
from strefa.contest.screening.list_queries import known_to_applicant
from strefa.contest.screening.models import CorrectionRequest, FormalCheck, FormalVerdict
from strefa.infra.database import Base, db
from strefa.infra.files import Scan
from strefa.infra.jobs import Job, JobState
from strefa.infra.journal import Entry
from strefa.infra.messages import Message, Sending

Row = dict[str, Any]
Hers = Callable[[Person], ColumnElement[bool]]

OTHERS = frozenset({"email", "juror", "person"})
"""Details of the journal that name whom something was done to: in a copy only when it is oneself."""
NAMING = frozenset({"invite", "invite_again", "take_back"})
"""Deeds whose `name` is somebody else's."""


def _own_organisations(person: Person) -> Any:
    return select(Membership.organisation_id).where(Membership.person_id == person.id)


def _own_applications(person: Person) -> Any:
    """Select the applications she reads today: those of her organisations."""
    return select(Application.id).where(Application.organisation_id.in_(_own_organisations(person)))


def _own_cards(person: Person) -> Any:
    return (
        select(ScoreCard.id).join(Assignment, Assignment.id == ScoreCard.assignment_id).where(
            Assignment.juror_id == person.id
        )
    )  # fmt: skip


def _own_letters(person: Person) -> ColumnElement[bool]:
    to_her = and_(Message.person_id.is_(None), Message.to == person.email)
    return or_(Message.person_id == person.id, to_her)


def _own_entries(person: Person) -> ColumnElement[bool]:
    return or_(Entry.actor_id == person.id, Entry.subject == f"person:{person.public_id}")


OWN: Mapping[str, Hers] = {
    "people": lambda person: Person.id == person.id,
    "round_roles": lambda person: RoundRole.person_id == person.id,
    "sign_ins": lambda person: SignIn.person_id == person.id,
    "recovery_codes": lambda person: RecoveryCode.person_id == person.id,
    "memberships": lambda person: Membership.person_id == person.id,
    "invitations": lambda person: or_(Invitation.claimed_by_id == person.id, Invitation.email == person.email),
    "applications": lambda person: Application.organisation_id.in_(_own_organisations(person)),
    "section_answers": lambda person: or_(
        SectionAnswers.saved_by_id == person.id, SectionAnswers.application_id.in_(_own_applications(person))
    ),
    "section_history": lambda person: SectionHistory.saved_by_id == person.id,
    "presences": lambda person: Presence.person_id == person.id,
    "partial_uploads": lambda person: PartialUpload.person_id == person.id,
    "extensions": lambda person: Extension.made_by_id == person.id,
    "attachments": lambda person: Attachment.added_by_id == person.id,
    "submissions": lambda person: or_(
        Submission.sent_by_id == person.id, Submission.application_id.in_(_own_applications(person))
    ),
    "formal_verdicts": lambda person: FormalVerdict.decided_by_id == person.id,
    "formal_checks": lambda person: FormalCheck.decided_by_id == person.id,
    "correction_requests": lambda person: CorrectionRequest.sent_by_id == person.id,
    "jury_members": lambda person: JuryMember.person_id == person.id,
    "assignments": lambda person: Assignment.juror_id == person.id,
    "impartiality_declarations": lambda person: ImpartialityDeclaration.juror_id == person.id,
    "score_cards": lambda person: ScoreCard.id.in_(_own_cards(person)),
    "marks": lambda person: Mark.card_id.in_(_own_cards(person)),
    "card_history": lambda person: CardHistory.card_id.in_(_own_cards(person)),
    "jury_votes": lambda person: JuryVote.recorded_by_id == person.id,
    "proposals": lambda person: Proposal.proposed_by_id == person.id,
    "decisions": lambda person: and_(  # a resignation alone: what was decided is told by its letter
        Decision.resigned_at.is_not(None), Decision.application_id.in_(_own_applications(person))
    ),
    "clause_readings": lambda person: ClauseReading.person_id == person.id,
    "data_exports": lambda person: DataExport.person_id == person.id,
    "retentions": lambda person: Retention.held_by_id == person.id,
    "erasure_requests": lambda person: ErasureRequest.person_id == person.id,
    "journal": _own_entries,
    "messages": _own_letters,
}
"""Which rows of a table are a person's; a test holds it to the register."""


def own_rows(person: Person) -> dict[str, list[Row]]:
    """Return what is known of a person, by table: one statement each, and six for what they point to or may tell."""
    named = _names()
    shown = {table: [_shown(table, row, person, named) for row in _rows(table, person)] for table in OWN}
    return shown | {"applications": _as_far_as_told(shown["applications"], person)}


def _rows(table: str, person: Person) -> Sequence[Any]:
    core = Base.metadata.tables[table]
    wanted = [*copied()[table], *(("subject", "actor_id") if table == "journal" else ())]
    more = [core.c["values"]] if table == "messages" else []
    of_hers = select(*(core.c[name] for name in wanted), *more).where(OWN[table](person))
    return db.session.execute(of_hers.order_by(*core.primary_key.columns)).mappings().all()


def _as_far_as_told(shown: list[Row], person: Person) -> list[Row]:
    """Let her applications stand where their pages say they do: no copy tells sooner how the formal check ended."""
    mine = db.session.scalars(select(Application).where(OWN["applications"](person)).order_by(Application.id)).all()
    known = known_to_applicant(mine)
    return [row | {"status": known[one.id]} for row, one in zip(shown, mine, strict=True)]


POINTERS = {
    "application_id": "application", "organisation_id": "organisation", "round_id": "round", "clause_id": "clause",
}  # fmt: skip


def _names() -> dict[str, dict[int, str]]:
    """Return what ids stand for; asked of the tables whole, since a copy is made seldom."""
    applications = select(Application.id, Application.number, Application.title)
    clauses = select(ClauseVersion.id, ClauseVersion.audience, ClauseVersion.version, Round.name).join(
        Round, Round.id == ClauseVersion.round_id
    )
    return {
        "application_id": {row[0]: row[1] or row[2] or "–" for row in db.session.execute(applications)},
        "organisation_id": {row[0]: row[1] for row in db.session.execute(select(Organisation.id, Organisation.name))},
        "round_id": {row[0]: row[1] for row in db.session.execute(select(Round.id, Round.name))},
        "clause_id": {row[0]: f"{row[3]}, {row[1]}, {row[2]}" for row in db.session.execute(clauses)},
    }


def _shown(table: str, row: Any, person: Person, named: Mapping[str, Mapping[int, str]]) -> Row:
    """Return a row as her copy says it: names instead of ids, and nothing that opens a door or names somebody else."""
    shown = {name: row[name] for name in copied()[table]}
    if table == "journal":
        shown["details"] = _own_details(row, person)
    if table == "messages" and row["sending"] is not Sending.SENT and {"token", "code"} & row["values"].keys():
        shown["body"] = None
    return {POINTERS.get(name, name): _told(name, value, named) for name, value in shown.items()}


def _told(name: str, value: Any, named: Mapping[str, Mapping[int, str]]) -> Any:
    return named[name].get(value, "–") if name in POINTERS and value is not None else value


def _own_details(row: Any, person: Person) -> Row:
    details = row["details"] or {}
    hidden = OTHERS | ({"name"} if row["verb"] in NAMING else set())
    own = {person.email, person.public_id, person.name}
    return {key: value for key, value in details.items() if key not in hidden or value in own}


def forms_of(person: Person) -> dict[str, str]:
    """Return the labels of questions by their keys, of every form that her answers were given to."""
    ids = select(Application.form_version_id).where(Application.id.in_(_own_applications(person)))
    sent = select(Submission.form_version_id).where(OWN["submissions"](person))
    labels: dict[str, str] = {}
    for data in db.session.scalars(select(FormVersion.data).where(FormVersion.id.in_(ids.union(sent)))):
        for section in data["sections"]:
            labels |= {field["key"]: field["label"]["pl"] for field in section["fields"]}
    return labels


def files_of(person: Person, *, scanned: bool) -> list[tuple[str, str]]:
    """Return the files that she added, each once: hash and name; none in which a virus was found.

    Args:
        scanned: whether the instance has a virus scanner, so that nobody gets a file before it has spoken.
    """
    kept_back = {Scan.INFECTED, Scan.WAITING} if scanned else {Scan.INFECTED}
    hers = select(Attachment.sha256, Attachment.name).where(
        Attachment.added_by_id == person.id, Attachment.scan.not_in(kept_back)
    )
    rows = db.session.execute(hers.order_by(Attachment.id))
    return list({sha256: (sha256, name) for sha256, name in rows}.values())


def whose(table: str) -> str:
    """Return in a word whose the rows of a table are."""
    return TABLES[table].whose


_GIVEN_UP = (
    exists()
    .where(Job.kind == "own_data", Job.subject == DataExport.public_id, Job.state == JobState.FAILED)
    .correlate(DataExport)
)
"""That the worker could not make a copy: its owner asks anew."""


def exports_of(person: Person, now: datetime) -> Sequence[DataExport]:
    """List the copies that a person can fetch or waits for, the newest first."""
    mine = select(DataExport).where(DataExport.person_id == person.id)
    valid = mine.where(or_(DataExport.made_at.is_(None), DataExport.expires_at > now), ~_GIVEN_UP)
    return db.session.scalars(valid.order_by(DataExport.id.desc())).all()


def fetchable(export: DataExport, now: datetime) -> str | None:
    """Return the hash of a copy that can be fetched now; None when it is not made yet or its days are over."""
    return export.sha256 if export.expires_at is not None and export.expires_at > now else None


def export_by_public_id(public_id: str) -> DataExport | None:
    """Return a copy of somebody's data by its address id."""
    return db.session.scalar(select(DataExport).where(DataExport.public_id == public_id))
