"""What can happen to an application, and from where.

The table below is the whole truth: the buttons a page shows, the guards of the actions and the
diagram in the handbook are all read from it.
"""

from enum import StrEnum

from strefa.rules.refusal import Blocker, Reason, Refused


class Status(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REOPENED = "reopened"  # being corrected before the close; the last sent version still counts
    WITHDRAWN = "withdrawn"
    CORRECTING = "correcting"  # asked to mend named defects; nothing else may change
    CORRECTED = "corrected"  # mended and sent anew, waits for the formal check again
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    UNCONSIDERED = "unconsidered"  # the defects were not mended in time


class Step(StrEnum):
    """What somebody can do with an application."""

    SAVE = "save"
    DISCARD = "discard"
    SUBMIT = "submit"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    PASS = "pass"
    FAIL = "fail"
    TAKE_BACK = "take_back"
    TAKE_BACK_MENDED = "take_back_mended"  # of an application that was mended on request
    REQUEST = "request"
    EXTEND = "extend"
    CANCEL = "cancel"
    CANCEL_ANOTHER = "cancel_another"  # of an application that was mended on an earlier request
    LAPSE = "lapse"


STEPS: dict[tuple[Status, Step], Status] = {
    (Status.DRAFT, Step.SAVE): Status.DRAFT,
    (Status.DRAFT, Step.SUBMIT): Status.SUBMITTED,
    (Status.DRAFT, Step.DISCARD): Status.DRAFT,  # its content goes; a draft without it is nobody's any more
    (Status.SUBMITTED, Step.REOPEN): Status.REOPENED,
    (Status.REOPENED, Step.SAVE): Status.REOPENED,
    (Status.REOPENED, Step.SUBMIT): Status.SUBMITTED,
    (Status.SUBMITTED, Step.WITHDRAW): Status.WITHDRAWN,
    (Status.REOPENED, Step.WITHDRAW): Status.WITHDRAWN,
    (Status.WITHDRAWN, Step.SAVE): Status.WITHDRAWN,
    (Status.WITHDRAWN, Step.SUBMIT): Status.SUBMITTED,
    (Status.SUBMITTED, Step.PASS): Status.ELIGIBLE,
    (Status.REOPENED, Step.PASS): Status.ELIGIBLE,
    (Status.SUBMITTED, Step.FAIL): Status.INELIGIBLE,
    (Status.REOPENED, Step.FAIL): Status.INELIGIBLE,
    (Status.ELIGIBLE, Step.TAKE_BACK): Status.SUBMITTED,
    (Status.INELIGIBLE, Step.TAKE_BACK): Status.SUBMITTED,
    (Status.ELIGIBLE, Step.TAKE_BACK_MENDED): Status.CORRECTED,
    (Status.INELIGIBLE, Step.TAKE_BACK_MENDED): Status.CORRECTED,
    (Status.ELIGIBLE, Step.WITHDRAW): Status.WITHDRAWN,
    (Status.INELIGIBLE, Step.WITHDRAW): Status.WITHDRAWN,  # as if it had passed: until told, nothing tells them apart
    (Status.SUBMITTED, Step.REQUEST): Status.CORRECTING,
    (Status.REOPENED, Step.REQUEST): Status.CORRECTING,
    (Status.CORRECTED, Step.REQUEST): Status.CORRECTING,
    (Status.CORRECTING, Step.SAVE): Status.CORRECTING,
    (Status.CORRECTING, Step.SUBMIT): Status.CORRECTED,
    (Status.CORRECTING, Step.EXTEND): Status.CORRECTING,
    (Status.CORRECTING, Step.CANCEL): Status.SUBMITTED,
    (Status.CORRECTING, Step.CANCEL_ANOTHER): Status.CORRECTED,
    (Status.CORRECTING, Step.LAPSE): Status.UNCONSIDERED,
    (Status.CORRECTING, Step.WITHDRAW): Status.WITHDRAWN,
    (Status.UNCONSIDERED, Step.EXTEND): Status.CORRECTING,
    (Status.UNCONSIDERED, Step.CANCEL): Status.SUBMITTED,
    (Status.UNCONSIDERED, Step.CANCEL_ANOTHER): Status.CORRECTED,
    (Status.CORRECTED, Step.PASS): Status.ELIGIBLE,
    (Status.CORRECTED, Step.FAIL): Status.INELIGIBLE,
    (Status.CORRECTED, Step.WITHDRAW): Status.WITHDRAWN,
}

SENT = frozenset(Status) - {Status.DRAFT, Status.WITHDRAWN}
"""The statuses in which a sent version counts."""

UNCHECKED = frozenset(status for status, step in STEPS if step is Step.PASS)
"""The statuses that wait for the formal check."""

CHECKED = SENT - UNCHECKED
"""The statuses in which the formal check of an application has been decided or is being mended."""

UNSETTLED = UNCHECKED | {Status.CORRECTING}
"""The statuses of which nobody knows yet whether the jury will judge them."""


def after(status: Status, step: Step) -> Status:
    """Return the status a step leads to.

    Raises:
        Refused: the step does not exist from this status.
    """
    try:
        return STEPS[status, step]
    except KeyError:
        raise Refused(Blocker(Reason.WRONG_STATUS, at=step)) from None


def steps_from(status: Status) -> list[Step]:
    """List the steps that a status allows, in the order of the table."""
    return [step for known, step in STEPS if known is status]
