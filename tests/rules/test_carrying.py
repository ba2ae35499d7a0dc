"""Which answers a new form takes from an earlier application."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from strefa.contest.rounds import template_file
from strefa.rules.carrying import carried
from strefa.rules.fields import Field, Kind
from strefa.rules.formspec import FormSpec
from tests.answers import COMPLETE

FORM = template_file.load(template_file.shipped("strefa-eksperymentu")).form


def changed(name: str, **changes: Any) -> FormSpec:
    """Return the default form with one field changed."""

    def one(field: Field) -> Field:
        return replace(field, **changes) if field.key == name else field

    return replace(FORM, sections=tuple(replace(s, fields=tuple(map(one, s.fields))) for s in FORM.sections))


def taken(form: FormSpec = FORM, **answers: Any) -> dict[str, Any]:
    return carried(FORM, form, deepcopy(COMPLETE) | answers)


def test_all_that_the_same_form_asks_is_taken_but_declarations_and_dates_of_work():
    left = {key for key, value in COMPLETE.items() if value and key not in taken()}
    assert left == {"b5_dates", "i1_declarations"}
    assert {key: value for key, value in taken().items() if key != "d1_activities"} == {
        key: value for key, value in COMPLETE.items() if value and key not in left | {"d1_activities"}
    }


def test_activities_come_without_their_dates():
    assert taken()["d1_activities"] == [
        {**row, "from": "", "to": ""}
        for row in COMPLETE["d1_activities"]
    ]  # fmt: skip


def test_rows_keep_their_places_since_a_budget_names_activities_by_them():
    first, last = COMPLETE["d1_activities"]
    whats = [row.get("what", "") for row in taken(d1_activities=[first, {"what": " "}, last])["d1_activities"]]
    assert whats == [first["what"], "", last["what"]]


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("c1_need", {"key": "c1_other"}),
        ("c1_need", {"kind": Kind.LINE}),
        ("a6_voivodeship", {"options": FORM.field("a6_voivodeship").options[:1]}),
        ("f2_products", {"options": FORM.field("f2_products").options[-1:]}),
        ("d2_results", {"columns": tuple(replace(c, key=f"{c.key}_new") for c in FORM.field("d2_results").columns)}),
    ],
)
def test_what_the_new_form_does_not_ask_or_offer_stays_behind(key: str, changes: dict[str, Any]):
    assert key in taken()
    assert key not in taken(changed(key, **changes))


def test_a_group_of_costs_that_is_not_offered_any_more_is_chosen_anew():
    groups = tuple(option for option in FORM.field("g1_budget").options if option.key != "materials")
    rows = taken(changed("g1_budget", options=groups))["g1_budget"]
    assert [row["group"] for row in rows] == ["salaries", "", "volunteering"]
    assert [row["cost"] for row in rows] == [row["cost"] for row in COMPLETE["g1_budget"]]


def test_a_text_longer_than_the_new_limit_is_taken_whole():
    assert taken(changed("c1_need", limit=5))["c1_need"] == COMPLETE["c1_need"]


def test_answers_of_any_shape_are_read_without_trust():
    nonsense: list[Any] = [None, 7, "x", ["x", {"y": 1}], {"from": 3}]
    for shape in nonsense:
        answers = carried(FORM, FORM, {field.key: shape for field in FORM.fields})
        assert {"i1_declarations", "h1_attachments", "b5_dates"} & answers.keys() == set()
