"""What differs between two texts of a round, place by place."""

from typing import Any

import pytest

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
