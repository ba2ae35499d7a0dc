"""Who may apply, as people read it: each aspect with its sign, its reason, and whether the formal check decides it."""

from collections.abc import Iterable
from dataclasses import dataclass

from strefa.infra.i18n import _
from strefa.outputs.words import in_words
from strefa.rules.eligibility import Aspect, Judged
from strefa.rules.refusal import Blocker


@dataclass(frozen=True)
class StandingLine:
    """One aspect in words. `kind` is "good", "bad" or "wait"; `word` says the same for who sees no colours."""

    aspect: Aspect
    kind: str
    word: str
    text: str


def standing_lines(judged: Iterable[Judged]) -> list[StandingLine]:
    """Say what is known of whether an organisation may apply."""
    return [
        StandingLine(one.aspect, *_signs(one.passed), in_words(Blocker(one.reason, "", one.values))) for one in judged
    ]


def _signs(passed: bool | None) -> tuple[str, str]:
    if passed is None:
        return "wait", _("jeszcze nie wiadomo")
    return ("good", _("spełnia")) if passed else ("bad", _("nie spełnia"))
