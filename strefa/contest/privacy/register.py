"""The register of personal data: every column of every table, what it says of a person, and how long it stays.

A new column must take a place here, or a test fails. The copy that a person gets of her data holds every column
of a kind in `COPIED`; erasing a person and the terms of keeping are held to the rest of the table by tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column says of a person."""

    NOTHING = "nothing"  # of things: rounds, sums, hashes, moments of a thing
    MARK = "mark"  # an id that stands for a person: when her name is gone, a pseudonym
    IDENTITY = "identity"  # who she is and how she is reached
    ACCESS = "access"  # what lets her in: a password's hash, a token
    CONDUCT = "conduct"  # what she is here and when she did what: roles, devices, dates
    LETTER = "letter"  # a letter to her
    CONTENT = "content"  # what she wrote in an application, or gave with it
    JUDGEMENT = "judgement"  # what she said of an application as a juror or as staff
    TRACE = "trace"  # details of what she did, in the journal
    DUPLICATE = "duplicate"  # the same again, for search, sorting or a machine


class Keep(StrEnum):
    """How long a kind stays."""

    FOR_GOOD = "for_good"
    UNTIL_ERASED = "until_erased"  # until the person asks to be forgotten, or her account is
    OF_APPLICATION = "of_application"  # as long as the class of the application says
    OF_ORIGINAL = "of_original"  # as long as what it repeats


KEPT: Mapping[Kind, Keep] = {
    Kind.NOTHING: Keep.FOR_GOOD,
    Kind.MARK: Keep.FOR_GOOD,
    Kind.IDENTITY: Keep.UNTIL_ERASED,
    Kind.ACCESS: Keep.UNTIL_ERASED,
    Kind.CONDUCT: Keep.UNTIL_ERASED,
    Kind.LETTER: Keep.UNTIL_ERASED,
    Kind.CONTENT: Keep.OF_APPLICATION,
    Kind.JUDGEMENT: Keep.OF_APPLICATION,
    Kind.TRACE: Keep.UNTIL_ERASED,
    Kind.DUPLICATE: Keep.OF_ORIGINAL,
}

COPIED = frozenset({Kind.IDENTITY, Kind.CONDUCT, Kind.LETTER, Kind.CONTENT, Kind.JUDGEMENT, Kind.TRACE})
"""What a person's own copy holds. A mark says nothing without its row, what lets in must lie in no file, and what
stands twice is copied once."""


@dataclass(frozen=True)
class Table:
    """One table: whose its rows are, in a word, and its columns by kind."""

    whose: str
    columns: Mapping[str, Kind]


def _table(whose: str, **by_kind: str) -> Table:
    return Table(whose, {name: Kind(kind) for kind, names in by_kind.items() for name in names.split()})


def _of_nobody(names: str) -> Table:
    return _table("", nothing=names)


_FROZEN = "id version data sha256 created_at round_id"

