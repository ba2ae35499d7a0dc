"""Tables of rounds: the round, and the frozen versions of its form, rubric and rule set."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from strefa.infra.database import Base
from strefa.rules.privacy import Audience
from strefa.rules.words_of_round import Words


class Frozen:
    """A version that never changes: its data, and the SHA-256 of their canonical JSON."""

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]

    @declared_attr
    def round_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("rounds.id"), index=True)


class FormVersion(Frozen, Base):
    """The questions of an application, as people answered them."""

    __tablename__ = "form_versions"
    __table_args__ = (UniqueConstraint("round_id", "version"),)


class RubricVersion(Frozen, Base):
    """The criteria of the score card, as jurors used them."""

    __tablename__ = "rubric_versions"
    __table_args__ = (UniqueConstraint("round_id", "version"),)


class RuleSetVersion(Frozen, Base):
    """How marks become a list and a list becomes money; frozen before the first score."""

    __tablename__ = "rule_set_versions"
    __table_args__ = (UniqueConstraint("round_id", "version"),)


class ClauseVersion(Frozen, Base):
    """What people of one audience are told about their data: the paragraphs, in both languages."""

    __tablename__ = "clause_versions"
    __table_args__ = (UniqueConstraint("round_id", "audience", "version"),)

    audience: Mapped[str] = mapped_column(String(20))  # an Audience

    round: Mapped["Round"] = relationship(lazy="raise")

    @property
    def whom(self) -> Audience:
        """To whom it speaks."""
        return Audience(self.audience)

    def paragraphs(self, language: str) -> list[str]:
        """Return what the clause says in a language."""
        return [Words(**words).in_language(language) for words in self.data["paragraphs"]]


class Round(Base):
    """One edition of the contest. Moments are UTC and `closes_at` is exclusive."""

    __tablename__ = "rounds"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        CheckConstraint("pool > 0", name="pool_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    name_en: Mapped[str] = mapped_column(String(160))
    number_prefix: Mapped[str] = mapped_column(String(20), unique=True)  # "SE-2027"
    last_number: Mapped[int] = mapped_column(default=0)
    pool: Mapped[int] = mapped_column(BigInteger)  # grosze
    announced_at: Mapped[datetime]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    grace_seconds: Mapped[int] = mapped_column(default=0)
    template: Mapped[dict[str, Any]] = mapped_column(JSON)  # the whole round as data, what an export writes
    template_sha256: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(Text)  # the round as canonical YAML
    # The versions in force. No foreign keys: versions point to their round, and two tables that point
    # at each other cannot be created on SQLite.
    form_version_id: Mapped[int | None]
    rubric_version_id: Mapped[int | None]
    rule_set_version_id: Mapped[int | None]
    rules_frozen_at: Mapped[datetime | None]  # before the first score
    decided_at: Mapped[datetime | None]  # since when proposed decisions stand; None again when they are sent back
    results_published_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    extended_to: Mapped[list[str]] = mapped_column(JSON, default=list)  # where extensions moved a close, each in ISO

    form_version: Mapped[FormVersion | None] = relationship(
        primaryjoin="foreign(Round.form_version_id) == FormVersion.id", lazy="raise"
    )
    rubric_version: Mapped[RubricVersion | None] = relationship(
        primaryjoin="foreign(Round.rubric_version_id) == RubricVersion.id", lazy="raise"
    )
    rule_set_version: Mapped[RuleSetVersion | None] = relationship(
        primaryjoin="foreign(Round.rule_set_version_id) == RuleSetVersion.id", lazy="raise"
    )

    @property
    def round_id(self) -> int:
        """A round is its own round: the policy asks every subject for it."""
        return self.id


class RoundDocument(Base):
    """A paper the round publishes, such as its regulations: versioned, with hash and date."""

    __tablename__ = "round_documents"
    __table_args__ = (UniqueConstraint("round_id", "key", "version", name="uq_round_documents_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(10), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    key: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_files.sha256"))
    published_at: Mapped[datetime]


class Outage(Base):
    """A time in which something of ours was down, as staff log it; said anew, it is a new version of the same."""

    __tablename__ = "outages"
    __table_args__ = (
        UniqueConstraint("round_id", "key", "version", name="uq_outages_version"),
        CheckConstraint("ends_at IS NULL OR starts_at < ends_at", name="starts_before_it_ends"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    key: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]  # None: it lasts
    what: Mapped[str] = mapped_column(String(300))  # what was down and why, in Polish
    what_en: Mapped[str] = mapped_column(String(300))
    logged_at: Mapped[datetime]
    logged_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))


class Notice(Base):
    """A line that staff put at the top of every page, such as during an outage; taken down, it stays as a row."""

    __tablename__ = "notices"
    __table_args__ = (CheckConstraint("ends_at IS NULL OR starts_at < ends_at", name="starts_before_it_ends"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(10), unique=True)
    text: Mapped[str] = mapped_column(String(300))
    text_en: Mapped[str] = mapped_column(String(300))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]  # None: until somebody takes it down
    set_at: Mapped[datetime]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]
