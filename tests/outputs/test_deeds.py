"""Whoever reads a round's journal reads words."""

import re
from pathlib import Path

import pytest

from strefa.outputs.deeds import DEEDS

CONTEST = Path(__file__).resolve().parents[2] / "strefa" / "contest"
SAID = re.compile(r'\b(?:record|_recorded|_noted)\(\s*"([a-z_]+)"(?: if \w+ else "([a-z_]+)")?')


def verbs_of(stage: str) -> set[str]:
    text = "".join(path.read_text(encoding="utf-8") for path in (CONTEST / stage).rglob("*.py"))
    return {verb for pair in SAID.findall(text) for verb in pair if verb}


@pytest.mark.parametrize("stage", ["rounds", "applications", "screening", "jury", "decisions"])
def test_every_deed_of_a_stage_has_its_words(stage: str) -> None:
    verbs = verbs_of(stage)
    assert verbs
    assert verbs <= DEEDS.keys(), verbs - DEEDS.keys()


def test_no_words_are_kept_for_what_nobody_does() -> None:
    known = set().union(
        *(verbs_of(stage) for stage in ("people", "rounds", "applications", "screening", "jury", "decisions"))
    )
    assert DEEDS.keys() <= known
