"""Spreadsheets: what is text stays text, numbers and moments are typed, equal data give equal bytes."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import openpyxl
import pytest

from strefa.outputs.tables import LONGEST_TEXT, Cell, Column, Sheet, workbook

MADE = datetime(2027, 3, 15, 12, tzinfo=UTC)


def written(*cells: tuple[Cell, Any]) -> bytes:
    """A workbook with one row of these cells under headings."""
    columns = [Column(f"K{number}", cell, 10 + number) for number, (cell, _value) in enumerate(cells)]
    return workbook([Sheet("Próba", columns, [[value for _cell, value in cells]])], MADE)


def read_back(*cells: tuple[Cell, Any]) -> list[Any]:
    page = openpyxl.load_workbook(io.BytesIO(written(*cells)))["Próba"]
    return list(page[2])


TEXTS = [
    "=1+1", "+48 601 602 603", "-1.5", "@SUM(A1)", "007", "1.5", "1e5", "2027-01-02", "TRUE", "#N/A", " biały kot ",
    "https://example.org/a", "mailto:a@example.org", "=HYPERLINK(\"http://example.org\")", "'apostrof", "{=A1}",
    "Zażółć gęślą jaźń 📚", "dwa\nwiersze", "a\tb", "<b>&amp;</b>",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_text_stays_the_text_it_was(text: str) -> None:
    (cell,) = read_back((Cell.TEXT, text))

    assert (cell.value, cell.data_type, cell.number_format, cell.hyperlink) == (text, "s", "@", None)


def test_no_formula_and_no_link_stands_in_the_file() -> None:
    book = zipfile.ZipFile(io.BytesIO(written(*((Cell.TEXT, text) for text in TEXTS))))
    page = book.read("xl/worksheets/sheet1.xml").decode()

    assert "<f>" not in page
    assert "hyperlink" not in page
    assert [name for name in book.namelist() if "rels" in name and "sheet" in name] == []


def test_a_number_typed_into_a_text_column_is_text_and_one_counted_is_a_number() -> None:
    cells = read_back(
        (Cell.WHOLE, 19_400), (Cell.MONEY, 195_812_907), (Cell.DECIMAL, Fraction(235, 3)), (Cell.EXACT, Decimal("4.5")),
        (Cell.TEXT, "19400"), (Cell.WHOLE, None), (Cell.MONEY, 0), (Cell.TEXT, ""),
    )  # fmt: skip

    assert [cell.data_type for cell in cells] == ["n", "n", "n", "n", "s", "n", "n", "n"]
    assert [cell.value for cell in cells] == [19_400, 1_958_129.07, pytest.approx(235 / 3), 4.5, "19400", None, 0, None]
    assert [cell.number_format for cell in cells[:4]] == ["0", '#,##0.00 "zł"', "0.00", "0.0###########"]


def test_a_moment_is_a_date_in_the_time_of_warsaw() -> None:
    (cell,) = read_back((Cell.MOMENT, datetime(2027, 7, 1, 10, 30, tzinfo=UTC)))

    assert cell.is_date
    assert (cell.value.isoformat(), cell.number_format) == ("2027-07-01T12:30:00", "yyyy-mm-dd hh:mm")


def test_a_day_is_a_date_without_an_hour_and_one_that_the_format_does_not_know_is_text() -> None:
    cells = read_back((Cell.DAY, date(2027, 5, 18)), (Cell.DAY, date(1899, 12, 31)), (Cell.DAY, "18 maja"))

    assert [cell.data_type for cell in cells] == ["d", "s", "s"]
    assert [cell.number_format for cell in cells] == ["yyyy-mm-dd"] * 3
    assert [str(cell.value) for cell in cells] == ["2027-05-18 00:00:00", "1899-12-31", "18 maja"]


def test_a_sheet_has_its_widths_a_standing_header_and_a_filter() -> None:
    page = openpyxl.load_workbook(io.BytesIO(written((Cell.TEXT, "a"), (Cell.WHOLE, 1))))["Próba"]

    assert [page.column_dimensions[letter].width for letter in "AB"] == pytest.approx([10, 11], abs=1)
    assert (page.freeze_panes, page.auto_filter.ref) == ("B2", "A1:B2")
    assert [cell.font.bold for cell in page[1]] == [True, True]


def test_a_text_longer_than_a_cell_may_hold_is_cut_with_a_sign_and_not_left_out() -> None:
    (cell,) = read_back((Cell.TEXT, "ż" * (LONGEST_TEXT + 1)))

    assert cell.value == "ż" * (LONGEST_TEXT - 1) + "…"


def test_equal_data_give_equal_bytes() -> None:
    assert written((Cell.TEXT, "ż"), (Cell.MOMENT, MADE)) == written((Cell.TEXT, "ż"), (Cell.MOMENT, MADE))
