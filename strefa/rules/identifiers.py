"""Polish identifiers: each checked, and kept in one canonical form."""

import re
import unicodedata
from collections.abc import Callable

from strefa.rules.refusal import Blocker, Reason, Refused

VOIVODESHIPS: dict[str, str] = {
    "02": "dolnośląskie",
    "04": "kujawsko-pomorskie",
    "06": "lubelskie",
    "08": "lubuskie",
    "10": "łódzkie",
    "12": "małopolskie",
    "14": "mazowieckie",
    "16": "opolskie",
    "18": "podkarpackie",
    "20": "podlaskie",
    "22": "pomorskie",
    "24": "śląskie",
    "26": "świętokrzyskie",
    "28": "warmińsko-mazurskie",
    "30": "wielkopolskie",
    "32": "zachodniopomorskie",
}
"""Names of the sixteen voivodeships by the first two digits of TERYT, in Polish order of names."""

_TERYT_KINDS = "1234589"
_DASHES = re.compile(r"[‐‑‒–—−]")
_RIK = re.compile(
    r"(?:RIK\b)?[\s:.,-]*(?:(?:nr|poz|numer)\b\.?\s*)?(?P<number>(?:[A-Z]{1,6}[-./ ]?)?\d+(?:[-/.]\w+)*)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_EMAIL_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_EMAIL_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])")
_EDELIVERY = re.compile(r"(?:AE:?)?(PL-\d{5}-\d{5}-[A-Z]{5}-\d{2})", re.ASCII)


def checked(kind: str, text: str, at: str = "") -> str:
    """The canonical form of an identifier of this kind (a key of `KINDS`); `at` names the field in the refusal.

    Raises:
        Refused: what is wrong: empty, not digits, wrong length, wrong check digit, wrong form.
        KeyError: no such kind.
    """
    check = KINDS[kind]
    tidy = " ".join(_DASHES.sub("-", unicodedata.normalize("NFC", text)).split())
    try:
        if not tidy:
            raise _refused(Reason.EMAIL_MISSING if kind == "email" else Reason.IDENTIFIER_EMPTY)
        return check(tidy)
    except Refused as refused:
        raise Refused(*(Blocker(b.reason, at, b.values) for b in refused.blockers)) from None


def voivodeship_of(teryt: str) -> str:
    """The voivodeship's name for a TERYT code of any length from two digits. Raises KeyError for an unknown prefix."""
    return VOIVODESHIPS[teryt[:2]]


def shown(kind: str, canonical: str) -> str:
    """A canonical identifier as people read it: NIP as 521-301-72-28, an account number in groups of four."""
    if kind == "nip":
        return "-".join((canonical[:3], canonical[3:6], canonical[6:8], canonical[8:]))
    if kind == "iban":
        return "\u00a0".join(canonical[i : i + 4] for i in range(0, len(canonical), 4))
    return canonical


def _refused(reason: Reason, **values: object) -> Refused:
    return Refused(Blocker(reason, values=values))


def _digits(text: str, prefix: str = "") -> str:
    """The digits alone, without the prefix and separators people type between them."""
    bare = re.sub(rf"^{prefix}[\s:.]*", "", text, flags=re.IGNORECASE) if prefix else text
    bare = re.sub(r"[\s().-]", "", bare)
    if strange := re.search(r"[^0-9]+", bare):
        raise _refused(Reason.IDENTIFIER_NOT_DIGITS, strange=strange[0])
    return bare


def _nip(text: str) -> str:
    from stdnum.pl import nip  # slow import

    digits = _digits(re.sub(r"^PL\s*", "", re.sub(r"^NIP[\s:.]*", "", text, flags=re.I), flags=re.I))
    if len(digits) != 10:
        raise _refused(Reason.NIP_LENGTH, typed=len(digits))
    if not nip.is_valid(digits) or not digits.strip("0"):
        raise _refused(Reason.NIP_CHECK_DIGIT)
    return digits


def _regon(text: str) -> str:
    from stdnum.pl import regon  # slow import

    digits = _digits(text, "REGON")
    if len(digits) not in (9, 14):
        raise _refused(Reason.REGON_LENGTH, typed=len(digits))
    if not regon.is_valid(digits) or not digits.strip("0"):
        raise _refused(Reason.REGON_CHECK_DIGIT)
    return digits


