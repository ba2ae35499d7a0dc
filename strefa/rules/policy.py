"""Who may do what: one table of permissions.

A permission lists ways to hold it; a way is a tuple of conditions that must all hold. Conditions
work on tables and on plain test objects alike; every list query has its SQL twin of these rules,
and a test holds the two together. The matrix of the handbook is printed from this table.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Protocol

from strefa.rules.lifecycle import SENT


class Role(StrEnum):
    """What somebody is in a round; only administrator is global."""

    APPLICANT = "applicant"
    JUROR = "juror"
    CHAIR = "chair"
    COORDINATOR = "coordinator"
    APPROVER = "approver"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class OrganisationRole(StrEnum):
    """What somebody does in an organisation's applications."""

    EDITOR = "editor"
    ACCOUNTANT = "accountant"  # budget only
    SIGNATORY = "signatory"  # may send
    READER = "reader"


SECOND_FACTOR_ROLES = frozenset({Role.JUROR, Role.CHAIR, Role.COORDINATOR, Role.APPROVER, Role.AUDITOR,
                                 Role.ADMINISTRATOR})  # fmt: skip


class Actor(Protocol):
    """A signed-in person, as far as permissions ask."""

    @property
    def id(self) -> Any: ...
    @property
    def roles_anywhere(self) -> frozenset[Role]: ...
    def roles_in(self, round_id: int) -> frozenset[Role]: ...
    def role_in_organisation(self, organisation_id: int) -> frozenset[OrganisationRole]: ...


class May(StrEnum):
    """A permission. What it is held over stands in brackets."""

    GIVE_LETTER_CODE = "give_letter_code"  # (nothing: every signed-in person, as long as she owes it)
    GIVE_SECOND_FACTOR = "give_second_factor"  # (nothing: every signed-in person, before the second step too)
    USE_ACCOUNT = "use_account"  # (nothing: every signed-in person)
    END_SIGN_IN = "end_sign_in"  # (sign-in)
    READ_CLAUSE = "read_clause"  # (version of a clause: its loader finds only those that speak to her)
    FETCH_EXPORT = "fetch_export"  # (copy of one's data)
    WITHDRAW_ERASURE = "withdraw_erasure"  # (request to be forgotten)
    MANAGE_PEOPLE = "manage_people"  # (nothing)
    CREATE_ROUND = "create_round"  # (nothing)
    SET_NOTICE = "set_notice"  # (nothing, or a notice)
    SEE_MESSAGES = "see_messages"  # (nothing)
    READ_MESSAGE = "read_message"  # (message)
    SEND_MESSAGE_AGAIN = "send_message_again"  # (message)
    # a librarian's desk
    READ_ORGANISATION = "read_organisation"  # (organisation)
    MANAGE_ORGANISATION = "manage_organisation"  # (organisation)
    MANAGE_MEMBERSHIP = "manage_membership"  # (membership)
    TAKE_INVITATION_BACK = "take_invitation_back"  # (invitation)
    SEND_INVITATION_AGAIN = "send_invitation_again"  # (invitation)
    APPLY = "apply"  # (round)
    READ_OWN_APPLICATION = "read_own_application"  # (application)
    WRITE_APPLICATION = "write_application"  # (application)
    TAKE_OVER_ANSWERS = "take_over_answers"  # (application)
    DISCARD_APPLICATION = "discard_application"  # (application)
    SEND_APPLICATION = "send_application"  # (application)
    REOPEN_APPLICATION = "reopen_application"  # (application)
    # a juror's desk
    SEE_JURY_DESK = "see_jury_desk"  # (nothing)
    DECLARE_IMPARTIALITY = "declare_impartiality"  # (assignment)
    ASSESS = "assess"  # (assignment)
    # the office
    SEE_OFFICE = "see_office"  # (nothing)
    SEE_ROUND_OFFICE = "see_round_office"  # (round)
    MANAGE_ROUND = "manage_round"  # (round)
    SEE_TEAM = "see_team"  # (round)
    MANAGE_TEAM = "manage_team"  # (round)
    LIST_SENT_APPLICATIONS = "list_sent_applications"  # (round)
    READ_SENT_APPLICATION = "read_sent_application"  # (application)
    CHECK_FORMALLY = "check_formally"  # (application)
    SEE_JURY = "see_jury"  # (round)
    MANAGE_JURY = "manage_jury"  # (round)
    REOPEN_CARD = "reopen_card"  # (assignment)
    SEE_SCORES = "see_scores"  # (round)
    RECORD_VOTE = "record_vote"  # (round)
    PROPOSE_DECISIONS = "propose_decisions"  # (round)
    APPROVE_DECISIONS = "approve_decisions"  # (proposal)
    PUBLISH_DECISIONS = "publish_decisions"  # (proposal)
    MANAGE_AWARDS = "manage_awards"  # (decision)
    SEE_PAPERS = "see_papers"  # (round)
    READ_JOURNAL = "read_journal"  # (round)
    SEE_PRIVACY = "see_privacy"  # (round)
    HOLD_RETENTION = "hold_retention"  # (application)


