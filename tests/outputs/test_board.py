"""The board of cards says when cards differ too much, as the round's rules have it."""

from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy.orm import Session

from strefa.outputs.board import divergence_said
from tests import world

WHAT = "Rozbieżność to różnica sum kart w punktach. "


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (
            {"margin": "20", "across_threshold": True},
            "Trzecia ocena jest potrzebna, gdy rozbieżność jest większa niż 20"
            " albo gdy jedna suma jest niższa od progu 60, a inna nie.",
        ),
        ({"margin": "12.5", "margin_included": True},
         "Trzecia ocena jest potrzebna, gdy rozbieżność wynosi co najmniej 12,5."),
        ({"on_request": True}, "Trzecia ocena jest potrzebna, gdy prosi o nią ktoś, kto ocenia."),
        ({}, "W tej edycji nie ma trzeciej oceny."),
    ],
)  # fmt: skip
def test_each_rule_of_a_third_card_is_said(app: Any, store: Session, rules: dict[str, Any], said: str) -> None:
    round_ = world.a_round()
    template = deepcopy(round_.template)
    template["scoring"]["divergence"] = rules
    round_.template, round_.template_sha256 = template, repr(rules)[:64].ljust(64, "0")
    with app.test_request_context():
        assert divergence_said(round_) == WHAT + said