def _krs(text: str) -> str:
    digits = _digits(text, "KRS")
    if len(digits) != 10 or not digits.strip("0"):
        raise _refused(Reason.KRS_LENGTH, typed=len(digits))
    return digits


def _rik(text: str) -> str:
    match = _RIK.fullmatch(text)
    if match is None:
        raise _refused(Reason.RIK_NUMBER)
    organiser = match["rest"].strip(" ,;:-")
    if not re.search(r"[^\W\d_]{3}", organiser):
        raise _refused(Reason.RIK_ORGANISER, number=match["number"])
    return f"RIK {match['number'].upper()} {organiser}"


def _register(text: str) -> str:
    """RIK or KRS, told apart by the prefix, else by a row of digits as long as only KRS has."""
    if re.match(r"KRS\b", text, re.IGNORECASE) or re.fullmatch(r"[\d\s-]{7,}", text):
        return f"KRS {_krs(text)}"
    if re.fullmatch(r"[\d\s-]+", text) or not re.search(r"\d", text):
        raise _refused(Reason.REGISTER_FORM)
    return _rik(text)


def _postal_code(text: str) -> str:
    match = re.fullmatch(r"(\d{2})[\s-]*(\d{3})", text, re.ASCII)
    if match is None:
        raise _refused(Reason.POSTAL_CODE_FORM)
    return f"{match[1]}-{match[2]}"


def _phone(text: str) -> str:
    foreign = re.match(r"(?:\+|00)[\s(]*(?!48)\d", text, re.ASCII)
    if foreign:
        raise _refused(Reason.PHONE_NOT_POLISH)
    digits = _digits(text.removeprefix("+").removeprefix("00"))
    national = digits[2:] if len(digits) == 11 and digits.startswith("48") else digits
    national = national[1:] if len(national) == 10 and national.startswith("0") else national
    if len(national) != 9 or national.startswith("0"):
        raise _refused(Reason.PHONE_LENGTH, typed=len(national))
    return f"+48 {national[:3]} {national[3:6]} {national[6:]}"


def _email(text: str) -> str:
    local, at_sign, domain = text.rpartition("@")
    if not at_sign:
        raise _refused(Reason.EMAIL_WITHOUT_AT)
    domain = domain.lower()
    fits = len(local) <= 64 and len(text) <= 254
    if not (fits and _EMAIL_LOCAL.fullmatch(local) and _EMAIL_DOMAIN.fullmatch(domain)):
        raise _refused(Reason.EMAIL_FORM)
    return f"{local}@{domain}"


def _edelivery(text: str) -> str:
    match = _EDELIVERY.fullmatch(text.replace(" ", "").upper())
    if match is None:
        raise _refused(Reason.EDELIVERY_FORM)
    return f"AE:{match[1]}"


def _teryt(text: str) -> str:
    digits = _digits(text, "TERYT")
    if len(digits) != 7:
        raise _refused(Reason.TERYT_LENGTH, typed=len(digits))
    if digits[:2] not in VOIVODESHIPS:
        raise _refused(Reason.TERYT_VOIVODESHIP, prefix=digits[:2])
    if digits[6] not in _TERYT_KINDS:
        raise _refused(Reason.TERYT_COMMUNE_KIND, last=digits[6])
    return digits


def _iban(text: str) -> str:
    from stdnum import iban  # slow import
    from stdnum.exceptions import InvalidChecksum, ValidationError

    compact = re.sub(r"[\s.-]", "", text).upper().removeprefix("IBAN:").removeprefix("IBAN")
    compact = compact if re.match(r"[A-Z]{2}", compact) else f"PL{compact}"
    if compact.startswith("PL"):
        digits = _digits(compact[2:])
        if len(digits) != 26:
            raise _refused(Reason.IBAN_LENGTH, typed=len(digits))
    try:
        return iban.validate(compact)
    except InvalidChecksum:
        raise _refused(Reason.IBAN_CHECK_DIGITS) from None
    except ValidationError:
        raise _refused(Reason.IBAN_FORM) from None


KINDS: dict[str, Callable[[str], str]] = {
    "nip": _nip,
    "regon": _regon,
    "krs": _krs,
    "rik": _rik,
    "register": _register,
    "postal_code": _postal_code,
    "phone": _phone,
    "email": _email,
    "edelivery": _edelivery,
    "teryt": _teryt,
    "iban": _iban,
}
"""Kinds of identifiers and what checks each."""
