"""The two tables of who may do what, read from their text files."""

from pathlib import Path

from tests.guards.scene import PEOPLE

READ, ACTED = "reading.txt", "acting.txt"


def table(name: str) -> dict[str, dict[str, str]]:
    """Return the cells of a table: row to person to mark.

    Raises:
        ValueError: the head does not name everybody in their order, a row is no row or stands twice.
    """
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    head, *rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    if head != [person[:3] for person in PEOPLE]:
        raise ValueError(f"{name} names other people: {head}")
    found: dict[str, dict[str, str]] = {}
    for row, *marks in rows:
        if row in found:
            raise ValueError(f"{name} has {row} twice")
        found[row] = dict(zip(PEOPLE, marks, strict=True))
    return found


def endpoints(name: str) -> set[str]:
    """Return the endpoints that a table speaks of."""
    return {row.partition(":")[0] for row in table(name)}
