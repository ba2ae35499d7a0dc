"""What differs between two texts of a round, place by place."""

from typing import Any

import pytest

from strefa.contest.rounds.actions import MOST_TOLD, changed_places
from strefa.rules.plain_data import differences


@pytest.mark.parametrize(
    ("one", "other", "places"),
    [
        ({"a": 1, "b": {"c": [1, 2]}}, {"a": 1, "b": {"c": [1, 2]}}, []),
        ({"a": 1, "b": {"c": [1, 2]}}, {"a": 2, "b": {"c": [1, 3]}}, ["a", "b.c.1"]),
        ({"a": [1, 2]}, {"a": [1]}, ["a"]),
        ({"a": 1}, {"b": 1}, ["a", "b"]),
        ({"a": {"x": 1}}, {"a": 1}, ["a"]),
    ],
)
def test_differences_are_named_by_their_paths(one: Any, other: Any, places: list[str]) -> None:
    assert differences(one, other) == places


def test_many_differences_are_named_as_far_as_there_is_room_and_the_rest_is_counted() -> None:
    places = [f"p{number}" for number in range(MOST_TOLD + 3)]
    assert changed_places(places) == ", ".join([*places[:MOST_TOLD], "+3"])
    assert changed_places(places[:MOST_TOLD]) == ", ".join(places[:MOST_TOLD])
