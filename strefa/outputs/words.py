"""Every refusal in words: what is wrong and what to do. A test finds a missing sentence.

Values of a blocker are written by what they are: keys ending in `grosze` as money, moments in Polish
time, a round's own words in the language of the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from strefa.infra import i18n
from strefa.infra.i18n import _l, _n
from strefa.rules import money
from strefa.rules.refusal import Blocker, Reason


@dataclass(frozen=True)
class Plural:
    """A sentence with a counted noun; `number` names the value that is counted."""

    singular: str
    plural: str
    number: str


WORDS: dict[Reason, Any] = {
    Reason.WRONG_STATUS: _l("Tego kroku nie da się teraz zrobić. Odśwież stronę i sprawdź, na jakim etapie jest sprawa."),
    Reason.CHANGED_MEANWHILE: _l("Ktoś zapisał tu zmiany przed Tobą. Porównaj oba teksty i wybierz, co zostaje."),
    Reason.PREFIX_TAKEN: _l("Numery z tym początkiem ma już edycja %(slug)s. Wpisz inny początek numerów."),
    Reason.RULES_FROZEN: _l("Zasady oceny są zamrożone od pierwszej oceny (%(since)s) i nie można ich już zmienić."),
}


def in_words(blocker: Blocker) -> str:
    """Say a refusal in the language of the page."""
    words = WORDS[blocker.reason]
    values = {key: _written(key, value) for key, value in blocker.values.items()}
    if isinstance(words, Plural):
        return _n(words.singular, words.plural, int(blocker.values[words.number]), **values)
    return str(words) % values if values else str(words)


def _written(key: str, value: Any) -> Any:
    match value:
        case int() if key.endswith("grosze"):
            return money.written(value)
        case datetime():
            return i18n.moment(value)
        case date():
            return i18n.day(value)
        case Decimal() | Fraction():
            return _decimal(value)
        case Mapping():
            return value.get(i18n.language()) or value.get("pl", "")
        case _ if hasattr(value, "in_language"):
            return value.in_language(i18n.language())
        case _:
            return value


def _decimal(value: Decimal | Fraction) -> str:
    exact = Fraction(value)
    rounded = Decimal(exact.numerator) / Decimal(exact.denominator)
    text = f"{rounded:.2f}"
    return text.replace(".", ",") if i18n.language() == "pl" else text
