from random import Random

import pytest

from strefa.rules import numbering


def test_applications_are_numbered_with_four_digits_or_more():
    assert numbering.application_number("SE-2027", 1) == "SE-2027-0001"
    assert numbering.application_number("SE-2027", 12_345) == "SE-2027-12345"


def test_no_application_has_number_zero():
    with pytest.raises(ValueError, match="from 1"):
        numbering.application_number("SE-2027", 0)


def test_a_public_id_has_ten_unambiguous_characters_and_comes_once():
    ids = {numbering.public_id() for _ in range(2_000)}
    assert len(ids) == 2_000
    assert all(numbering.is_public_id(i) for i in ids)
    assert not set("".join(ids)) & set("ilo01")


def test_a_given_randomness_gives_the_same_ids_again():
    first, second = Random(5), Random(5)
    assert [numbering.public_id(first) for _ in range(3)] == [numbering.public_id(second) for _ in range(3)]


@pytest.mark.parametrize("text", ["", "k7m2xq9ft", "k7m2xq9ftaa", "K7M2XQ9FTA", "k7m2xq9ft0", "k7m2xq9fta\n"])
def test_other_texts_are_no_public_ids(text: str):
    assert not numbering.is_public_id(text)
