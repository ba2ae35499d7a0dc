"""Tables of privacy: who read which clause, copies of one's data, terms of keeping, requests to be forgotten."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strefa.contest.applications.models import Application
from strefa.contest.people.models import Person
from strefa.contest.rounds.models import ClauseVersion
from strefa.infra.database import Base


class ClauseReading(Base):
    """That a person has been shown a clause of a round in this version, and when she said so."""

    __tablename__ = "clause_readings"
    __table_args__ = (UniqueConstraint("person_id", "clause_id", name="uq_clause_readings_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    clause_id: Mapped[int] = mapped_column(ForeignKey("clause_versions.id"), index=True)
    read_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="raise")
    clause: Mapped[ClauseVersion] = relationship(lazy="raise")


class DataExport(Base):
    """A copy of all that is known of a person, made by the worker at her wish; hers alone, for some days."""

    __tablename__ = "data_exports"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(10), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_files.sha256"))  # None: not made yet, or swept
    size: Mapped[int | None] = mapped_column(BigInteger)  # bytes


class Retention(Base):
    """How long the content of an application stays: the day that staff were shown, and whether it is held back."""

    __tablename__ = "retentions"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), unique=True)
    erase_after: Mapped[datetime | None]  # nothing goes before it; None: no term runs
    held_at: Mapped[datetime | None]
    held_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    held_because: Mapped[str] = mapped_column(Text, default="")

    application: Mapped[Application] = relationship(lazy="raise")
    held_by: Mapped[Person | None] = relationship(lazy="raise")


class ErasureRequest(Base):
    """That a person wants to be forgotten, and what became of it."""

    __tablename__ = "erasure_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(10), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    refused_because: Mapped[str] = mapped_column(Text, default="")
    done_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")

    @property
    def is_open(self) -> bool:
        return self.withdrawn_at is None and self.refused_at is None and self.done_at is None
