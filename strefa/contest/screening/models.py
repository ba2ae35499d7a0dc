"""Tables of the formal check."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strefa.contest.applications.models import Application
from strefa.infra.database import Base


class FormalVerdict(Base):
    """What staff say of one application and one formal criterion."""

    __tablename__ = "formal_verdicts"
    __table_args__ = (UniqueConstraint("application_id", "criterion", name="uq_formal_verdicts_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    criterion: Mapped[str] = mapped_column(String(10))  # "F4"
    passed: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(40), default="")  # from the round's list, when it failed
    note: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))


class FormalCheck(Base):
    """The outcome of an application's formal check; taken back with a reason, it is open again."""

    __tablename__ = "formal_checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), unique=True)
    passed: Mapped[bool | None]  # None: open, or taken back
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    taken_back_reason: Mapped[str] = mapped_column(Text, default="")
    # In a round where two people check: what the first one says until the second has confirmed it or sent it back;
    # of what was confirmed, who said it first and when.
    proposed: Mapped[bool | None]
    proposed_at: Mapped[datetime | None]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    application: Mapped[Application] = relationship(lazy="raise")


class CorrectionRequest(Base):
    """Which defects an applicant was asked to mend, and until when. `items` are `rules.corrections.Item` as data."""

    __tablename__ = "correction_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    days: Mapped[int]  # working days of the term, as the round says
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    first_deadline: Mapped[datetime]  # exclusive, as the request said
    deadline: Mapped[datetime]  # exclusive, extensions included
    extended_because: Mapped[str] = mapped_column(Text, default="")  # of the last extension
    lapsed_at: Mapped[datetime | None]  # not mended in time
    cancelled_at: Mapped[datetime | None]
    cancelled_because: Mapped[str] = mapped_column(Text, default="")


class FormalList(Base):
    """The results of the formal check as they were published: every row as it was told, whatever came after.

    `rows` hold number, applicant, title, voivodeship and status; `sha256` is of them as they were.
    """

    __tablename__ = "formal_lists"
    __table_args__ = (UniqueConstraint("round_id", "version", name="uq_formal_lists_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    version: Mapped[int]
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]
    published_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
