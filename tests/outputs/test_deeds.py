"""Whoever reads a round's journal reads words."""

import ast
import re
from pathlib import Path

import pytest

from strefa.outputs.deeds import DEEDS
from strefa.outputs.particulars import LABELS, TIES

CONTEST = Path(__file__).resolve().parents[2] / "strefa" / "contest"
LETTERS = "../infra/messages"  # what staff do with a round's letters stands in its journal too
SAID = re.compile(r'\b(?:record|_recorded|_noted)\(\s*"([a-z_]+)"(?: if \w+ else "([a-z_]+)")?')
GIVES_DETAILS = {"record", "_recorded", "_noted", "add_juror"}
NOT_DETAILS = {"actor", "now", "round_id"}


def verbs_of(stage: str) -> set[str]:
    text = "".join(path.read_text(encoding="utf-8") for path in (CONTEST / stage).rglob("*.py"))
    return {verb for pair in SAID.findall(text) for verb in pair if verb}


@pytest.mark.parametrize("stage", ["rounds", "applications", "screening", "jury", "decisions", LETTERS])
def test_every_deed_of_a_stage_has_its_words(stage: str) -> None:
    verbs = verbs_of(stage)
    assert verbs
    assert verbs <= DEEDS.keys(), verbs - DEEDS.keys()


def test_no_words_are_kept_for_what_nobody_does() -> None:
    known = set().union(
        *(
            verbs_of(stage)
            for stage in ("people", "rounds", "applications", "screening", "jury", "decisions", "privacy", LETTERS)
        )
    )
    assert DEEDS.keys() <= known


def details_of(stage: str) -> set[str]:
    """Name every detail that the actions of a stage give to the journal, however it gets there."""
    found: set[str] = set()
    for path in (CONTEST / stage).rglob("*actions.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in GIVES_DETAILS:
                found |= {word.arg for word in call.keywords if word.arg}
    return found - NOT_DETAILS


@pytest.mark.parametrize("stage", ["rounds", "applications", "screening", "jury", "decisions", LETTERS])
def test_every_detail_of_a_deed_has_its_words(stage: str) -> None:
    details = details_of(stage)
    assert details
    assert details <= LABELS.keys() | TIES, details - LABELS.keys() - TIES
