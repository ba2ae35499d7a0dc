import sqlite3
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strefa.rules import text

ANY = st.text(max_size=30) | st.text("aąbcćlłnńoósśzźżAĄŁŻ e\u0301-", max_size=12)
# fmt: off
WORDS_IN_ORDER = [
    "2027 abc", "a b", "ab", "Ala", "ala", "az", "aż", "ąb", "b",
    "ce", "cz", "Ćma", "dom", "lz", "Łódź", "łza", "m", "nz",
    "ńu", "oz", "ósmy", "René", "sz", "Śląsk", "x", "zz", "źle",
    "żaba",
]
# fmt: on


def test_length_counts_code_points_of_the_kept_form():
    assert text.length("Zażółć gęślą\njaźń 📚") == 19
    assert text.length("Zażółć gęślą\r\njaźń 📚") == 19
    assert text.length(unicodedata.normalize("NFD", "Zażółć gęślą\rjaźń 📚")) == 19


def test_what_no_database_holds_is_dropped_and_the_rest_kept():
    assert text.normalised("a\x00b\ud800c\x07\td\r\n\r\u00a0 e ") == "ab" + "c\td\n\n\u00a0 e "


@given(ANY)
def test_the_kept_form_is_its_own_kept_form(typed: str):
    kept = text.normalised(typed)
    assert text.normalised(kept) == kept
    kept.encode()


def test_names_sort_as_in_a_polish_dictionary():
    assert sorted(reversed(WORDS_IN_ORDER), key=text.collation_key) == WORDS_IN_ORDER


def test_case_comes_after_every_letter_and_exact_text_last():
    assert sorted(["łan B", "Łan a", "łan a", "ŁAN"], key=text.collation_key) == ["ŁAN", "Łan a", "łan a", "łan B"]


def test_marks_around_a_name_do_not_move_it():
    assert sorted(["Zenit", "„Bajka”", "Alfa", "(Celina)"], key=text.collation_key) == [
        "Alfa",
        "„Bajka”",
        "(Celina)",
        "Zenit",
    ]


@given(st.lists(ANY, max_size=8))
def test_the_key_orders_alike_in_python_and_as_bytes_in_sqlite(typed: list[str]):
    keys = [text.collation_key(t) for t in typed]
    store = sqlite3.connect(":memory:")
    store.execute("CREATE TABLE names (sort_key TEXT COLLATE BINARY)")
    store.executemany("INSERT INTO names VALUES (?)", [(k,) for k in keys])
    in_sqlite = [row[0] for row in store.execute("SELECT sort_key FROM names ORDER BY sort_key")]
    store.close()
    assert in_sqlite == sorted(keys) == sorted(keys, key=str.encode)


@given(ANY, ANY)
def test_two_texts_share_a_key_only_when_they_are_one(first: str, second: str):
    same = text.normalised(first).replace("\t", " ") == text.normalised(second).replace("\t", " ")
    assert (text.collation_key(first) == text.collation_key(second)) == same


@pytest.mark.parametrize("letters", ["aąb", "cćd", "eęf", "lłm", "nńo", "oóp", "sśt", "zźż"])
@given(tail=st.text(st.characters(categories=["L", "N", "P", "Z"]), max_size=5))
def test_a_marked_letter_stands_after_its_plain_one_whatever_follows(letters: str, tail: str):
    keys = [text.collation_key(c + t) for c, t in zip(letters, (tail, tail, ""), strict=True)]
    assert keys == sorted(keys)


def test_a_search_finds_names_typed_without_polish_letters():
    assert text.search_key("  ŁÓDŹ,\nul. Żółta – René ") == "lodz, ul. zolta - rene"
    assert text.search_key("Gęśla") in text.search_key("zażółć GESLA jaźń")


def test_lines_do_not_end_with_a_one_letter_word_nor_break_an_amount():
    assert text.hard_spaces("I w domu, i z kotem (a u nas o 6 000 zł)") == (
        "I\u00a0w\u00a0domu, i\u00a0z\u00a0kotem (a\u00a0u\u00a0nas o\u00a06\u00a0000\u00a0zł)"
    )
    assert text.hard_spaces("za 500 zł albo 10 % kosztów, nr 5") == "za 500\u00a0zł albo 10\u00a0% kosztów, nr\u00a05"
    assert text.hard_spaces("mama i\ntata, radio u") == "mama i\ntata, radio u"


@given(ANY)
def test_hard_spaces_change_nothing_but_spaces(typed: str):
    hard = text.hard_spaces(typed)
    assert hard.replace("\u00a0", " ") == typed.replace("\u00a0", " ")
    assert text.hard_spaces(hard) == hard


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("list poparcia.pdf", "list poparcia.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Moje\\kosztorys.xlsx", "kosztorys.xlsx"),
        ("umowa\u202efdp.exe", "umowafdp.exe"),
        ("a\x00b\nc.pdf", "abc.pdf"),
        (unicodedata.normalize("NFD", "żółw.png"), "żółw.png"),
        ("co: gdzie?.pdf", "co_ gdzie_.pdf"),
        (" .. ", "plik"),
        ("", "plik"),
    ],
)
def test_a_file_name_is_cleaned_of_what_could_mislead(name: str, clean: str):
    assert text.file_name(name) == clean


def test_a_long_file_name_keeps_its_extension():
    clean = text.file_name("ż" * 300 + ".docx")
    assert clean.endswith("ż.docx") and 253 <= len(clean.encode()) <= 255


@given(ANY)
def test_a_cleaned_file_name_fits_and_is_its_own_clean_name(name: str):
    clean = text.file_name(name)
    assert 0 < len(clean.encode()) <= 255
    assert text.file_name(clean) == clean
