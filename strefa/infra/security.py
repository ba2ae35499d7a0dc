"""Passwords, tokens and signed links.

Passwords are hashed with argon2id; tokens are random and only their hash is stored; links carry a
signature with one salt for each purpose, so that a link for one thing never opens another.
"""

import hashlib
import secrets
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from strefa.infra import chance
from strefa.rules.text import normalised

SHORTEST_PASSWORD = 15  # alone; 8 with a second factor
SHORTEST_WITH_SECOND_FACTOR = 8
LONGEST_PASSWORD = 128

_hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """Hash a password; slow on purpose, so never inside a transaction."""
    return _hasher.hash(normalised(password))


def password_fits(stored: str | None, password: str) -> bool:
    """Say whether a password fits; an unknown account takes as long as a known one."""
    try:
        return _hasher.verify(stored or _stand_in(), normalised(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _stand_in() -> str:
    return _hasher.hash(secrets.token_hex(16))


def is_common(password: str) -> bool:
    """Say whether a password is on the list of common ones (zxcvbn's)."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # slow: 90 000 words, needed only when a password is set

    return password.casefold() in _common_words(tuple(FREQUENCY_LISTS["passwords"]))


@cache
def _common_words(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(words)


def new_token() -> str:
    """Return a fresh random token, 256 bits."""
    return chance.token()


def token_hash(token: str) -> str:
    """Return what is stored of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


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
