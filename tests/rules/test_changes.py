from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strefa.rules.changes import MOST_WORDS, Change, compared, shortened, sittings

TEXTS = st.lists(st.sampled_from(["noc", "w", "czytelni", "źdźbło", " ", " ", "\n", ".", ",", "2 000", "„", "”"])).map(
    "".join
)
NOON = datetime(2027, 2, 1, 11, tzinfo=UTC)


def told(before: str, after: str) -> list[tuple[str, str]]:
    return [(piece.change.value, piece.text) for piece in compared(before, after)]


@given(TEXTS, TEXTS)
def test_the_pieces_hold_both_texts_to_the_last_sign(before: str, after: str):
    pieces = compared(before, after)
    assert "".join(piece.text for piece in pieces if piece.change is not Change.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.change is not Change.REMOVED) == after
    assert all(piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("", "", []),
        ("Noc", "Noc", [("kept", "Noc")]),
        ("", "Noc", [("added", "Noc")]),
        ("Noc w żłobku", "Noc w żłobku", [("kept", "Noc w żłobku")]),
        ("żółw", "żółwie", [("removed", "żółw"), ("added", "żółwie")]),
        ("mała biała noc", "duża czarna noc", [("removed", "mała biała"), ("added", "duża czarna"), ("kept", " noc")]),
        ("noc, dzień", "noc i dzień", [("kept", "noc"), ("removed", ","), ("added", " i"), ("kept", " dzień")]),
    ],
)
def test_whole_words_change_and_neighbours_change_together(before: str, after: str, pieces: list[tuple[str, str]]):
    assert told(before, after) == pieces


def test_very_long_texts_are_compared_by_lines():
    lines = [f"wiersz {number}\n" for number in range(MOST_WORDS)]
    changed = [*lines[:5], "inny\n", *lines[6:]]
    assert told("".join(lines), "".join(changed))[1:3] == [("removed", "wiersz 5\n"), ("added", "inny\n")]


def test_what_stands_far_from_a_change_is_left_out_and_changes_stay_whole():
    far = "Biblioteka w Zalesiu działa od lat. " * 20
    pieces = shortened(compared(f"{far}Noc.{far}", f"{far}Dzień.{far}"))
    assert [piece.text for piece in pieces if piece.change is not Change.KEPT] == ["Noc", "Dzień"]
    first, last = pieces[0].text, pieces[-1].text
    assert first.startswith(" … ")
    assert first.endswith("działa od lat. ")
    assert last.startswith(".Biblioteka")
    assert last.endswith(" … ")
    assert max(len(first), len(last)) < 100
    short = compared("Noc w czytelni", "Dzień w czytelni")
    assert shortened(short) == short


@dataclass
class Save:
    saved_at: datetime
    saved_by_id: int | None


def test_saves_of_one_person_close_in_time_are_one_sitting():
    minutes_and_people = [(0, 1), (5, 1), (14, 1), (24, 1), (25, 2), (26, 1), (27, 1)]
    saves = [Save(NOON + timedelta(minutes=minute), person) for minute, person in minutes_and_people]
    assert [saves.index(save) for save in sittings(saves)] == [2, 3, 4, 6]
    assert sittings([]) == []
