"""Spreadsheets with typed cells: money as numbers of zlotys, moments and days as dates, text never as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from strefa.infra.i18n import WARSAW

LONGEST_TEXT = 32_767  # characters of a cell: the format has no room for more
FIRST_YEAR = 1900  # the format knows no day before it: such a one stands as text


class Cell(StrEnum):
    """How the cells of a column are written."""

    TEXT = "@"
    WHOLE = "0"
    MONEY = '#,##0.00 "zł"'
    DECIMAL = "0.00"
    EXACT = "0.0###########"
    MOMENT = "yyyy-mm-dd hh:mm"
    DAY = "yyyy-mm-dd"


@dataclass(frozen=True)
class Column:
    """One column: its heading, how its cells are written, its width in characters."""

    heading: str
    cell: Cell = Cell.TEXT
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows hold text, int (grosze in a MONEY column), Decimal, Fraction, moments, days or None."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


def workbook(sheets: Iterable[Sheet], made_at: datetime) -> bytes:
    """Write sheets as XLSX; equal data give equal bytes.

    Args:
        made_at: the date inside the file, from the data and not from the wall clock.
    """
    import xlsxwriter  # slow, and only spreadsheets need it

    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"author": "Strefa Eksperymentu", "created": made_at.replace(tzinfo=None)})
    formats = {cell: book.add_format({"num_format": cell.value, "valign": "top"}) for cell in Cell}
    formats[Cell.TEXT].set_text_wrap()
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for sheet in sheets:
        _write(book.add_worksheet(sheet.name), sheet, formats, head)
    book.close()
    return target.getvalue()


def _write(page: Any, sheet: Sheet, formats: dict[Cell, Any], head: Any) -> None:
    page.freeze_panes(1, 1)
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
        page.write_string(0, number, column.heading, head)
    last = 0
    for last, row in enumerate(sheet.rows, 1):
        for number, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            _cell(page, last, number, value, column.cell, formats[column.cell])
    page.autofilter(0, 0, last, len(sheet.columns) - 1)


def _cell(page: Any, row: int, number: int, value: Any, cell: Cell, style: Any) -> None:
    match value:
        case None | "":
            page.write_blank(row, number, None, style)
        case datetime():
            page.write_datetime(row, number, value.astimezone(WARSAW).replace(tzinfo=None), style)
        case date() if value.year >= FIRST_YEAR:
            page.write_datetime(row, number, value, style)
        case int() if cell is Cell.MONEY:
            page.write_number(row, number, value / 100, style)  # a spreadsheet knows floats alone; to the grosz exact
        case int() | Decimal() | Fraction():
            page.write_number(row, number, float(value), style)
        case _:
            text = str(value)
            page.write_string(row, number, text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…", style)


def excel_csv(headings: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """Write text as CSV that a Polish Excel opens by a double click: semicolons, CRLF, UTF-8 with its mark.

    What would be taken for a formula gets an apostrophe before it: a title is somebody's words and nothing to reckon.
    """
    target = io.StringIO()
    told = ([_as_text(str(value)) for value in row] for row in rows)
    csv.writer(target, delimiter=";", lineterminator="\r\n").writerows([list(headings), *told])
    return target.getvalue().encode("utf-8-sig")


def _as_text(value: str) -> str:
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
