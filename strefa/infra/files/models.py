"""Tables of files and papers."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from strefa.infra.database import Base


class Scan(StrEnum):
    """What the virus scanner said of a file, when the instance has one."""

    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"


class StoredFile(Base):
    """A file's content, kept once however many times it was given."""

    __tablename__ = "stored_files"
    __table_args__ = (CheckConstraint("size > 0", name="not_empty"),)

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    created_at: Mapped[datetime]


class Document(Base):
    """A paper made by the worker: of which kind, about what, and where its bytes lie."""

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("kind", "subject", name="uq_documents_kind_subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))  # "receipt", "minutes", …
    subject: Mapped[str] = mapped_column(String(80))  # "submission:17"
    name: Mapped[str] = mapped_column(String(255))  # the name a download gets
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_files.sha256"))
    made_at: Mapped[datetime]


class Preview(Base):
    """A picture of what one sees of a content: 0 is the thumbnail, 1 and on its pages."""

    __tablename__ = "previews"
    __table_args__ = (UniqueConstraint("of_sha256", "page", name="uq_previews_page"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    of_sha256: Mapped[str] = mapped_column(ForeignKey("stored_files.sha256"))
    page: Mapped[int]
    pages: Mapped[int]  # how many the content has, drawn or not
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_files.sha256"))
    media_type: Mapped[str] = mapped_column(String(100))