Condition = Callable[[Actor, Any], bool]


def in_round(*roles: Role) -> Condition:
    """Hold one of these roles in the subject's round."""

    def holds(actor: Actor, subject: Any) -> bool:
        return not actor.roles_in(subject.round_id).isdisjoint(roles)

    return holds


def anywhere(*roles: Role) -> Condition:
    """Hold one of these roles in some round, or as administrator."""

    def holds(actor: Actor, subject: Any) -> bool:
        return not actor.roles_anywhere.isdisjoint(roles)

    return holds


def in_organisation(*roles: OrganisationRole) -> Condition:
    """Hold one of these roles in the organisation that owns the subject."""

    def holds(actor: Actor, subject: Any) -> bool:
        return not actor.role_in_organisation(subject.organisation_id).isdisjoint(roles)

    return holds


def signed_in(actor: Actor, subject: Any) -> bool:
    return True


def own(actor: Actor, thing: Any) -> bool:
    return thing.person_id == actor.id


def editors_may_send(actor: Actor, application: Any) -> bool:
    return application.editors_may_send


def belongs(actor: Actor, organisation: Any) -> bool:
    return bool(actor.role_in_organisation(organisation.id))


def member(actor: Actor, organisation: Any) -> bool:
    return OrganisationRole.EDITOR in actor.role_in_organisation(organisation.id)


def sent(actor: Actor, application: Any) -> bool:
    return application.status in SENT or application.number is not None


def stands(actor: Actor, application: Any) -> bool:
    """A draft whose content is gone, thrown away or after its time, is nobody's any more."""
    return application.erased_at is None or application.number is not None


def no_juror_here(actor: Actor, round_: Any) -> bool:
    return Role.JUROR not in actor.roles_in(round_.round_id)


def own_assignment(actor: Actor, assignment: Any) -> bool:
    return assignment.juror_id == actor.id and assignment.is_open


def declared_impartial(actor: Actor, assignment: Any) -> bool:
    return assignment.declaration is not None and bool(assignment.declaration.impartial)


def of_no_round(actor: Actor, message: Any) -> bool:
    return message.round_id is None


def not_proposer(actor: Actor, proposal: Any) -> bool:
    return proposal.proposed_by_id != actor.id


E, A, S, R = OrganisationRole.EDITOR, OrganisationRole.ACCOUNTANT, OrganisationRole.SIGNATORY, OrganisationRole.READER
STAFF = in_round(Role.COORDINATOR)
SCORE_READERS = in_round(Role.COORDINATOR, Role.CHAIR, Role.APPROVER, Role.AUDITOR)

