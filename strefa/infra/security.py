"""Passwords, tokens and signed links.

Passwords are hashed with argon2id; tokens are random and only their hash is stored; links carry a
signature with one salt for each purpose, so that a link for one thing never opens another.
"""

import hashlib
import hmac
import string
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from strefa.infra import chance
from strefa.rules.text import normalised, search_key

SHORTEST_PASSWORD = 15  # alone; 8 with a second factor
SHORTEST_WITH_SECOND_FACTOR = 8
LONGEST_PASSWORD = 128
FEWEST_SIGNS = 5  # different ones
FEWEST_GUESSES = 10**9
CODE_FIGURES = 6
LONGEST_JUDGED = 72  # signs: what zxcvbn reads
OURS = frozenset((
    "biblioteka", "bibliotekarka", "bibliotekarz", "ksiaznica", "czytelnia", "ksiazka", "ksiazki", "strefa", "labib",
    "frsi", "eksperyment", "eksperymentator", "strefaeksperymentu", "konkurs", "wniosek", "grant", "granty", "dotacja",
    "juror", "jury", "mojehaslo", "tajnehaslo", "publiczna", "miejska", "gminna", "powiatowa", "szkolna", "warszawa",
))  # fmt: skip  # without Polish marks, as they are compared
_LINES = ("1234567890", "0123456789", "qwertyuiopasdfghjklzxcvbnm", "abcdefghijklmnopqrstuvwxyz")
_WAYS = tuple(way for line in _LINES for way in (line * 3, line[::-1] * 3))

STAND_IN = "$argon2id$v=19$m=47104,t=1,p=1$DoDDFtkbiKPyvSBgZXCGCw$U83SH2KTTfa867/nCC2+L4DdXYwqvtPo8WAACTzCJc8"
"""The hash of a password that nobody has: an unknown account takes as long as a known one, from the first try on."""

_hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """Hash a password; slow on purpose, so never inside a transaction."""
    return _hasher.hash(normalised(password))


def password_fits(stored: str | None, password: str) -> bool:
    """Say whether a password fits; an unknown account takes as long as a known one."""
    try:
        return _hasher.verify(stored or STAND_IN, normalised(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def is_common(password: str) -> bool:
    """Say whether a password is among the first that are guessed.

    That is: a word of the list (zxcvbn's, and what is about us), also with figures or marks around it or said
    again and again; a walk along the keyboard, the alphabet or the figures; the same few signs over and over; a long
    one that zxcvbn would guess in fewer than 10^9 tries.
    """
    folded = search_key(password)
    unit = _repeated(folded.replace(" ", ""))
    meant = {folded, unit, _bare(folded), _bare(unit), _repeated(_bare(folded))}
    simple = len(set(folded)) < FEWEST_SIGNS or any(unit in way for way in _WAYS)
    return simple or not meant.isdisjoint(_common_words()) or _is_soon_guessed(folded)


def _is_soon_guessed(folded: str) -> bool:
    """Say whether a long password is made of few guesses: common words side by side, walks along the keys, years."""
    from zxcvbn import zxcvbn  # slow, as below

    if len(folded) < SHORTEST_PASSWORD:
        return False  # a second factor stands beside it
    return zxcvbn(folded[:LONGEST_JUDGED], user_inputs=sorted(OURS))["guesses"] < FEWEST_GUESSES


def _bare(text: str) -> str:
    return text.strip(string.digits + string.punctuation + " ")


def _repeated(text: str) -> str:
    """Return what a text says again and again, the last time perhaps not to its end; the text itself if it does not."""
    sizes = (size for size in range(1, len(text) // 2 + 1) if (text[:size] * len(text)).startswith(text))
    return text[: next(sizes, len(text))]


@cache
def _common_words() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # slow: 90 000 words, needed only when a password is set

    return frozenset(FREQUENCY_LISTS["passwords"]) | OURS


def new_token() -> str:
    """Return a fresh random token, 256 bits."""
    return chance.token()


def token_hash(token: str) -> str:
    """Return what is stored of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def short_code(purpose: str, what: str) -> str:
    """Return the six figures that this instance alone can tell of something, for people to copy by hand.

    They follow from the secret key (HMAC-SHA-256), so nothing of them is stored; whoever asks twice gets the same.
    """
    told = hmac.digest(str(current_app.secret_key).encode(), f"strefa:{purpose}:{what}".encode(), "sha256")
    return f"{int.from_bytes(told) % 10**CODE_FIGURES:0{CODE_FIGURES}}"


def signed(purpose: str, payload: Any) -> str:
    """Sign a payload for one purpose; the text can stand in an address."""
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=f"strefa:{purpose}").dumps(payload)


def unsigned(purpose: str, text: str, *, hours: float) -> Any:
    """Return the payload of a signed text, or None when it is forged, foreign or too old."""
    try:
        return URLSafeTimedSerializer(current_app.secret_key or "", salt=f"strefa:{purpose}").loads(
            text, max_age=int(hours * 3600)
        )
    except BadSignature:
        return None
