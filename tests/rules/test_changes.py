from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import process_time

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
    revision: int
    size: int = 500


def test_saves_of_one_person_close_in_time_are_one_sitting():
    minutes_and_people = [(0, 1), (5, 1), (14, 1), (24, 1), (25, 2), (26, 1), (27, 1)]
    saves = [
        Save(NOON + timedelta(minutes=minute), person, number)
        for number, (minute, person) in enumerate(minutes_and_people)
    ]
    assert [saves.index(save) for save in sittings(saves)] == [2, 3, 4, 6]
    assert sittings([]) == []


def test_what_much_was_taken_from_or_an_earlier_text_was_put_over_ends_its_sitting():
    revisions_and_sizes = [(1, 900), (2, 801), (3, 701), (4, 2000), (6, 2000), (7, 2001)]
    saves = [Save(NOON, 1, revision, size) for revision, size in revisions_and_sizes]
    assert [save.revision for save in sittings(saves)] == [2, 4, 7]


def test_what_stays_between_two_changes_keeps_its_spaces_when_it_is_cut():
    far = " ".join(f"słowo{number}" for number in range(90))
    middle = shortened(compared(f"Noc {far} w lesie", f"Dzień {far} w polu"))[2].text
    assert middle.startswith(" słowo0 ")
    assert middle.endswith(" słowo89 w ")
    assert " … " in middle


def test_texts_that_say_one_word_a_thousand_times_are_compared_at_once():
    begun = process_time()
    pieces = compared("a " * 990, "b a " * 450)
    assert process_time() - begun < 3, "each word with each would take half a minute"
    assert "".join(piece.text for piece in pieces if piece.change is not Change.REMOVED) == "b a " * 450


def test_small_changes_far_apart_in_a_long_text_are_marked_alone():
    far = "Biblioteka w Zalesiu działa od lat i ma czytelnię. " * 10 + " ".join(f"słowo{n}" for n in range(400))
    changes = [piece for piece in told(f"Noc {far} las", f"Dzień {far} pole") if piece[0] != "kept"]
    assert changes == [("removed", "Noc"), ("added", "Dzień"), ("removed", "las"), ("added", "pole")]
