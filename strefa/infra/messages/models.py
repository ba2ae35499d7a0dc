"""The table of the outbox."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Enum, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from strefa.infra.database import Base

KEYS = frozenset({"token", "code"})
"""The values of a letter that let its reader in: a link's token, a code."""


class Sending(StrEnum):
    """How far a message is."""

    WAITING = "waiting"
    SENT = "sent"
    KEPT = "kept"  # no mail server was set: it can be read on a page and as a file, and goes when staff choose it
    FAILED = "failed"  # given up after many attempts, or refused for good


class Message(Base):
    """One letter to one person, rendered when it is sent, in the person's language."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(80), unique=True)  # the same at every attempt
    template: Mapped[str] = mapped_column(String(60))
    to: Mapped[str] = mapped_column(String(254), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    language: Mapped[str] = mapped_column(String(2), default="pl")
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("rounds.id"), index=True)
    created_at: Mapped[datetime]
    sending: Mapped[Sending] = mapped_column(
        Enum(Sending, native_enum=False, length=20, values_callable=lambda e: [s.value for s in e]),
        default=Sending.WAITING,
        index=True,
    )
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    subject: Mapped[str | None] = mapped_column(String(200))  # as rendered when sent
    body: Mapped[str | None] = mapped_column(Text)
    last_error: Mapped[str | None] = mapped_column(Text)

    @property
    def key(self) -> str:
        """What stands for this message in addresses and names of files."""
        return self.message_id.partition("@")[0]

    @property
    def opens_doors(self) -> bool:
        """Whether the letter holds what lets its reader in: a link, such as a new password's, or a code."""
        return not self.values.keys().isdisjoint(KEYS)
