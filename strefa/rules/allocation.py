"""From the ranking to money: the rank walk. `docs/decisions/010-rank-walk.md` says why so.

Walk down the ranking; take an application if some final set that keeps the pool, the caps and
the minimums holds all taken so far and it. Amounts are whole grosze. Nothing here breaks a tie.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from math import ceil

from strefa.rules.quotas import Bid, Standing
from strefa.rules.ranking import Entry, ListRule, Ranking, Row, RuleSet
from strefa.rules.refusal import Blocker, Reason


@dataclass(frozen=True)
class Allocation:
    """Who gets what. Lists are in ranking order; amounts in grosze.

    `tied` is the group of equals that the line would cut: people decide, then `votes` say it.
    `refusals` has one reason for everybody ranked who gets nothing.
    """

    funded: tuple[str, ...] = ()
    reserve: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    awards: Mapping[str, int] = field(default_factory=dict[str, int], hash=False)
    left: int = 0
    refusals: Mapping[str, Blocker] = field(default_factory=dict[str, Blocker], hash=False)


@dataclass(frozen=True)
class Promotion:
    """Who moves up when money comes back: the awards in grosze, or the equals it does not suffice for."""

    awards: Mapping[str, int] = field(default_factory=dict[str, int], hash=False)
    tied: tuple[str, ...] = ()


def allocate(rules: RuleSet, ranking: Ranking) -> Allocation:
    """Give the pool away in ranking order.

    A group of equals is funded whole, or passed by when not one of them could get anything;
    otherwise it stands in `tied` and the walk ends. Below the threshold there is neither award
    nor reserve. When no set keeps the minimums at all, nothing is funded.

    Raises:
        ValueError: an application without the amount it asks for.
    """
    eligible = [row for row in ranking.ranked if not row.fails]
    walk = _Walk(rules, _entries(eligible))
    for group in _groups(eligible):
        if not walk.visit(group) and (walk.tied or rules.list_rule is ListRule.STOP):
            break
    refusals = {row.application: row.fails[0] for row in ranking.ranked if row.fails}
    for row in eligible:
        if row.application not in walk.awards:
            refusals[row.application] = walk.refusals.get(row.application, Blocker(Reason.AWARD_AFTER_THE_LINE))
    settled = {*walk.awards, *walk.tied}
    return Allocation(
        funded=tuple(walk.awards),
        reserve=tuple(row.application for row in eligible if row.application not in settled),
        tied=walk.tied,
        awards=walk.awards,
        left=walk.left,
        refusals=refusals,
    )


def promote(rules: RuleSet, ranking: Ranking, awards: Mapping[str, int], out: Collection[str] = ()) -> Promotion:
    """Find who on the reserve list gets the money that came back.

    The next that fits, whatever the list rule: an application too large for what came back does
    not keep the others waiting. Call again after each promotion, until nobody is named.

    Args:
        awards: what is awarded now, application to grosze, without those who resigned.
        out: who resigned or may not be promoted any more.
    """
    eligible = [row for row in ranking.ranked if not row.fails]
    taken = [row for row in ranking.rows if row.application in awards]
    passed = {*awards, *out}
    waiting = [row for row in eligible if row.application not in passed]
    walk = _Walk(rules, _entries(waiting), {entry: awards[entry.application] for entry in _entries(taken)})
    for group in _groups(waiting):
        if walk.visit(group) or walk.tied:
            break
    return Promotion({name: amount for name, amount in walk.awards.items() if name not in awards}, walk.tied)


def _entries(rows: Iterable[Row]) -> list[Entry]:
    return [row.entry for row in rows]


def _groups(rows: Sequence[Row]) -> list[list[Entry]]:
    return [_entries(group) for _, group in groupby(rows, key=lambda row: row.rank)]


def _bid(entry: Entry) -> Bid:
    if entry.ask is None:
        raise ValueError(f"application {entry.application} does not say how much it asks for")
    return Bid(entry.application, entry.ask, entry.category, entry.voivodeship)


class _Walk:
    """The state of the walk: awards so far, money left, and why the others were passed by."""

    def __init__(self, rules: RuleSet, waiting: Iterable[Entry], taken: Mapping[Entry, int] | None = None) -> None:
        taken = taken or {}
        self._floor = rules.partial_floor
        self._standing = Standing(rules.quotas, map(_bid, taken), map(_bid, waiting))
        self.awards = {entry.application: amount for entry, amount in taken.items()}
        self.left = rules.pool - sum(taken.values())
        self.tied: tuple[str, ...] = ()
        self.refusals: dict[str, Blocker] = {}

    def visit(self, group: Sequence[Entry]) -> bool:
        """Fund the group if the rules can; say whether they could."""
        amounts = self._together(group) if len(group) > 1 else self._alone(group)
        if amounts is None:
            return False
        for entry, amount in zip(group, amounts, strict=True):
            self.awards[entry.application] = amount
            self.left -= amount
            self._standing.take(_bid(entry))
        return True

    def _alone(self, group: Sequence[Entry]) -> list[int] | None:
        offer = self._offer(group[0])
        if isinstance(offer, Blocker):
            self._pass_by(group[0], offer)
            return None
        return [offer]

    def _together(self, group: Sequence[Entry]) -> list[int] | None:
        bids = [_bid(entry) for entry in group]
        asked = sum(bid.ask for bid in bids)
        kept_back = None if self._standing.cap(bids) else self._standing.kept_back(bids)
        if kept_back is not None and asked + kept_back <= self.left:
            return [bid.ask for bid in bids]
        offers = [self._offer(entry) for entry in group]
        if any(isinstance(offer, int) for offer in offers):
            self.tied = tuple(entry.application for entry in group)
            blocker = Blocker(Reason.AWARD_TIED, "", {"asked_grosze": asked, "left_grosze": self.left})
            self.refusals |= dict.fromkeys(self.tied, blocker)
            return None
        for entry, offer in zip(group, offers, strict=True):
            if isinstance(offer, Blocker):
                self._pass_by(entry, offer)
        return None

    def _pass_by(self, entry: Entry, blocker: Blocker) -> None:
        self.refusals[entry.application] = blocker
        self._standing.leave(_bid(entry))

    def _offer(self, entry: Entry) -> int | Blocker:
        """Return the most this application can get in grosze, or why it gets nothing."""
        bid = _bid(entry)
        if cap := self._standing.cap([bid]):
            return cap
        kept_back = self._standing.kept_back([bid])
        if kept_back is None:
            return Blocker(Reason.AWARD_MINIMUM_OUT_OF_REACH)
        available = self.left - kept_back
        if bid.ask <= available:
            return bid.ask
        least = self._least_accepted(entry)
        if least is not None and available >= least:
            return available
        values = {"ask_grosze": bid.ask, "left_grosze": self.left, "kept_back_grosze": kept_back}
        return Blocker(Reason.AWARD_MINIMUM_COMES_FIRST if bid.ask <= self.left else Reason.AWARD_TOO_LARGE, "", values)

    def _least_accepted(self, entry: Entry) -> int | None:
        """Return the smallest partial award in grosze that rules and applicant agree to; None: none."""
        if self._floor is None or entry.accepts_from is None or entry.ask is None:
            return None
        return max(1, entry.accepts_from, ceil(Fraction(self._floor) * entry.ask))
