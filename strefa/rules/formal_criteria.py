"""The yes/no criteria of a round's formal check, as data."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from strefa.rules.fields import repeated
from strefa.rules.refusal import Blocker, Reason
from strefa.rules.words_of_round import Words


class Computation(StrEnum):
    """What the machine can say about a formal criterion by itself."""

    IN_TIME = "in_time"
    RIGHT_FORM = "right_form"
    COMPLETE = "complete"
    TERRITORY = "territory"
    DATES_IN_FRAME = "dates_in_frame"
    AMOUNT_IN_LIMITS = "amount_in_limits"
    OWN_SHARE = "own_share"
    NUMBER_OF_APPLICATIONS = "number_of_applications"
    DECLARATIONS = "declarations"

    @property
    def lasts(self) -> bool:
        """Whether what it says of a sent version stays the same: other applications and a round's form may change."""
        return self not in (Computation.NUMBER_OF_APPLICATIONS, Computation.RIGHT_FORM)


@dataclass(frozen=True)
class DefectReason:
    """A ready reason that staff choose when a criterion is not met."""

    key: str
    text: Words


@dataclass(frozen=True)
class FormalCriterion:
    """One yes/no criterion; `computed` names what prefills it.

    A `mendable` defect may be corrected after sending; with `mendable_within` (a part of 1) only
    when the shortfall is no larger.
    """

    key: str
    text: Words
    reasons: tuple[DefectReason, ...]
    computed: Computation | None = None
    mendable: bool = False
    mendable_within: Decimal | None = None

    def flaws(self) -> Iterator[Blocker]:
        """Yield reasons that are missing or repeated."""
        if not self.reasons:
            yield Blocker(Reason.TEMPLATE_NOTHING_LISTED, "reasons")
        yield from repeated("reasons", (reason.key for reason in self.reasons))
