"""What stands beside the answers of an application when they are judged."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class AttachedFile:
    """A stored attachment: the key of its field, its name as people see it, its size in bytes.

    `virus` is what the scanner found in it; empty when nothing.
    """

    field: str
    name: str
    size: int
    virus: str = ""


@dataclass(frozen=True)
class Facts:
    """Frame of the round, attachments, and how many other applications of the organisation count.

    Grants are in grosze; None means that the round sets no such limit. `other_applications` are
    those sent in the round and not withdrawn, without the one judged.
    """

    work_from: date | None = None
    work_to: date | None = None
    least_grant: int | None = None
    most_grant: int | None = None
    applications_per_organisation: int | None = None
    attachments: tuple[AttachedFile, ...] = ()
    other_applications: int = 0
    voivodeships: tuple[str, ...] = ()  # who may apply is from these; empty: the whole country
    largest_population: int | None = None  # of the commune

    def attached(self, field: str) -> tuple[AttachedFile, ...]:
        """Return the attachments of one field in their order."""
        return tuple(file for file in self.attachments if file.field == field)