WAYS: Mapping[May, tuple[tuple[Condition, ...], ...]] = {
    May.GIVE_LETTER_CODE: ((signed_in,),),
    May.GIVE_SECOND_FACTOR: ((signed_in,),),
    May.USE_ACCOUNT: ((signed_in,),),
    May.END_SIGN_IN: ((own,),),
    May.READ_CLAUSE: ((signed_in,),),
    May.FETCH_EXPORT: ((own,),),
    May.WITHDRAW_ERASURE: ((own,),),
    May.MANAGE_PEOPLE: ((anywhere(Role.ADMINISTRATOR),),),
    May.CREATE_ROUND: ((anywhere(Role.ADMINISTRATOR, Role.COORDINATOR),),),
    May.SET_NOTICE: ((anywhere(Role.ADMINISTRATOR, Role.COORDINATOR),),),
    May.SEE_MESSAGES: ((anywhere(Role.ADMINISTRATOR, Role.COORDINATOR, Role.AUDITOR),),),
    May.READ_MESSAGE: (
        (anywhere(Role.ADMINISTRATOR),),
        (in_round(Role.COORDINATOR, Role.AUDITOR),),
        (of_no_round, anywhere(Role.COORDINATOR, Role.AUDITOR)),
    ),
    May.SEND_MESSAGE_AGAIN: (
        (anywhere(Role.ADMINISTRATOR),),
        (STAFF,),
        (of_no_round, anywhere(Role.COORDINATOR)),
    ),
    May.READ_ORGANISATION: ((belongs,),),
    May.MANAGE_ORGANISATION: ((member,),),
    May.MANAGE_MEMBERSHIP: ((in_organisation(E),),),
    May.TAKE_INVITATION_BACK: ((in_organisation(E),), (STAFF,)),
    May.SEND_INVITATION_AGAIN: ((in_organisation(E),),),
    May.APPLY: ((no_juror_here,),),
    May.READ_OWN_APPLICATION: ((in_organisation(E, A, S, R), stands),),
    May.WRITE_APPLICATION: ((in_organisation(E, A, S), stands, no_juror_here),),  # which sections, the action judges
    May.TAKE_OVER_ANSWERS: ((in_organisation(E), stands),),
    May.DISCARD_APPLICATION: ((in_organisation(E), no_juror_here),),  # also when it is done: the button pressed twice
    May.REOPEN_APPLICATION: ((in_organisation(E, S), no_juror_here),),
    May.SEND_APPLICATION: (
        (in_organisation(S), stands, no_juror_here),
        (in_organisation(E), editors_may_send, stands, no_juror_here),
    ),
    May.SEE_JURY_DESK: ((anywhere(Role.JUROR),),),
    May.DECLARE_IMPARTIALITY: ((in_round(Role.JUROR), own_assignment),),
    May.ASSESS: ((in_round(Role.JUROR), own_assignment, declared_impartial),),
    May.SEE_OFFICE: ((anywhere(Role.COORDINATOR, Role.CHAIR, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR),),),
    May.SEE_ROUND_OFFICE: ((SCORE_READERS,), (in_round(Role.ADMINISTRATOR),)),
    May.MANAGE_ROUND: ((STAFF,),),
    May.SEE_TEAM: ((in_round(Role.COORDINATOR, Role.AUDITOR),), (in_round(Role.ADMINISTRATOR),)),
    May.MANAGE_TEAM: ((STAFF,), (in_round(Role.ADMINISTRATOR),)),
    May.LIST_SENT_APPLICATIONS: ((SCORE_READERS,),),
    May.READ_SENT_APPLICATION: ((SCORE_READERS, sent),),
    May.CHECK_FORMALLY: ((STAFF, sent),),
    May.SEE_JURY: ((SCORE_READERS,),),
    May.MANAGE_JURY: ((STAFF,),),
    May.REOPEN_CARD: ((STAFF,),),
    May.SEE_SCORES: ((SCORE_READERS,),),
    May.RECORD_VOTE: ((in_round(Role.COORDINATOR, Role.CHAIR),),),
    May.PROPOSE_DECISIONS: ((in_round(Role.COORDINATOR, Role.CHAIR),),),
    May.APPROVE_DECISIONS: ((in_round(Role.APPROVER), not_proposer),),
    May.PUBLISH_DECISIONS: ((STAFF,),),
    May.MANAGE_AWARDS: ((STAFF,),),
    # Papers hold everybody's marks and the journal everybody's totals: nobody who judges here reads them.
    May.SEE_PAPERS: ((STAFF,), (in_round(Role.CHAIR, Role.APPROVER, Role.AUDITOR), no_juror_here)),
    May.READ_JOURNAL: ((STAFF,), (in_round(Role.AUDITOR), no_juror_here)),
    May.SEE_PRIVACY: ((in_round(Role.COORDINATOR, Role.AUDITOR),), (in_round(Role.ADMINISTRATOR),)),
    May.HOLD_RETENTION: ((STAFF,),),
}


def may(actor: Actor, act: May, subject: Any = None) -> bool:
    """Say whether `actor` holds the permission over `subject`."""
    return any(all(holds(actor, subject) for holds in way) for way in WAYS[act])
