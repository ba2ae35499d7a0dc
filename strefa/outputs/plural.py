"""A sentence whose form depends on a number."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plural:
    """A sentence with a counted noun; `number` names the value that is counted."""

    singular: str
    plural: str
    number: str
