"""Tables of decisions: the frozen ranking, what was proposed, approved and published."""

from collections import Counter
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Enum, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strefa.contest.applications.models import Application
from strefa.infra.database import Base


class Outcome(StrEnum):
    """What was decided about one application."""

    FUNDED = "funded"
    PARTIAL = "partial"
    RESERVE = "reserve"
    REFUSED = "refused"
    RESIGNED = "resigned"


class Ranking(Base):
    """A ranking as it was computed: inputs, rule set and result with their hashes; never rewritten."""

    __tablename__ = "rankings"
    __table_args__ = (UniqueConstraint("round_id", "version", name="uq_rankings_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    version: Mapped[int]
    method: Mapped[str] = mapped_column(String(20))
    rules_hash: Mapped[str] = mapped_column(String(64))
    input_hash: Mapped[str] = mapped_column(String(64))
    result_hash: Mapped[str] = mapped_column(String(64))
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))


class JuryVote(Base):
    """The jury's order of applications that the criteria left equal, as it stands in the minutes."""

    __tablename__ = "jury_votes"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    numbers: Mapped[list[str]] = mapped_column(JSON)  # application numbers in the jury's order
    note: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))


class Proposal(Base):
    """The decisions of a round as one paper: proposed by one person, approved by another, published."""

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint("published_at IS NULL OR approved_at IS NOT NULL", name="approved_before_published"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(10), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    ranking_id: Mapped[int] = mapped_column(ForeignKey("rankings.id"))
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    returned_at: Mapped[datetime | None]
    returned_because: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime | None]

    ranking: Mapped[Ranking] = relationship(lazy="raise")
    decisions: Mapped[list["Decision"]] = relationship(
        back_populates="proposal", lazy="raise", order_by="Decision.place"
    )

    @property
    def shared_ranks(self) -> frozenset[int]:
        """The ranks that several applications hold; needs `decisions` loaded."""
        holders = Counter(decision.rank for decision in self.decisions if decision.rank is not None)
        return frozenset(rank for rank, count in holders.items() if count > 1)


class Decision(Base):
    """What a proposal says of one application: outcome, amount, and the reason in one sentence's figures."""

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("proposal_id", "application_id", name="uq_decisions_once"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    place: Mapped[int]  # order on the list; ranks may be shared, places are not
    rank: Mapped[int | None]
    outcome: Mapped[Outcome] = mapped_column(
        Enum(Outcome, native_enum=False, length=20, values_callable=lambda e: [o.value for o in e])
    )
    amount: Mapped[int] = mapped_column(BigInteger, default=0)  # grosze
    reason: Mapped[str] = mapped_column(String(60))
    reason_values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    promoted_at: Mapped[datetime | None]
    resigned_at: Mapped[datetime | None]
    resigned_because: Mapped[str] = mapped_column(Text, default="")

    proposal: Mapped[Proposal] = relationship(back_populates="decisions", lazy="raise")
    application: Mapped[Application] = relationship(lazy="raise")

    @property
    def round_id(self) -> int:
        """The round it was taken in, which the policy asks for; needs `proposal` loaded."""
        return self.proposal.round_id
