"""Tables of people: accounts, sign-ins, organisations, roles, invitations."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strefa.infra.database import Base
from strefa.rules.policy import OrganisationRole, Role


def _enum(kind: type) -> Enum:
    return Enum(kind, native_enum=False, length=20, values_callable=lambda members: [m.value for m in members])


class Person(Base):
    """Somebody with an account. Roles are asked per round; only administrator is global."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(10), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(120))
    sort_key: Mapped[str] = mapped_column(String(400), default="")
    search_key: Mapped[str] = mapped_column(String(600), default="")  # of name and address
    language: Mapped[str] = mapped_column(String(2), default="pl")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_administrator: Mapped[bool] = mapped_column(default=False)
    email_confirmed_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None]  # a code is good once
    devices_since: Mapped[datetime | None]  # a device remembered before this moment is a stranger again
    reminders_off_at: Mapped[datetime | None]  # since when she wants no reminders of drafts
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]  # since when the row is a pseudonym: what was done stays, who did it does not

    roles: Mapped[list["RoundRole"]] = relationship(back_populates="person", lazy="raise")
    memberships: Mapped[list["Membership"]] = relationship(back_populates="person", lazy="raise")

    # what flask-login asks of a user
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    def get_id(self) -> str:
        """Return who this is, for scripts that keep a person's unsent text apart from another's."""
        return self.public_id

    def roles_in(self, round_id: int) -> frozenset[Role]:
        """Return the roles this person holds in a round."""
        held = {role.role for role in self.roles if role.round_id == round_id and role.ended_at is None}
        return frozenset(held | ({Role.ADMINISTRATOR} if self.is_administrator else set()))

    def rounds_as(self, *roles: Role) -> frozenset[int]:
        """Return the ids of the rounds in which this person holds one of these roles."""
        return frozenset(role.round_id for role in self.roles if role.role in roles and role.ended_at is None)

    @property
    def roles_anywhere(self) -> frozenset[Role]:
        """The roles this person holds in any round."""
        held = {role.role for role in self.roles if role.ended_at is None}
        return frozenset(held | ({Role.ADMINISTRATOR} if self.is_administrator else set()))

    def role_in_organisation(self, organisation_id: int) -> frozenset[OrganisationRole]:
        """Return what this person may do in an organisation's applications."""
        return frozenset(m.role for m in self.memberships if m.organisation_id == organisation_id)


class RoundRole(Base):
    """A role in one round."""

    __tablename__ = "round_roles"
    __table_args__ = (UniqueConstraint("round_id", "person_id", "role", name="uq_round_roles_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[Role] = mapped_column(_enum(Role))
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(back_populates="roles", lazy="raise")


class SignIn(Base):
    """One open door: a random token in a cookie, its hash here, revocable one by one."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(10), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]  # brought up to date at POSTs only: no GET writes
    expires_at: Mapped[datetime]
    device_known_at: Mapped[datetime | None]  # when it was known that the device is hers
    code_sent_at: Mapped[datetime | None]  # when the code that proves it was made; the letter may go more than once
    second_factor_at: Mapped[datetime | None]
    shared_at: Mapped[datetime | None]  # when she said that others use this computer, too
    ended_at: Mapped[datetime | None]
    agent: Mapped[str] = mapped_column(String(200), default="")

    person: Mapped[Person] = relationship(lazy="raise")


class RecoveryCode(Base):
    """A code for the day the phone is lost; good once."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class Attempt(Base):
    """A try at signing in or at a code, counted before it is judged."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))  # SHA-256 of purpose and account, or of purpose and network address
    at: Mapped[datetime]


class Organisation(Base):
    """Who applies: a library, or an organisation with a library as partner."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[str] = mapped_column(String(600), default="")
    search_key: Mapped[str] = mapped_column(String(400), default="")
    founding_authority: Mapped[str] = mapped_column(String(200), default="")
    nip: Mapped[str | None] = mapped_column(String(10), index=True)  # not unique: branches share their organiser's
    regon: Mapped[str | None] = mapped_column(String(14))
    register: Mapped[str] = mapped_column(String(120), default="")  # RIK or KRS
    street: Mapped[str] = mapped_column(String(200), default="")
    postal_code: Mapped[str] = mapped_column(String(6), default="")
    town: Mapped[str] = mapped_column(String(120), default="")
    voivodeship: Mapped[str] = mapped_column(String(30), default="")
    teryt: Mapped[str] = mapped_column(String(7), default="", index=True)
    commune_kind: Mapped[str] = mapped_column(String(20), default="")
    population: Mapped[int | None]
    population_date: Mapped[date | None]
    edelivery: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="organisation", lazy="raise")


class Membership(Base):
    """A person's part in an organisation's applications."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("organisation_id", "person_id", "role", name="uq_memberships_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[OrganisationRole] = mapped_column(_enum(OrganisationRole))
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(back_populates="memberships", lazy="raise")
    person: Mapped[Person] = relationship(back_populates="memberships", lazy="raise")


class Invitation(Base):
    """A letter asking somebody to take a role; claimed by POST, never by opening a link."""

    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint("(round_id IS NULL) <> (organisation_id IS NULL)", name="one_place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(10), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120), default="")
    round_id: Mapped[int | None] = mapped_column(ForeignKey("rounds.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))  # a Role in a round, an OrganisationRole in an organisation
    background: Mapped[str] = mapped_column(String(20), default="")  # of a juror: librarian or other
    voivodeship: Mapped[str] = mapped_column(String(30), default="")  # of a juror
    affiliation: Mapped[str] = mapped_column(Text, default="")  # of a juror: her organisation's name
    commune: Mapped[str | None] = mapped_column(String(7))  # of a juror: TERYT of where she lives or works
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    invited_by: Mapped[Person | None] = relationship(foreign_keys=[invited_by_id], lazy="raise")
