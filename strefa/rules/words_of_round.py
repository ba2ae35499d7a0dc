"""Words that belong to a round, not to the program: both languages travel together.

A round's form, rubric and rules come from its template file, so their texts cannot live in
the program's catalogues; each is written there as `{pl: …, en: …}`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from strefa.rules.refusal import Blocker, Reason


@dataclass(frozen=True)
class Words:
    """One text of a round in Polish and in English; both are always there."""

    pl: str
    en: str

    def in_language(self, code: str) -> str:
        """Return the English text for "en" (or "en_GB"), the Polish one for any other code."""
        return self.en if code.lower().startswith("en") else self.pl

    def flaws(self) -> Iterator[Blocker]:
        """Yield each language in which the text is empty."""
        for code in ("pl", "en"):
            if not getattr(self, code).strip():
                yield Blocker(Reason.TEMPLATE_EMPTY_TEXT, code)
