from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strefa.rules import money
from strefa.rules.refusal import Blocker, Reason, Refused

AMOUNTS = st.integers(0, money.MAXIMUM)


@pytest.mark.parametrize(
    ("typed", "grosze"),
    [
        ("6 000", 600_000),
        ("6000", 600_000),
        ("6 000,00", 600_000),
        ("6.000,00", 600_000),
        ("6,000.00", 600_000),
        ("6000.50", 600_050),
        ("6000,5", 600_050),
        ("6 000 zł", 600_000),
        ("6000zł.", 600_000),
        ("6 000 PLN", 600_000),
        ("PLN 6,000.00", 600_000),
        ("6\u00a0000,00\u00a0zł", 600_000),
        ("6\u2009000", 600_000),
        ("6\u202f000", 600_000),
        ("1.958.129", 195_812_900),
        ("1 958 129,07", 195_812_907),
        ("1.958.129,5", 195_812_950),
        ("6.000", 600_000),
        ("6,000", 600_000),
        ("500,-", 50_000),
        ("0", 0),
        ("0,07", 7),
        ("007", 700),
        ("  12  ", 1_200),
        ("1 000 000 000", money.MAXIMUM),
    ],
)
def test_every_way_people_type_an_amount_is_understood(typed: str, grosze: int):
    assert money.parse(typed) == grosze


@pytest.mark.parametrize(
    ("typed", "blocker"),
    [
        ("", Blocker(Reason.AMOUNT_EMPTY, "g3_from")),
        (" \u00a0 ", Blocker(Reason.AMOUNT_EMPTY, "g3_from")),
        ("zł", Blocker(Reason.AMOUNT_EMPTY, "g3_from")),
        ("-5", Blocker(Reason.AMOUNT_NEGATIVE, "g3_from")),
        ("−5,00 zł", Blocker(Reason.AMOUNT_NEGATIVE, "g3_from")),
        ("sześć", Blocker(Reason.AMOUNT_NOT_A_NUMBER, "g3_from", {"typed": "sześć"})),
        ("6 tys.", Blocker(Reason.AMOUNT_NOT_A_NUMBER, "g3_from", {"typed": "6 tys."})),
        ("5-6", Blocker(Reason.AMOUNT_NOT_A_NUMBER, "g3_from", {"typed": "5-6"})),
        ("٦٠٠", Blocker(Reason.AMOUNT_NOT_A_NUMBER, "g3_from", {"typed": "٦٠٠"})),
        ("1e5", Blocker(Reason.AMOUNT_NOT_A_NUMBER, "g3_from", {"typed": "1e5"})),
        ("60 00", Blocker(Reason.AMOUNT_UNCLEAR, "g3_from", {"typed": "60 00"})),
        ("1.958.12", Blocker(Reason.AMOUNT_UNCLEAR, "g3_from", {"typed": "1.958.12"})),
        ("6000,", Blocker(Reason.AMOUNT_UNCLEAR, "g3_from", {"typed": "6000,"})),
        (",50", Blocker(Reason.AMOUNT_UNCLEAR, "g3_from", {"typed": ",50"})),
        ("6,5 0", Blocker(Reason.AMOUNT_UNCLEAR, "g3_from", {"typed": "6,5 0"})),
        ("1.234 567", Blocker(Reason.AMOUNT_UNCLEAR, "g3_from", {"typed": "1.234 567"})),
        (".", Blocker(Reason.AMOUNT_UNCLEAR, "g3_from", {"typed": "."})),
        ("0,500", Blocker(Reason.AMOUNT_TOO_MANY_DECIMALS, "g3_from", {"typed": "0,500", "decimals": 3})),
        ("1234.500", Blocker(Reason.AMOUNT_TOO_MANY_DECIMALS, "g3_from", {"typed": "1234.500", "decimals": 3})),
        ("6 000,123", Blocker(Reason.AMOUNT_TOO_MANY_DECIMALS, "g3_from", {"typed": "6 000,123", "decimals": 3})),
        ("1000000000,01", Blocker(Reason.AMOUNT_TOO_LARGE, "g3_from", {"maximum_grosze": money.MAXIMUM})),
        ("9" * 9_000, Blocker(Reason.AMOUNT_TOO_LARGE, "g3_from", {"maximum_grosze": money.MAXIMUM})),
    ],
)
def test_an_amount_that_cannot_be_meant_is_refused_for_its_own_reason(typed: str, blocker: Blocker):
    with pytest.raises(Refused) as refused:
        money.parse(typed, "g3_from")
    assert refused.value.blockers == (blocker,)


@given(AMOUNTS, st.sampled_from(["pl", "en"]))
def test_an_amount_written_is_read_back_the_same(grosze: int, language: str):
    assert money.parse(money.written(grosze, language)) == grosze


@given(st.text(max_size=20) | st.text("0123456789 .,-zł\u00a0", max_size=14))
def test_anything_typed_is_either_understood_or_refused(typed: str):
    try:
        assert 0 <= money.parse(typed) <= money.MAXIMUM
    except Refused as refused:
        assert len(refused.blockers) == 1


def test_an_amount_is_written_with_hard_spaces_and_its_sign():
    assert money.written(123_450) == "1\u00a0234,50\u00a0zł"
    assert money.written(195_812_900) == "1\u00a0958\u00a0129,00\u00a0zł"
    assert money.written(-5) == "−0,05\u00a0zł"
    assert money.written(123_450, "en") == "PLN\u00a01,234.50"


@pytest.mark.parametrize(
    ("grosze", "words"),
    [
        (500_000, "pięć tysięcy złotych 00/100"),
        (0, "zero złotych 00/100"),
        (100, "jeden złoty 00/100"),
        (250, "dwa złote 50/100"),
        (1_207, "dwanaście złotych 07/100"),
        (2_200, "dwadzieścia dwa złote 00/100"),
        (10_100, "sto jeden złotych 00/100"),
        (11_200, "sto dwanaście złotych 00/100"),
        (2_100_000, "dwadzieścia jeden tysięcy złotych 00/100"),
        (195_812_999, "milion dziewięćset pięćdziesiąt osiem tysięcy sto dwadzieścia dziewięć złotych 99/100"),
    ],
)
def test_an_amount_in_words_takes_the_right_form_of_the_currency(grosze: int, words: str):
    assert money.in_words(grosze) == words


def test_an_amount_in_english_words_holds_no_polish_letter():
    assert money.in_words(500_000, "en") == "five thousand zlotys 00/100"
    assert money.in_words(107, "en") == "one zloty 07/100"


def test_a_negative_amount_has_no_words():
    with pytest.raises(ValueError, match="negative"):
        money.in_words(-1)


@pytest.mark.parametrize(
    ("zlotys", "grosze"), [("0.005", 1), ("0.0049", 0), ("2.675", 268), ("-0.005", -1), ("12", 1200)]
)
def test_halves_of_a_grosz_go_up(zlotys: str, grosze: int):
    assert money.rounded(Decimal(zlotys)) == grosze


def test_shares_are_compared_exactly_and_rounded_only_when_shown():
    over = money.share(40_001, 100_000)
    assert over is not None and over > Fraction(40, 100)
    assert money.written_share(money.share(400_001, 1_000_000)) == "40,00\u00a0%"
    assert money.written_share(Fraction(123_450, 1_000_000)) == "12,35\u00a0%"
    assert money.written_share(Fraction(-1, 8), "en") == "−12.50%"


def test_there_is_no_share_of_nothing():
    assert money.share(5, 0) is None
    assert money.written_share(None) == "–"
