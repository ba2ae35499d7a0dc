"""What changed between two texts, word by word, and which saves belong to one sitting at a text."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Protocol, TypeVar

SITTING = timedelta(minutes=10)  # whoever saves again within it is still at the same work
MUCH = 100  # characters that one save took away: what stood before it may be looked for
MOST_WORDS = 4000  # of both texts together; past it the comparing would take longer than a page may
MOST_PAIRS = 60_000  # of one word in both texts, before words that are everywhere stop being compared
_PIECES = re.compile(r"\s+|[\w-]+|[^\w\s]")


class Change(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """A stretch of text that was kept, removed or added; read one after another they give both texts."""

    change: Change
    text: str


def compared(before: str, after: str) -> list[Piece]:
    """Return the pieces that lead from one text to the other, by whole words; what is removed comes before what is added.

    The kept and removed pieces together are the text before, the kept and added ones the text after, to the last
    space. Very long texts are compared line by line instead of word by word.

    >>> [(piece.change.value, piece.text) for piece in compared("Noc w bibliotece", "Noc w czytelni")]
    [('kept', 'Noc w '), ('removed', 'bibliotece'), ('added', 'czytelni')]
    """
    olds, news = _PIECES.findall(before), _PIECES.findall(after)
    if len(olds) + len(news) > MOST_WORDS:
        olds, news = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return list(_joined(_pieces(olds, news)))


def _pieces(olds: Sequence[str], news: Sequence[str]) -> Iterator[Piece]:
    """Compare what lies between the common beginning and the common end; most changes are small."""
    least = min(len(olds), len(news))
    start = next((place for place in range(least) if olds[place] != news[place]), least)
    rest = least - start
    end = next((place for place in range(rest) if olds[-1 - place] != news[-1 - place]), rest)
    yield Piece(Change.KEPT, "".join(olds[:start]))
    yield from _between(olds[start : len(olds) - end], news[start : len(news) - end])
    yield Piece(Change.KEPT, "".join(olds[len(olds) - end :]))


def _between(olds: Sequence[str], news: Sequence[str]) -> Iterator[Piece]:
    """Compare two texts; in long ones the words that come again and again (`autojunk`) are no place to begin from.

    Comparing each with each would take half a minute where a text says one word a thousand times.
    """
    times = Counter(olds)
    long = sum(times[new] for new in news) > MOST_PAIRS
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, olds, news, autojunk=long).get_opcodes():
        if tag == "equal":
            yield Piece(Change.KEPT, "".join(olds[old_from:old_to]))
            continue
        yield Piece(Change.REMOVED, "".join(olds[old_from:old_to]))
        yield Piece(Change.ADDED, "".join(news[new_from:new_to]))


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Join changes that a mere space parts, or whole sentences would be shown as a chequer of single words."""
    removed = added = ""
    held = ""  # a kept space of which it is not known yet whether a change follows
    for piece in pieces:
        if piece.change is Change.KEPT and (removed or added) and piece.text.isspace() and not held:
            held = piece.text
        elif piece.change is Change.KEPT:
            yield from _both(removed, added)
            removed = added = ""
            if held or piece.text:
                yield Piece(Change.KEPT, held + piece.text)
            held = ""
        elif piece.text:
            removed, added, held = removed + held, added + held, ""
            removed += piece.text if piece.change is Change.REMOVED else ""
            added += piece.text if piece.change is Change.ADDED else ""
    yield from _both(removed, added)
    if held:
        yield Piece(Change.KEPT, held)


def _both(removed: str, added: str) -> Iterator[Piece]:
    if removed:
        yield Piece(Change.REMOVED, removed)
    if added:
        yield Piece(Change.ADDED, added)


def shortened(pieces: Sequence[Piece], around: int = 90) -> list[Piece]:
    """Return the pieces with long kept stretches cut to what stands around the changes, whole words of it.

    Args:
        around: signs that stay on each side of a change.
    """
    last = len(pieces) - 1
    cut: list[Piece] = []
    for place, piece in enumerate(pieces):
        if piece.change is Change.KEPT and len(piece.text) > 2 * around + 20:
            before = _until_space(piece.text[:around]) if place else ""
            after = _until_space(piece.text[: -around - 1 : -1])[::-1] if place < last else ""
            piece = Piece(Change.KEPT, f"{before} … {after}")
        cut.append(piece)
    return cut


def _until_space(text: str) -> str:
    return text[: text.rfind(" ")] if " " in text else text


class Saved(Protocol):
    """One save of a text: when, by whom, as which one, and how much it said."""

    @property
    def saved_at(self) -> datetime: ...

    @property
    def saved_by_id(self) -> int | None: ...

    @property
    def revision(self) -> int: ...

    @property
    def size(self) -> int: ...


S = TypeVar("S", bound=Saved)


def sittings(saves: Sequence[S]) -> list[S]:
    """Return the last save of each sitting, in the order given, which is that of time.

    Saves that one person makes with pauses of less than ten minutes are one sitting: the page saves every few
    seconds while she types, and nobody looks for a text of half a word. What she took much away from, or brought an
    earlier text back over (a number is skipped then), ends its sitting: that is what is looked for.
    """
    last = len(saves) - 1
    return [save for place, save in enumerate(saves) if place == last or not _goes_on(save, saves[place + 1])]


def _goes_on(save: Saved, following: Saved) -> bool:
    soon = save.saved_by_id == following.saved_by_id and following.saved_at - save.saved_at < SITTING
    return soon and following.revision == save.revision + 1 and following.size > save.size - MUCH
