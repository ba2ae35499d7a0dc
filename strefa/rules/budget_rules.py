"""The rules a round sets for budgets, as data: a page prints them, a browser and `budget` judge by them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from strefa.rules.plain_data import Grosze
from strefa.rules.refusal import Blocker, Reason
from strefa.rules.words_of_round import Words


class RuleKind(StrEnum):
    """What a rule compares; beside each, the attributes of the rule that it uses."""

    SOURCES_ADD_UP = "sources_add_up"  # sources of each row = its total
    ACTIVITY_KNOWN = "activity_known"  # every row names an activity of the plan
    COST_AFTER_AGREEMENT = "cost_after_agreement"  # no activity with a cost begins before the time of work
    UNIT_PRICE_AT_MOST = "unit_price_at_most"  # group, amount
    NOTE_ABOVE = "note_above"  # amount: a dearer row needs the field filled
    OWN_SHARE_AT_LEAST = "own_share_at_least"  # share of the grant
    GROUP_SHARE_AT_MOST = "group_share_at_most"  # group, share of the grant
    GRANT_BETWEEN = "grant_between"  # the round's smallest and largest grant; the text names them: {least}, {most}


_NEEDS: dict[RuleKind, tuple[str, ...]] = {
    RuleKind.UNIT_PRICE_AT_MOST: ("group", "amount"),
    RuleKind.NOTE_ABOVE: ("field", "amount"),
    RuleKind.OWN_SHARE_AT_LEAST: ("share",),
    RuleKind.GROUP_SHARE_AT_MOST: ("group", "share"),
}


@dataclass(frozen=True)
class BudgetRule:
    """One rule; `share` is a part of 1 (0.40 = 40 %), `amount` is in grosze."""

    key: str
    kind: RuleKind
    text: Words
    share: Decimal | None = None
    amount: Grosze | None = None
    group: str = ""
    field: str = ""

    def flaws(self) -> Iterator[Blocker]:
        """Yield each attribute that the rule's kind needs and the template lacks."""
        for name in _NEEDS.get(self.kind, ()):
            if getattr(self, name) in (None, ""):
                yield Blocker(Reason.TEMPLATE_MISSING_KEY, name)
        if self.share is not None and self.share > 1:
            yield Blocker(Reason.TEMPLATE_OUT_OF_RANGE, "share", {"value": self.share, "least": 0, "most": 1})
