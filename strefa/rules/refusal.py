"""How the rules say no: codes, complete and in order, never sentences.

The words for every `Reason` live in `strefa.outputs.words`; a test finds a missing one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """Why something is refused. The value is the stable key of its sentence."""

    WRONG_STATUS = "wrong_status"
    CHANGED_MEANWHILE = "changed_meanwhile"
    PREFIX_TAKEN = "prefix_taken"
    PREFIX_IN_USE = "prefix_in_use"
    SLUG_TAKEN = "slug_taken"
    OTHER_ROUND = "other_round"
    RULES_FROZEN = "rules_frozen"
    CALL_CLOSED = "call_closed"
    TOO_MANY_TRIES = "too_many_tries"
    PASSWORD_TOO_SHORT = "password_too_short"
    PASSWORD_TOO_LONG = "password_too_long"
    PASSWORD_COMMON = "password_common"
    ADDRESS_TAKEN = "address_taken"
    CODE_USED = "code_used"
    CODE_WRONG = "code_wrong"
    LINK_SPENT = "link_spent"
    INVITATION_SPENT = "invitation_spent"
    ROLE_NOT_INVITED = "role_not_invited"
    NOT_A_MEMBER = "not_a_member"
    LAST_EDITOR = "last_editor"
    NOT_ONESELF = "not_oneself"
    LAST_COORDINATOR = "last_coordinator"
    APPLICANT_CANNOT_JUDGE = "applicant_cannot_judge"
    CALL_STILL_OPEN = "call_still_open"
    FORMAL_NOT_JUDGED = "formal_not_judged"
    FORMAL_WITHOUT_REASON = "formal_without_reason"
    REASON_TOO_SHORT = "reason_too_short"
    JUROR_CANNOT_APPLY = "juror_cannot_apply"
    NOT_AN_EDITOR = "not_an_editor"
    ONLY_BUDGET = "only_budget"

    # A template of a round
    TEMPLATE_UNREADABLE = "template_unreadable"
    TEMPLATE_REPEATED_KEY = "template_repeated_key"
    TEMPLATE_UNKNOWN_KEY = "template_unknown_key"
    TEMPLATE_MISSING_KEY = "template_missing_key"
    TEMPLATE_NEEDS_KEYS = "template_needs_keys"
    TEMPLATE_NEEDS_LIST = "template_needs_list"
    TEMPLATE_NEEDS_TEXT = "template_needs_text"
    TEMPLATE_NEEDS_NUMBER = "template_needs_number"
    TEMPLATE_NEEDS_AMOUNT = "template_needs_amount"
    TEMPLATE_NEEDS_DATE = "template_needs_date"
    TEMPLATE_NEEDS_YES_NO = "template_needs_yes_no"
    TEMPLATE_UNKNOWN_VALUE = "template_unknown_value"
    TEMPLATE_NO_SUCH_DATE = "template_no_such_date"
    TEMPLATE_EMPTY_TEXT = "template_empty_text"
    TEMPLATE_NOTHING_LISTED = "template_nothing_listed"
    TEMPLATE_REPEATED_VALUE = "template_repeated_value"
    TEMPLATE_UNKNOWN_REFERENCE = "template_unknown_reference"
    TEMPLATE_OUT_OF_ORDER = "template_out_of_order"
    TEMPLATE_OUT_OF_RANGE = "template_out_of_range"
    TEMPLATE_WEIGHTS = "template_weights"
    TEMPLATE_KEY_FORM = "template_key_form"
    TEMPLATE_PREFIX_FORM = "template_prefix_form"
    TEMPLATE_TEXT_TOO_LONG = "template_text_too_long"

    # An answer in an application's form
    ANSWER_MISSING = "answer_missing"
    ANSWER_TOO_LONG = "answer_too_long"
    ANSWER_NOT_A_NUMBER = "answer_not_a_number"
    ANSWER_NOT_WHOLE = "answer_not_whole"
    ANSWER_TOO_SMALL = "answer_too_small"
    ANSWER_TOO_LARGE = "answer_too_large"
    ANSWER_NOT_A_DATE = "answer_not_a_date"
    ANSWER_NOT_A_LINK = "answer_not_a_link"
    ANSWER_NOT_OFFERED = "answer_not_offered"
    DATES_REVERSED = "dates_reversed"
    DATE_BEFORE_FRAME = "date_before_frame"
    DATE_AFTER_FRAME = "date_after_frame"
    TOO_MANY_ROWS = "too_many_rows"
    TERYT_OF_OTHER_VOIVODESHIP = "teryt_of_other_voivodeship"
    DECLARATION_MISSING = "declaration_missing"
    DECLARATION_OUTDATED = "declaration_outdated"
    TOO_MANY_FILES = "too_many_files"
    FILE_TOO_LARGE = "file_too_large"
    FILES_TOO_LARGE_TOGETHER = "files_too_large_together"
    FILE_OF_OTHER_TYPE = "file_of_other_type"
    FILE_NOT_CHOSEN = "file_not_chosen"
    FILE_EMPTY = "file_empty"
    FILE_DISGUISED = "file_disguised"
    FILE_BROKEN = "file_broken"
    FILE_ENCRYPTED = "file_encrypted"
    FILE_WITH_MACROS = "file_with_macros"
    FILE_UNPACKS_TOO_LARGE = "file_unpacks_too_large"
    FILE_TOO_MANY_PIXELS = "file_too_many_pixels"
    ACCEPTS_MORE_THAN_ASKED = "accepts_more_than_asked"
    TOO_MANY_APPLICATIONS = "too_many_applications"

    # A budget against the round's rules
    BUDGET_SOURCES_DIFFER = "budget_sources_differ"
    BUDGET_ACTIVITY_UNKNOWN = "budget_activity_unknown"
    BUDGET_ACTIVITY_TOO_EARLY = "budget_activity_too_early"
    BUDGET_UNIT_PRICE_TOO_HIGH = "budget_unit_price_too_high"
    BUDGET_NOTE_MISSING = "budget_note_missing"
    BUDGET_OWN_SHARE_TOO_LOW = "budget_own_share_too_low"
    BUDGET_GROUP_SHARE_TOO_HIGH = "budget_group_share_too_high"
    BUDGET_GRANT_TOO_LOW = "budget_grant_too_low"
    BUDGET_GRANT_TOO_HIGH = "budget_grant_too_high"

    # A formal criterion, met
    FORMAL_IN_TIME = "formal_in_time"
    FORMAL_RIGHT_FORM = "formal_right_form"
    FORMAL_COMPLETE = "formal_complete"
    FORMAL_TERRITORY_FITS = "formal_territory_fits"
    FORMAL_DATES_FIT = "formal_dates_fit"
    FORMAL_AMOUNT_FITS = "formal_amount_fits"
    FORMAL_OWN_SHARE_FITS = "formal_own_share_fits"
    FORMAL_NUMBER_FITS = "formal_number_fits"
    FORMAL_DECLARATIONS_MADE = "formal_declarations_made"

    # A formal criterion, not met
    FORMAL_LATE = "formal_late"
    FORMAL_OTHER_FORM = "formal_other_form"
    FORMAL_INCOMPLETE = "formal_incomplete"
    FORMAL_OUTSIDE_TERRITORY = "formal_outside_territory"
    FORMAL_POPULATION_TOO_LARGE = "formal_population_too_large"
    FORMAL_DATES_OUTSIDE_FRAME = "formal_dates_outside_frame"
    FORMAL_AMOUNT_OUTSIDE_LIMITS = "formal_amount_outside_limits"
    FORMAL_OWN_SHARE_TOO_LOW = "formal_own_share_too_low"
    FORMAL_TOO_MANY_APPLICATIONS = "formal_too_many_applications"
    FORMAL_DECLARATIONS_MISSING = "formal_declarations_missing"

    # A mark on a score card
    MARK_MISSING = "mark_missing"
    MARK_NOT_A_NUMBER = "mark_not_a_number"
    MARK_OUTSIDE_SCALE = "mark_outside_scale"
    MARK_BETWEEN_STEPS = "mark_between_steps"
    JUSTIFICATION_TOO_SHORT = "justification_too_short"

    # The jury
    PANEL_EMPTY = "panel_empty"
    NOTHING_TO_ASSIGN = "nothing_to_assign"
    PLAN_STALE = "plan_stale"
    ALREADY_DECLARED = "already_declared"
    IMPARTIALITY_NOT_SAID = "impartiality_not_said"
    RELATION_NOT_NAMED = "relation_not_named"
    CARD_SUBMITTED = "card_submitted"
    CARD_NOT_SUBMITTED = "card_not_submitted"
    THIRD_NOT_DUE = "third_not_due"
    NOBODY_FOR_THIRD = "nobody_for_third"
    RESULTS_PUBLISHED = "results_published"

    # Why a ranked application gets nothing
    BELOW_THRESHOLD = "below_threshold"
    BELOW_LEAST_MEAN = "below_least_mean"
    AWARD_TOO_LARGE = "award_too_large"
    AWARD_BEYOND_CATEGORY_CAP = "award_beyond_category_cap"
    AWARD_BEYOND_VOIVODESHIP_CAP = "award_beyond_voivodeship_cap"
    AWARD_MINIMUM_COMES_FIRST = "award_minimum_comes_first"
    AWARD_MINIMUM_OUT_OF_REACH = "award_minimum_out_of_reach"
    AWARD_TIED = "award_tied"
    AWARD_AFTER_THE_LINE = "award_after_the_line"
    AWARD_WHOLE = "award_whole"
    AWARD_PARTIAL = "award_partial"
    AWARD_PROMOTED = "award_promoted"
    DECISIONS_PROPOSED = "decisions_proposed"
    NOTHING_TO_DECIDE = "nothing_to_decide"
    CHECKS_MISSING = "checks_missing"
    CARDS_MISSING = "cards_missing"
    TIE_ACROSS_LINE = "tie_across_line"
    VOTE_NEEDS_TWO = "vote_needs_two"
    VOTE_UNKNOWN_NUMBER = "vote_unknown_number"
    PROPOSAL_SETTLED = "proposal_settled"
    PROPOSAL_NOT_APPROVED = "proposal_not_approved"
    TWO_PEOPLE_DECIDE = "two_people_decide"
    NO_GRANT_TO_RESIGN = "no_grant_to_resign"
    NOBODY_TO_PROMOTE = "nobody_to_promote"

    # amounts
    AMOUNT_EMPTY = "amount_empty"
    AMOUNT_NEGATIVE = "amount_negative"
    AMOUNT_NOT_A_NUMBER = "amount_not_a_number"
    AMOUNT_UNCLEAR = "amount_unclear"
    AMOUNT_TOO_MANY_DECIMALS = "amount_too_many_decimals"
    AMOUNT_TOO_LARGE = "amount_too_large"

    # identifiers
    IDENTIFIER_EMPTY = "identifier_empty"
    IDENTIFIER_NOT_DIGITS = "identifier_not_digits"
    NIP_LENGTH = "nip_length"
    NIP_CHECK_DIGIT = "nip_check_digit"
    REGON_LENGTH = "regon_length"
    REGON_CHECK_DIGIT = "regon_check_digit"
    KRS_LENGTH = "krs_length"
    RIK_NUMBER = "rik_number"
    RIK_ORGANISER = "rik_organiser"
    REGISTER_FORM = "register_form"
    POSTAL_CODE_FORM = "postal_code_form"
    PHONE_LENGTH = "phone_length"
    PHONE_NOT_POLISH = "phone_not_polish"
    EMAIL_WITHOUT_AT = "email_without_at"
    EMAIL_FORM = "email_form"
    EDELIVERY_FORM = "edelivery_form"
    TERYT_LENGTH = "teryt_length"
    TERYT_VOIVODESHIP = "teryt_voivodeship"
    TERYT_COMMUNE_KIND = "teryt_commune_kind"
    IBAN_LENGTH = "iban_length"
    IBAN_CHECK_DIGITS = "iban_check_digits"
    IBAN_FORM = "iban_form"

    # times
    TIME_FORM = "time_form"
    TIME_DOES_NOT_EXIST = "time_does_not_exist"
    TIME_EXISTS_TWICE = "time_exists_twice"
    STAGE_ENDS_BEFORE_START = "stage_ends_before_start"
    STAGE_OUT_OF_ORDER = "stage_out_of_order"
    STAGE_REPEATED = "stage_repeated"
    CALL_MISSING = "call_missing"


@dataclass(frozen=True)
class Blocker:
    """One reason, the form field or step it concerns, and the figures its sentence names."""

    reason: Reason
    at: str = ""
    values: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)


class Refused(Exception):  # noqa: N818
    """The rules forbid this; `blockers` says why, completely and in order."""

    def __init__(self, *blockers: Blocker) -> None:
        super().__init__(", ".join(f"{b.reason}@{b.at}" for b in blockers))
        self.blockers = blockers
