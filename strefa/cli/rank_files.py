"""SCORES.csv and APPS.csv of `strefa rank`, read strictly: every wrong cell is named by file, line and column."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from strefa.cli.placed_json import BadInput, decoded
from strefa.cli.rank_rules import RuleFile
from strefa.rules.ranking import Card, Entry
from strefa.rules.refusal import Reason
from strefa.rules.rubric import Criterion

_NUMBER = re.compile(r"[-+]?[0-9]{1,60}([.,][0-9]{1,60})?")
_GROSZE = re.compile(r"[0-9]{1,15}")
_SCORES = ("application", "juror", "criterion", "score")
_REQUIRED = ("application", "ask")
_WHY = {
    "points": "dodaj ją albo podaj plik z ocenami",
    "category": "mówią o niej quotas",
    "voivodeship": "mówią o niej quotas",
}
_OPTIONAL = ("bonus", "voivodeship", "category", "accepts_from", "points")

T = TypeVar("T")


@dataclass(frozen=True)
class Sheet:
    """A CSV file: its header with its line, and its rows each with the line on which it begins."""

    path: Path
    line: int
    columns: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]

    def bad(self, line: int, column: int, message: str) -> BadInput:
        """Return the refusal of a cell; `column` counts cells from 0."""
        name = f"{self.columns[column]}: " if column < len(self.columns) else ""
        return BadInput(self.path, line, column + 1, name + message)

    def at(self, name: str) -> int:
        """Return the position of a column that is there."""
        return self.columns.index(name)


def read_sheet(path: Path, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Sheet:
    """Read a CSV file; `,` or `;` is seen from the header. Empty lines are passed over.

    Raises:
        BadInput: not UTF-8, a broken quote, a wrong header, a row with more or fewer cells than the header.
    """
    text = decoded(path)
    separator = ";" if ";" in text.lstrip().partition("\n")[0].partition("\r")[0] else ","
    numbered = _rows(path, text, separator)
    at, header = next(numbered, (1, []))
    columns = tuple(name.strip() for name in header)
    _check_header(path, at, columns, required, optional)
    rows: list[tuple[int, list[str]]] = []
    for line, row in numbered:
        if len(row) != len(columns):
            message = (
                f"wiersz ma komórek: {len(row)}, a nagłówek: {len(columns)}; liczbę z przecinkiem ujmij w cudzysłów"
            )
            raise BadInput(path, line, min(len(row), len(columns)) + 1, message)
        rows.append((line, row))
    return Sheet(path, at, columns, tuple(rows))


def _rows(path: Path, text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            message = "źle zamknięty cudzysłów albo za długa komórka; popraw ten wiersz"
            raise BadInput(path, line, 1, message) from None
        if any(map(str.strip, row)):
            yield line, row


def _check_header(
    path: Path, line: int, columns: tuple[str, ...], required: tuple[str, ...], optional: tuple[str, ...]
) -> None:
    known = (*required, *optional)
    for at, name in enumerate(columns):
        if name not in known:
            raise BadInput(path, line, at + 1, f"nieznana kolumna „{name}”; znane: {', '.join(known)}")
        if name in columns[:at]:
            raise BadInput(path, line, at + 1, f"kolumna „{name}” jest podana drugi raz; zostaw jedną")
    for name in required:
        if name not in columns:
            raise BadInput(path, line, len(columns) + 1, f"brakuje kolumny „{name}”; potrzebne: {', '.join(required)}")


def read_scores(path: Path, rules: RuleFile, known: set[str] | None) -> list[Card]:
    """Read SCORES.csv into cards. A criterion without a row, or with an empty score, is a blank mark.

    Args:
        known: the applications of APPS.csv; None when there is no such file.

    Raises:
        BadInput: an unknown application or criterion, a score given twice or outside its scale.
    """
    sheet = read_sheet(path, _SCORES)
    criteria = {criterion.key: _Marks(criterion) for criterion in rules.rules.rubric.criteria}
    application_at, juror_at, criterion_at, score_at = (sheet.at(name) for name in _SCORES)
    cards: dict[tuple[str, str], dict[str, Decimal | None]] = {}
    for line, row in sheet.rows:
        application, juror, key = row[application_at], row[juror_at], row[criterion_at]
        _filled(sheet, line, row, (application_at, juror_at))
        if known is not None and application not in known:
            raise sheet.bad(line, application_at, f"wniosku „{application}” nie ma w pliku z wnioskami")
        if key not in criteria:
            raise sheet.bad(line, criterion_at, f"nie ma kryterium „{key}”; kryteria: {', '.join(criteria)}")
        marks = cards.setdefault((application, juror), {})
        if key in marks:
            raise sheet.bad(
                line, criterion_at, f"{juror} ma już ocenę kryterium „{key}” we wniosku {application}; zostaw jedną"
            )
        mark = criteria[key].read(row[score_at])
        if isinstance(mark, str):
            raise sheet.bad(line, score_at, mark)
        marks[key] = mark
    return [Card(application, juror, marks) for (application, juror), marks in cards.items()]


def _filled(sheet: Sheet, line: int, row: list[str], columns: tuple[int, ...]) -> None:
    for at in columns:
        if not row[at].strip():
            raise sheet.bad(line, at, "pusta komórka; wpisz identyfikator")


class _Marks:
    """The marks of one criterion met so far: a mark, None when blank, or what is wrong with it."""

    def __init__(self, criterion: Criterion) -> None:
        self._criterion = criterion
        self._known: dict[str, Decimal | str | None] = {}

    def read(self, typed: str) -> Decimal | str | None:
        if typed not in self._known:
            self._known[typed] = self._read(typed.strip())
        return self._known[typed]

    def _read(self, typed: str) -> Decimal | str | None:
        if not typed:
            return None
        if not _NUMBER.fullmatch(typed):
            return f"„{typed}” to nie liczba"
        mark = Decimal(typed.replace(",", "."))
        flaw = self._criterion.flaw(mark)
        if flaw is None:
            return mark
        scale = f"{self._criterion.least}–{self._criterion.most}"
        if flaw.reason is Reason.MARK_BETWEEN_STEPS:
            return f"ocena {typed} nie leży na skali {scale} co {self._criterion.step}"
        return f"ocena {typed} jest poza skalą {scale}"


def read_applications(path: Path, rules: RuleFile, scored: bool) -> list[Entry]:
    """Read APPS.csv. `scored`: the points come from SCORES.csv; otherwise the column `points` gives them.

    Raises:
        BadInput: an application given twice or a cell that cannot be read, or one that the quotas need and is empty.
    """
    sheet = read_sheet(path, _REQUIRED, _OPTIONAL)
    quotas = rules.rules.quotas
    wanted = (("points", not scored), ("category", quotas.by_category), ("voivodeship", quotas.by_voivodeship))
    needed = [name for name, is_needed in wanted if is_needed]
    for name in needed:
        if name not in sheet.columns:
            raise sheet.bad(sheet.line, len(sheet.columns), f"brakuje kolumny „{name}”; {_WHY[name]}")
    entries: dict[str, Entry] = {}
    for line, row in sheet.rows:
        cells = _Cells(sheet, line, row)
        entry = cells.entry(needed, scored)
        if entry.application in entries:
            raise sheet.bad(
                line, sheet.at("application"), f"wniosek „{entry.application}” jest podany drugi raz; zostaw jeden"
            )
        entries[entry.application] = entry
    return list(entries.values())


class _Cells:
    """One row of APPS.csv, cell by cell."""

    def __init__(self, sheet: Sheet, line: int, row: list[str]) -> None:
        self._sheet, self._line, self._row = sheet, line, row

    def entry(self, needed: list[str], scored: bool) -> Entry:
        for name in ("application", "ask", *needed):
            if not self._text(name).strip():
                raise self._bad(name, "pusta komórka; wpisz wartość")
        if scored and self._text("points").strip():
            raise self._bad("points", "wynik jest już podany, a jest też plik z ocenami; zostaw jedno z nich")
        ask = self._read("ask", _grosze, 0)
        accepts_from = self._read("accepts_from", _grosze, None)
        if accepts_from is not None and accepts_from > ask:
            raise self._bad("accepts_from", f"{accepts_from} to więcej niż ask ({ask})")
        return Entry(
            application=self._text("application"),
            ask=ask,
            bonus=self._read("bonus", _not_negative, Decimal(0)),
            voivodeship=self._text("voivodeship"),
            category=self._text("category"),
            accepts_from=accepts_from,
            points=self._read("points", _not_negative, None),
        )

    def _text(self, name: str) -> str:
        return self._row[self._sheet.at(name)] if name in self._sheet.columns else ""

    def _read(self, name: str, read: Callable[[str], T], blank: T) -> T:
        typed = self._text(name).strip()
        if not typed:
            return blank
        try:
            return read(typed)
        except ValueError as error:
            raise self._bad(name, str(error)) from None

    def _bad(self, name: str, message: str) -> BadInput:
        return self._sheet.bad(self._line, self._sheet.at(name), message)


def _grosze(typed: str) -> int:
    if not _GROSZE.fullmatch(typed):
        raise ValueError(f"„{typed}” to nie kwota w pełnych groszach, na przykład 600000 (6 000 zł)")
    return int(typed)


def _not_negative(typed: str) -> Decimal:
    if not _NUMBER.fullmatch(typed):
        raise ValueError(f"„{typed}” to nie liczba")
    number = Decimal(typed.replace(",", "."))
    if number < 0:
        raise ValueError(f"„{typed}” jest mniejsze od zera")
    return number
