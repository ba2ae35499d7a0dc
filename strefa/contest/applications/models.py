"""Tables of applications: answers, their history, attachments, and what was sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strefa.contest.people.models import Organisation, Person
from strefa.contest.rounds.models import FormVersion, Outage, Round
from strefa.contest.rounds.queries import template_of
from strefa.infra.database import Base
from strefa.infra.files import Scan
from strefa.rules.lifecycle import Status


class Application(Base):
    """One project asking for a grant in one round; an organisation owns it.

    Relationships are `lazy="raise"`: a query must say what it will need, so a page can never
    start a query from inside a template loop.
    """

    __tablename__ = "applications"
    __table_args__ = (
        CheckConstraint("(status = 'draft') = (number IS NULL)", name="sent_has_number"),
        Index("ix_applications_round_status", "round_id", "status"),  # counts
        Index("ix_applications_round_number", "round_id", "number"),  # a page of a list
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(10), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    form_version_id: Mapped[int] = mapped_column(ForeignKey("form_versions.id"))
    number: Mapped[str | None] = mapped_column(String(30), unique=True)  # given at the first send; text people quote
    status: Mapped[Status] = mapped_column(
        Enum(Status, native_enum=False, length=20, values_callable=lambda e: [s.value for s in e]),
        default=Status.DRAFT,
    )
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]  # of the version that counts
    late_attempt_at: Mapped[datetime | None]  # a send refused because the call was over
    reminded_hours: Mapped[int | None]  # which reminder went out last: as many hours before the close
    # What a correction request opens, set by screening: keys of fields ([] when the whole is only to be sent anew),
    # and the exclusive end of the term; both None unless the application is being corrected.
    unlocked: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    correct_by: Mapped[datetime | None]
    sign_asked_at: Mapped[datetime | None]  # when the signatories were last asked to read and send it
    late_until: Mapped[datetime | None]  # up to when it may be sent by exception, whatever the call's close
    close_moved_at: Mapped[datetime | None]  # when its close was moved last: reminders of the earlier one are over
    # Of the version that counts (of the draft before the first send): written at save and send, read by lists.
    title: Mapped[str] = mapped_column(String(400), default="")
    sort_key: Mapped[str] = mapped_column(String(1200), default="")
    ask: Mapped[int | None] = mapped_column(BigInteger)  # grosze
    accepts_from: Mapped[int | None] = mapped_column(BigInteger)  # grosze; None: only the whole sum
    voivodeship: Mapped[str] = mapped_column(String(30), default="")
    teryt: Mapped[str] = mapped_column(String(7), default="")
    population: Mapped[int | None]
    category: Mapped[str] = mapped_column(String(20), default="")  # the track: library or ngo
    applicant_name: Mapped[str] = mapped_column(String(400), default="")
    applicant_nip: Mapped[str | None] = mapped_column(String(10), index=True)
    contact_email: Mapped[str | None] = mapped_column(String(254))  # letters go there, too
    erased_at: Mapped[datetime | None]  # since when its answers and files are gone, because their time was over

    round: Mapped[Round] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    form_version: Mapped[FormVersion] = relationship(lazy="raise")
    sections: Mapped[list["SectionAnswers"]] = relationship(lazy="raise")
    attachments: Mapped[list["Attachment"]] = relationship(lazy="raise")
    submissions: Mapped[list["Submission"]] = relationship(lazy="raise", order_by="Submission.version")

    @property
    def answers(self) -> dict[str, Any]:
        """The answers as they stand now, field key to value; needs `sections` loaded."""
        return {key: value for section in self.sections for key, value in section.answers.items()}

    @property
    def lock_name(self) -> str:
        """What is locked while something is decided about this application; known from its address alone."""
        return f"application:{self.public_id}"

    @property
    def editors_may_send(self) -> bool:
        """Whether the round lets editors send, not signatories alone; needs `round` loaded."""
        return not template_of(self.round).frame.only_signatory_sends


class Extension(Base):
    """A later close, with its reason: for all (no organisation), or for one application of one organisation.

    `application_id` of an exception is empty as long as nobody has begun the application that it lets be begun.
    Rows are never changed but for that; a later extension stands beside an earlier one, and an exception that was
    taken back before it was used is in the journal alone.
    """

    __tablename__ = "extensions"
    __table_args__ = (
        CheckConstraint("application_id IS NULL OR organisation_id IS NOT NULL", name="one_of_an_organisation"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(10), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    outage_id: Mapped[int | None] = mapped_column(ForeignKey("outages.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"))
    before: Mapped[datetime]  # the close that it moved
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(400))
    reason_en: Mapped[str] = mapped_column(String(400), default="")  # of an extension for all: everybody reads it
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))

    outage: Mapped[Outage | None] = relationship(lazy="raise")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    application: Mapped[Application | None] = relationship(lazy="raise")
    made_by: Mapped[Person] = relationship(lazy="raise")


class SectionAnswers(Base):
    """The answers of one section. `revision` moves when the text does; a stale save is refused."""

    __tablename__ = "section_answers"
    __table_args__ = (UniqueConstraint("application_id", "section", name="uq_section_answers_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    section: Mapped[str] = mapped_column(String(20))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    revision: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime | None]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    saved_by: Mapped[Person | None] = relationship(lazy="raise")


class SectionHistory(Base):
    """What a section said before a save changed it, and what somebody could not save: nothing typed is ever lost."""

    __tablename__ = "section_history"
    __table_args__ = (Index("ix_section_history_of", "application_id", "section", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    section: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    # never the section's text: written over `revision`, and refused since another had been saved meanwhile
    lost: Mapped[bool] = mapped_column(default=False)


class Presence(Base):
    """Who has an application open, and in which section: a row for each person, good for a minute or so."""

    __tablename__ = "presences"
    __table_args__ = (UniqueConstraint("application_id", "person_id", name="uq_presences_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    section: Mapped[str] = mapped_column(String(20))
    seen_at: Mapped[datetime]


class Attachment(Base):
    """A file given with an application; the original name is data, the content lies under its hash."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(10), unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    field: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_files.sha256"))
    name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    removed_at: Mapped[datetime | None]
    active: Mapped[list[str]] = mapped_column(JSON, default=list)  # what in it would run by itself: "javascript"…
    scan: Mapped[Scan] = mapped_column(
        Enum(Scan, native_enum=False, length=20, values_callable=lambda e: [s.value for s in e]),
        default=Scan.WAITING,
    )
    virus: Mapped[str] = mapped_column(String(200), default="")  # as the scanner calls what it found


class PartialUpload(Base):
    """A file on its way in pieces. How much of it came is how long its file is; see `infra.files.partial`."""

    __tablename__ = "partial_uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(10), unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    field: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)  # bytes it will have when whole
    begun_at: Mapped[datetime]


class Submission(Base):
    """One sent version, frozen: answers, attachments, and the SHA-256 over both and the form."""

    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("application_id", "version", name="uq_submissions_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    version: Mapped[int]
    form_version_id: Mapped[int] = mapped_column(ForeignKey("form_versions.id"))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # public_id, field, name, size, media_type, sha256
    content_hash: Mapped[str] = mapped_column(String(64), index=True)
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]  # since when answers or names are gone from it: the hash is of what was sent
    corrects: Mapped[bool] = mapped_column(default=False)  # sent to mend defects, after the close

    form_version: Mapped[FormVersion] = relationship(lazy="raise")
    sent_by: Mapped[Person] = relationship(lazy="raise")
