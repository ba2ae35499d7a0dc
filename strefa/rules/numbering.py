"""Numbers people quote and ids that addresses hold."""

import re
import secrets
from random import Random

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Small letters and digits nobody mistakes for one another: no i, l, o, 0, 1."""
PUBLIC_ID_LENGTH = 10
_PUBLIC_ID = re.compile(rf"[{ALPHABET}]{{{PUBLIC_ID_LENGTH}}}")


def application_number(prefix: str, ordinal: int) -> str:
    """The number given at the first send: `SE-2027` and 1 make `SE-2027-0001`; past 9999 it grows longer.

    Raises:
        ValueError: the ordinal is below 1.
    """
    if ordinal < 1:
        raise ValueError("applications are numbered from 1")
    return f"{prefix}-{ordinal:04}"


def public_id(source: Random | None = None) -> str:
    """A random id for life, for addresses: 10 characters, 49 bits. `source` replaces the system's randomness."""
    random = source or secrets.SystemRandom()
    return "".join(random.choice(ALPHABET) for _ in range(PUBLIC_ID_LENGTH))


def is_public_id(text: str) -> bool:
    """Whether the text has the form of a public id."""
    return _PUBLIC_ID.fullmatch(text) is not None
