"""Randomness, read only here: the system's own, or a seeded one for a round that is played for show."""

import secrets
from random import Random

from strefa.rules import numbering

_source: Random = secrets.SystemRandom()


def seed(number: int | None) -> None:
    """Make everything drawn from now on follow from a number; None brings the system's randomness back.

    Only the played round asks for this: its papers and its journal must be the same each time.
    """
    global _source
    _source = secrets.SystemRandom() if number is None else Random(number)


def public_id() -> str:
    """Return a random id for life, for addresses."""
    return numbering.public_id(_source)


def hexadecimal(size: int) -> str:
    """Return `size` random bytes as hexadecimal digits."""
    return _source.randbytes(size).hex()


def token() -> str:
    """Return a fresh random token of 256 bits that can stand in an address."""
    return hexadecimal(32)
