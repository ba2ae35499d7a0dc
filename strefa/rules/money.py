"""Amounts of money: integer grosze, typed and written the Polish way.

Sums are made of grosze already rounded row by row, so that paper adds up; shares are compared
as exact fractions and rounded only when shown.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from strefa.rules.refusal import Blocker, Reason, Refused

NBSP = "\u00a0"
MAXIMUM = 100_000_000_000
"""The largest amount understood, in grosze: a milliard of zlotys, still exact in a browser and in a spreadsheet."""

_CURRENCY = re.compile(r"^\s*(?:PLN|zł)\s*|\s*(?:zł\.?|zl\.?|PLN|złotych|złote|złoty)\s*$", re.IGNORECASE)
_NO_GROSZE = re.compile(r",\s?[-–—]+$")
_MINUS = ("-", "−", "–")
_GROUPED = {mark: re.compile(rf"[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+", re.ASCII) for mark in " .,"}


def parse(text: str, at: str = "") -> int:
    """The amount in grosze that a person typed: `6 000`, `6.000,00`, `6000.50`, `6,000 zł`, `1.958.129`, `500,-`.

    A single dot or comma before exactly three digits groups thousands: `6.000` is 6 000 zł.
    `at` names the field in the refusal.

    Raises:
        Refused: nothing typed, negative, not a number, unclear grouping, more than two decimals, too large.
    """
    compact = _NO_GROSZE.sub("", _CURRENCY.sub("", re.sub(r"\s+", " ", text)).strip())
    if not compact:
        raise Refused(Blocker(Reason.AMOUNT_EMPTY, at))
    if compact.startswith(_MINUS):
        raise Refused(Blocker(Reason.AMOUNT_NEGATIVE, at))
    if not re.fullmatch(r"[0-9 .,]+", compact):
        raise Refused(Blocker(Reason.AMOUNT_NOT_A_NUMBER, at, {"typed": text.strip()}))
    whole, decimals = _halves(compact)
    zlotys = _ungrouped(whole)
    if zlotys is None or (decimals is not None and not decimals.isdigit()):
        raise Refused(Blocker(Reason.AMOUNT_UNCLEAR, at, {"typed": text.strip()}))
    decimals = decimals or ""
    if len(decimals) > 2:
        raise Refused(Blocker(Reason.AMOUNT_TOO_MANY_DECIMALS, at, {"typed": text.strip(), "decimals": len(decimals)}))
    if len(zlotys) > len(str(MAXIMUM)) or (grosze := int(zlotys + decimals.ljust(2, "0"))) > MAXIMUM:
        raise Refused(Blocker(Reason.AMOUNT_TOO_LARGE, at, {"maximum_grosze": MAXIMUM}))
    return grosze


def _halves(compact: str) -> tuple[str, str | None]:
    """What stands before the decimal mark and after it; None when there is no decimal mark."""
    marks = [c for c in compact if c in ".,"]
    if not marks or _GROUPED["."].fullmatch(compact) or _GROUPED[","].fullmatch(compact):
        return compact, None
    if marks.count(marks[-1]) > 1:
        return compact, None
    whole, _, decimals = compact.rpartition(marks[-1])
    return whole, decimals


def _ungrouped(whole: str) -> str | None:
    """The digits of a whole number without its grouping marks, or None when the groups make no sense."""
    if whole.isdigit():
        return whole.lstrip("0") or "0"
    if any(grouped.fullmatch(whole) for grouped in _GROUPED.values()):
        return re.sub(r"[ .,]", "", whole)
    return None


def written(grosze: int, language: str = "pl") -> str:
    """The amount in figures: `1 234,50 zł` with hard spaces; in English `PLN 1,234.50`."""
    sign = "−" if grosze < 0 else ""
    zlotys, rest = divmod(abs(grosze), 100)
    if language == "en":
        return f"{sign}PLN{NBSP}{zlotys:,}.{rest:02}"
    return f"{sign}{zlotys:,}".replace(",", NBSP) + f",{rest:02}{NBSP}zł"


def in_words(grosze: int, language: str = "pl") -> str:
    """The amount in words for agreements: `pięć tysięcy złotych 00/100`, `five thousand zlotys 00/100`.

    Raises:
        ValueError: the amount is negative; agreements never name one.
    """
    from num2words import num2words  # pyright: ignore  # slow import, wanted only by agreements and forms

    if grosze < 0:
        raise ValueError("a negative amount has no words")
    zlotys, rest = divmod(grosze, 100)
    noun = ("zloty" if zlotys == 1 else "zlotys") if language == "en" else _zloty(zlotys)
    return f"{num2words(zlotys, lang=language)} {noun} {rest:02}/100"


def _zloty(number: int) -> str:
    if number == 1:
        return "złoty"
    few = number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14)
    return "złote" if few else "złotych"


def rounded(zlotys: Decimal) -> int:
    """Zlotys with any number of decimals as grosze, half up (a half goes away from zero)."""
    return int((zlotys * 100).to_integral_value(ROUND_HALF_UP))


def share(part: int, whole: int) -> Fraction | None:
    """The exact share of `part` in `whole`, both in grosze; None when there is no whole. Compare this, never the shown."""
    return Fraction(part, whole) if whole else None


PERCENT = {"pl": f"{NBSP}%", "en": "%"}


def written_share(value: Fraction | None, language: str = "pl") -> str:
    """A share shown in per cent with two decimals, half up: `12,35 %`, in English `12.35%`; a dash for none."""
    if value is None:
        return "–"
    hundredths = _half_up(abs(value) * 10_000)
    mark = "." if language == "en" else ","
    return f"{'−' if value < 0 and hundredths else ''}{hundredths // 100}{mark}{hundredths % 100:02}{PERCENT[language]}"


def _half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))