TABLES: Mapping[str, Table] = {
    # people
    "people": _table(
        "herself",
        nothing="id erased_at",
        mark="public_id",
        identity="email name language",
        access="password_hash totp_secret totp_last_step",
        conduct="is_administrator email_confirmed_at disabled_at totp_confirmed_at devices_since reminders_off_at"
        " created_at",
        duplicate="sort_key search_key",
    ),
    "round_roles": _table("holder", nothing="id", mark="person_id", conduct="round_id role granted_at ended_at"),
    "sign_ins": _table(
        "holder",
        nothing="id public_id",
        mark="person_id",
        access="token_hash",
        conduct="created_at used_at expires_at device_known_at code_sent_at second_factor_at shared_at ended_at agent",
    ),
    "recovery_codes": _table("holder", nothing="id", mark="person_id", access="code_hash", conduct="used_at"),
    "attempts": _table("whoever tried", nothing="id", duplicate="key at"),  # the hash of an address, for an hour
    "organisations": _of_nobody(
        "id public_id name sort_key search_key founding_authority nip regon register street postal_code town"
        " voivodeship teryt commune_kind population population_date edelivery created_at"
    ),
    "memberships": _table("member", nothing="id", mark="person_id", conduct="organisation_id role created_at"),
    "invitations": _table(
        "whoever is invited",
        nothing="id public_id",
        mark="invited_by_id claimed_by_id",
        access="token_hash",
        identity="email name background voivodeship affiliation commune",
        conduct="round_id organisation_id role created_at expires_at claimed_at",
    ),
    # rounds
    "rounds": _of_nobody(
        "id slug name name_en number_prefix last_number pool announced_at opens_at closes_at grace_seconds template"
        " template_sha256 source form_version_id rubric_version_id rule_set_version_id rules_frozen_at decided_at"
        " results_published_at created_at extended_to"
    ),
    "form_versions": _of_nobody(_FROZEN),
    "rubric_versions": _of_nobody(_FROZEN),
    "rule_set_versions": _of_nobody(_FROZEN),
    "clause_versions": _of_nobody(f"{_FROZEN} audience"),
    "outages": _table(
        "", nothing="id round_id key version starts_at ends_at what what_en logged_at", mark="logged_by_id"
    ),
    "notices": _table(
        "", nothing="id public_id text text_en starts_at ends_at set_at ended_at", mark="set_by_id"
    ),
    "round_documents": _of_nobody(
        "id public_id round_id key version title title_en name media_type sha256 published_at"
    ),
    # applications; voivodeship, population and sums stay: statistics are of them
    "applications": _table(
        "members of the organisation",
        nothing="id public_id organisation_id form_version_id reminded_hours ask accepts_from voivodeship teryt"
        " population category applicant_nip close_moved_at late_until unlocked correct_by erased_at",
        mark="created_by_id",
        content="round_id number status created_at submitted_at late_attempt_at sign_asked_at title applicant_name"
        " contact_email",
        duplicate="sort_key",
    ),
    "section_answers": _table(
        "members of the organisation, and who saved it",
        nothing="id revision",
        mark="saved_by_id",
        content="application_id section answers saved_at",
    ),
    "section_history": _table(
        "who saved it",
        nothing="id revision",
        mark="saved_by_id",
        content="application_id section answers saved_at lost",
    ),
    "presences": _table(
        "who is there", nothing="id", mark="person_id", conduct="application_id section seen_at"
    ),
    "attachments": _table(
        "who added it",
        nothing="id public_id field media_type active scan virus",
        mark="added_by_id",
        content="application_id name size sha256 added_at removed_at",
    ),
    "partial_uploads": _table(
        "who sends it",
        nothing="id public_id field",
        mark="person_id",
        content="application_id name size begun_at",
    ),
    "extensions": _table(
        "who gave it",
        nothing="id public_id organisation_id outage_id before until reason_en",
        mark="made_by_id",
        judgement="round_id application_id reason made_at",
    ),
    "submissions": _table(
        "members of the organisation, and who sent it",
        nothing="id form_version_id corrects erased_at",
        mark="sent_by_id",
        content="application_id version answers attachments content_hash sent_at withdrawn_at",
    ),
    # screening
    "formal_verdicts": _table(
        "who checked",
        nothing="id",
        mark="decided_by_id",
        judgement="application_id criterion passed reason note decided_at",
    ),
    "formal_checks": _table(
        "who checked",
        nothing="id proposed proposed_at",
        mark="decided_by_id proposed_by_id",
        judgement="application_id passed decided_at taken_back_reason",
    ),
    "correction_requests": _table(
        "who asked",
        nothing="id days first_deadline deadline lapsed_at cancelled_at",
        mark="sent_by_id",
        judgement="application_id items sent_at extended_because cancelled_because",
    ),
    "formal_lists": _table("", nothing="id round_id version rows sha256 published_at", mark="published_by_id"),
    # jury
    "jury_members": _table(
        "juror",
        nothing="id",
        mark="person_id",
        identity="background voivodeship affiliation commune",
        conduct="round_id most_applications joined_at left_at",
    ),
    "assignment_plans": _table(
        "", nothing="id public_id round_id seed shortages input_hash made_at applied_at", mark="pairs made_by_id"
    ),
    "assignments": _table(
        "juror",
        nothing="id public_id round_id",
        mark="juror_id",
        conduct="application_id kind created_at ended_at ended_because",
    ),
    "impartiality_declarations": _table(
        "juror",
        nothing="id",
        mark="juror_id",
        judgement="application_id impartial ground note declared_at",
    ),
    "score_cards": _table(
        "juror",
        nothing="id rubric_version_id revision",
        mark="assignment_id",
        judgement="status saved_at submitted_at reopened_reason",
    ),
    "marks": _table("juror", nothing="id", mark="card_id", judgement="criterion score justification"),
    "card_history": _table("juror", nothing="id revision", mark="card_id", judgement="marks saved_at"),
    # decisions; a frozen ranking names jurors by pseudonyms from the start
    "rankings": _table(
        "",
        nothing="id round_id version method rules_hash input_hash result_hash inputs result made_at",
        mark="made_by_id",
    ),
    "jury_votes": _table(
        "who recorded it", nothing="id", mark="recorded_by_id", judgement="round_id numbers note recorded_at"
    ),
    "proposals": _table(
        "who proposed",
        nothing="id public_id ranking_id approved_at published_at",
        mark="proposed_by_id approved_by_id",
        judgement="round_id proposed_at returned_at returned_because",
    ),
    "decisions": _table(
        "members of the organisation",
        nothing="id proposal_id place rank outcome amount reason reason_values promoted_at",
        content="application_id resigned_at resigned_because",
    ),
    # privacy
    "clause_readings": _table("reader", nothing="id", mark="person_id", conduct="clause_id read_at"),
    "data_exports": _table(
        "whoever asked",
        nothing="id public_id size",
        mark="person_id",
        conduct="asked_at made_at expires_at",
        duplicate="sha256",
    ),
    "retentions": _table(
        "who held it", nothing="id erase_after", mark="held_by_id", judgement="application_id held_at held_because"
    ),
    "erasure_requests": _table(
        "whoever asked",
        nothing="id public_id",
        mark="person_id settled_by_id",
        conduct="asked_at withdrawn_at refused_at refused_because done_at",
    ),
    # plumbing
    "stored_files": _of_nobody("sha256 size created_at"),
    "previews": _of_nobody("id of_sha256 page pages sha256 media_type"),
    "documents": _of_nobody("id kind subject name sha256 made_at"),
    "jobs": _of_nobody(
        "id kind subject values state created_at due_at leased_until attempts finished_at last_error"
    ),
    "journal": _table(
        "whoever acted, and whom it is about",
        nothing="sequence round_id details_hash previous_hash hash",
        mark="actor_id subject",
        trace="at verb details",
        duplicate="salt",
    ),
    "journal_head": _of_nobody("id sequence hash"),
    "messages": _table(
        "addressee",
        nothing="id message_id round_id attempts due_at leased_until",
        mark="person_id",
        letter="template to language created_at sending sent_at subject body",
        duplicate="values last_error",
    ),
}  # fmt: skip

STAYS: Mapping[str, str] = {
    "submit": "number, version and hash of what was sent",
    "record_vote": "what the jury voted, as the minutes say",
    "propose_decisions": "hashes and sums of what was decided",
    "decide_formally": "which criteria failed",
    "propose_formal_check": "which criteria failed",
    "submit_card": "points",
    "approve_decisions": "hashes of what was approved",
    "return_decisions": "why a proposal came back",
    "publish_decisions": "hashes of what was published",
    "promote": "sums",
    "resign": "sums",
    "load_round": "hashes of a round's file",
    "extend_call": "a later close, and why",
    "log_outage": "what was down, and when",
    "request_corrections": "which fields opened, and until when",
    "send_corrections": "number, version and hash of what was sent",
}
"""Deeds whose details stay when a person or an application is erased: `strefa check` compares rows with them, and
they hold figures, numbers and official words alone."""


def copied() -> dict[str, list[str]]:
    """Return the columns that a person's copy of her data holds, by table."""
    kept = {
        name: [column for column, kind in table.columns.items() if kind in COPIED] for name, table in TABLES.items()
    }
    return {name: columns for name, columns in kept.items() if columns}
