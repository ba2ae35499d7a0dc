"""How the rules say no: codes, complete and in order, never sentences.

The words for every `Reason` live in `strefa.outputs.words`; a test finds a missing one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """Why something is refused. The value is the stable key of its sentence."""

    WRONG_STATUS = "wrong_status"
    CHANGED_MEANWHILE = "changed_meanwhile"


@dataclass(frozen=True)
class Blocker:
    """One reason, the form field or step it concerns, and the figures its sentence names."""

    reason: Reason
    at: str = ""
    values: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)


class Refused(Exception):  # noqa: N818
    """The rules forbid this; `blockers` says why, completely and in order."""

    def __init__(self, *blockers: Blocker) -> None:
        super().__init__(", ".join(f"{b.reason}@{b.at}" for b in blockers))
        self.blockers = blockers
