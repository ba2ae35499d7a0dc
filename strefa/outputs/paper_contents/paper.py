"""What every kind of paper gives to be printed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Paper:
    """What a paper is made of: its template, its values, the date inside it and the name of its file."""

    template: str
    values: dict[str, Any]
    dated: datetime
    name: str
