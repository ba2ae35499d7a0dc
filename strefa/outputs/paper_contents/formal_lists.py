"""The list of applications whose formal check has ended, as it was published."""

from strefa.contest.rounds.queries import by_id
from strefa.contest.screening import list_queries as screening
from strefa.outputs.paper_contents.paper import Paper
from strefa.rules.lifecycle import Status


def formal_list(list_id: int) -> Paper | None:
    """The published list: number, applicant, title and how the formal check ended; reasons stand in the letters."""
    told = screening.list_by_id(list_id)
    round_ = by_id(told.round_id) if told else None
    if told is None or round_ is None:
        return None
    values = {"round": round_, "told": told, "rows": told.rows, "counts": counts(told.rows), "statuses": Status}
    return Paper("formal_list", values, told.published_at, f"ocena-formalna-{round_.slug}-{told.version}.pdf")


def counts(rows: list[dict[str, str]]) -> dict[Status, int]:
    """Count the rows of a list by how the check ended."""
    return {status: sum(row["status"] == status for row in rows) for status in screening.LISTED}
