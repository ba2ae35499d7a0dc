"""Tables of the jury: panel, impartiality, assignment, score cards."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Enum, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strefa.contest.applications.models import Application
from strefa.contest.people.models import Person
from strefa.contest.rounds.models import RubricVersion
from strefa.infra.database import Base


class AssignmentKind(StrEnum):
    """Why somebody was given an application to assess."""

    FIRST = "first"
    REPLACEMENT = "replacement"
    THIRD = "third"


class CardStatus(StrEnum):
    """Whether a score card counts."""

    DRAFT = "draft"
    SUBMITTED = "submitted"


DEALT_ANEW = "dealt_anew"  # why an assignment ended that a newer plan left out


def _enum(kind: type) -> Enum:
    return Enum(kind, native_enum=False, length=20, values_callable=lambda members: [m.value for m in members])


class JuryMember(Base):
    """A juror of one round, with what assignment asks about her."""

    __tablename__ = "jury_members"
    __table_args__ = (UniqueConstraint("round_id", "person_id", name="uq_jury_members_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    background: Mapped[str] = mapped_column(String(20))  # librarian or other: pairs are mixed
    voivodeship: Mapped[str] = mapped_column(String(30), default="")
    affiliation: Mapped[str] = mapped_column(String(200), default="")
    commune: Mapped[str | None] = mapped_column(String(7))  # TERYT: raises a question, never decides
    most_applications: Mapped[int | None]
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class AssignmentPlan(Base):
    """A proposed assignment: shown before it is applied, kept with its seed."""

    __tablename__ = "assignment_plans"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(10), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    seed: Mapped[int] = mapped_column(BigInteger)
    pairs: Mapped[list[list[int]]] = mapped_column(JSON)  # [application id, person id]
    shortages: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    input_hash: Mapped[str] = mapped_column(String(64))  # of panel, conflicts and applications it was made for
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    applied_at: Mapped[datetime | None]


class Assignment(Base):
    """One juror assesses one application. An ended one stays as a fact."""

    __tablename__ = "assignments"
    __table_args__ = (
        Index(
            "uq_assignments_open", "application_id", "juror_id", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(10), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    juror_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[AssignmentKind] = mapped_column(_enum(AssignmentKind), default=AssignmentKind.FIRST)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str] = mapped_column(String(40), default="")  # "recusal", …

    application: Mapped[Application] = relationship(lazy="raise")
    juror: Mapped[Person] = relationship(lazy="raise")
    card: Mapped["ScoreCard | None"] = relationship(back_populates="assignment", lazy="raise")
    declaration: Mapped["ImpartialityDeclaration | None"] = relationship(
        primaryjoin="and_(foreign(Assignment.application_id) == ImpartialityDeclaration.application_id,"
        " foreign(Assignment.juror_id) == ImpartialityDeclaration.juror_id)",
        viewonly=True,
        uselist=False,
        lazy="raise",
    )

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class ImpartialityDeclaration(Base):
    """What a juror declared about one application before its text opened."""

    __tablename__ = "impartiality_declarations"
    __table_args__ = (UniqueConstraint("application_id", "juror_id", name="uq_impartiality_declarations_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    juror_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    impartial: Mapped[bool]
    ground: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    declared_at: Mapped[datetime]


class ScoreCard(Base):
    """One juror's marks for one application; it counts only when submitted."""

    __tablename__ = "score_cards"
    __table_args__ = (
        CheckConstraint("(status = 'submitted') = (submitted_at IS NOT NULL)", name="submitted_has_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), unique=True)
    rubric_version_id: Mapped[int] = mapped_column(ForeignKey("rubric_versions.id"))
    status: Mapped[CardStatus] = mapped_column(_enum(CardStatus), default=CardStatus.DRAFT)
    revision: Mapped[int] = mapped_column(default=0)  # a stale save is refused, not merged over
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    reopened_reason: Mapped[str] = mapped_column(Text, default="")

    assignment: Mapped[Assignment] = relationship(back_populates="card", lazy="raise")
    rubric_version: Mapped[RubricVersion] = relationship(lazy="raise")
    marks: Mapped[list["Mark"]] = relationship(lazy="raise", cascade="all, delete-orphan")


class Mark(Base):
    """One criterion of one card. A blank score is None, never 0."""

    __tablename__ = "marks"
    __table_args__ = (UniqueConstraint("card_id", "criterion", name="uq_marks_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("score_cards.id"))
    criterion: Mapped[str] = mapped_column(String(40))
    score: Mapped[Decimal | None]
    justification: Mapped[str] = mapped_column(Text, default="")


class CardHistory(Base):
    """What a card said before a save changed it."""

    __tablename__ = "card_history"
    __table_args__ = (Index("ix_card_history_of", "card_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("score_cards.id"))
    revision: Mapped[int]
    marks: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime]
