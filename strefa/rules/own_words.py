"""Reasons in somebody's own words: long enough to tell something, short enough for where they stand."""

from strefa.rules.refusal import Blocker, Reason
from strefa.rules.text import normalised


def blockers_of_words(text: str, at: str = "reason", *, least: int, most: int | None = None) -> list[Blocker]:
    """List what is wrong with a reason's length, spaces around it not counted.

    Args:
        text: as it was typed.
        at: the field that carries it.
        least: characters that it needs.
        most: characters that it may have; None when whoever reads it reads any length.
    """
    long = len(normalised(text).strip())
    if long < least:
        return [Blocker(Reason.REASON_TOO_SHORT, at, {"least": least})]
    if most is not None and long > most:
        return [Blocker(Reason.ANSWER_TOO_LONG, at, {"over": long - most, "limit": most})]
    return []
