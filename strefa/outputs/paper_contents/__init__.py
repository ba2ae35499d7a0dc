"""What each kind of paper is made of, read from stored data alone."""

from collections.abc import Callable

from strefa.outputs.paper_contents.applications import application, receipt
from strefa.outputs.paper_contents.cards import consolidated_card, formal_card, score_card
from strefa.outputs.paper_contents.corrections import correction_request, unconsidered_letter
from strefa.outputs.paper_contents.decisions import minutes, ranking
from strefa.outputs.paper_contents.formal_lists import formal_list
from strefa.outputs.paper_contents.forms import empty_form
from strefa.outputs.paper_contents.foundation import report
from strefa.outputs.paper_contents.letters import formal_letter, letter
from strefa.outputs.paper_contents.paper import Paper

__all__ = ["MAKERS", "Paper"]

MAKERS: dict[str, Callable[[int], Paper | None]] = {
    "receipt": receipt,
    "application": application,
    "formal_card": formal_card,
    "formal_list": formal_list,
    "formal_letter": formal_letter,
    "correction_request": correction_request,
    "unconsidered_letter": unconsidered_letter,
    "score_card": score_card,
    "consolidated_card": consolidated_card,
    "minutes": minutes,
    "ranking": ranking,
    "letter": letter,
    "report": report,
    "empty_form": empty_form,
}
"""Kind of paper to what reads it: called with the id of what the paper is about; None when there is nothing to say."""
