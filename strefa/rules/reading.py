"""One way to read an application, for every output.

Screen, PDF, spreadsheet and JSON all print what `read` returns, so they cannot disagree about
which questions exist, their order, or how an answer is written. What cannot be read is printed
as it was typed: a draft must not hide what its author wrote.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from strefa.rules import answers as typing_in
from strefa.rules import identifiers, money
from strefa.rules.answers import Answers, Row
from strefa.rules.budget import SOURCES, BudgetLine, budget_of
from strefa.rules.facts import Facts
from strefa.rules.fields import IDENTIFIERS, Column, Field, Kind, Meaning, Option
from strefa.rules.formspec import FormSpec
from strefa.rules.refusal import Refused
from strefa.rules.words_of_round import Words

YES_NO = {"yes": Words("tak", "yes"), "no": Words("nie", "no")}
_NUMBER, _TOTAL, _ROW = Words("Nr", "No."), Words("Razem", "Total"), Words("wiersz", "row")
_FILE, _SIZE = Words("Plik", "File"), Words("Rozmiar", "Size")
_DECLARATION, _TEXT, _MADE = (
    Words("Oświadczenie", "Declaration"),
    Words("Treść", "Text"),
    Words("Złożone", "Made"),
)
_VERSION = Words("wersja", "version")
_DATE_PARTS = {"from": Words("od", "from"), "to": Words("do", "to")}
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_FIGURES = frozenset({Kind.NUMBER, Kind.DECIMAL, Kind.MONEY})


@dataclass(frozen=True)
class Line:
    """One question with its answer, ready to print.

    A single answer is in `value` ("" when unanswered) and, when it is a number, an amount in
    grosze or a date, also in `figure`; of a span of dates each end is so in `ends`. A table has
    `header`, `rows` and maybe `totals`, all of one width; `figures` are the places of columns to
    set flush right. A budget also names its columns by `keys`, of the same width, so a screen can
    set them closer than a sheet of paper.
    """

    key: str
    code: str
    label: str
    kind: Kind
    value: str = ""
    figure: int | date | None = None
    ends: tuple[tuple[str, int | date | None], ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    totals: tuple[str, ...] = ()
    figures: tuple[int, ...] = ()
    keys: tuple[str, ...] = ()
    personal: bool = False

    @property
    def is_answered(self) -> bool:
        return bool(self.value or self.rows)

    @property
    def text(self) -> str:
        """The answer as plain text, to be compared with another: a table has a line for each row."""
        return self.value or "\n".join(" · ".join(filter(None, row)) for row in self.rows)


@dataclass(frozen=True)
class ReadSection:
    """A section of the form with its questions."""

    key: str
    code: str
    title: str
    lines: tuple[Line, ...]


def read(spec: FormSpec, answers: Answers, facts: Facts, language: str = "pl") -> tuple[ReadSection, ...]:
    """Return every question that concerns this applicant with its answer, in form order."""
    return tuple(
        ReadSection(
            section.key,
            section.code,
            section.title.in_language(language),
            tuple(_line(spec, field, answers, facts, language) for field in section.fields if field.is_asked(answers)),
        )
        for section in spec.sections
    )


def place_of(spec: FormSpec, at: str, language: str = "pl") -> str:
    """Name the place of a blocker as people know it: "D1. Działania, wiersz 3: Od"; "" for the whole form."""
    key, _, rest = at.partition(".")
    try:
        field = spec.field(key)
    except KeyError:
        return ""
    name = f"{field.code}. {field.label.in_language(language)}"
    row, _, column = rest.partition(".")
    if column:
        labels = {column.key: column.label for column in field.columns}
        shown = labels[column].in_language(language) if column in labels else column
        return f"{name}, {_ROW.in_language(language)} {int(row) + 1}: {shown}"
    parts = _DATE_PARTS | {declaration.key: declaration.label for declaration in field.declarations}
    return f"{name}: {parts[rest].in_language(language)}" if rest in parts else name


def written_day(day: date, language: str = "pl") -> str:
    """Write a date: "1.05.2027"; in English "1 May 2027"."""
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.day}.{day.month:02}.{day.year}"


def written_number(number: int | Decimal, language: str = "pl") -> str:
    """Write a number: "20 000,5" with hard spaces; in English "20,000.5"."""
    plain = f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"
    if language == "en":
        return plain
    return plain.replace(",", money.NBSP).replace(".", ",")


def written_size(size: int, language: str = "pl") -> str:
    """Write a size in bytes: kilobytes to a megabyte, then megabytes with one decimal, both up."""
    if size < 1_048_576:
        return f"{-(-size // 1024)}{money.NBSP}kB"
    return f"{written_number(Decimal(-(-size * 10 // 1_048_576)) / 10, language)}{money.NBSP}MB"


def _line(spec: FormSpec, field: Field, answers: Answers, facts: Facts, language: str) -> Line:
    line = Line(field.key, field.code, field.label.in_language(language), field.kind, personal=field.personal)
    printer = _PRINTERS.get(field.kind)
    if printer:
        return printer(line, _Page(spec, field, answers, facts, language))
    raw = typing_in.text_of(answers, field.key)
    value, figure = _written(field.kind, raw, field.options, language)
    return replace(line, value=value, figure=figure)


@dataclass(frozen=True)
class _Page:
    spec: FormSpec
    field: Field
    answers: Answers
    facts: Facts
    language: str

    def say(self, words: Words) -> str:
        return words.in_language(self.language)


def _written(kind: Kind, raw: str, options: tuple[Option, ...], language: str) -> tuple[str, int | date | None]:
    """Write one answer; what cannot be read is written as typed, without a figure."""
    if not raw:
        return "", None
    try:
        return _understood(kind, raw, options, language)
    except (Refused, KeyError):
        return raw, None


def _understood(kind: Kind, raw: str, options: tuple[Option, ...], language: str) -> tuple[str, int | date | None]:
    if kind in IDENTIFIERS:
        return identifiers.shown(kind.value, identifiers.checked(kind.value, raw)), None
    match kind:
        case Kind.MONEY:
            grosze = money.parse(raw)
            return money.written(grosze, language), grosze
        case Kind.NUMBER:
            number = typing_in.whole_number(raw)
            return written_number(number, language), number
        case Kind.DECIMAL:
            return written_number(typing_in.decimal_number(raw), language), None
        case Kind.DATE:
            day = typing_in.day(raw)
            return written_day(day, language), day
        case Kind.CHOICE | Kind.YES_NO:
            labels = {option.key: option.label for option in options} or YES_NO
            return labels[raw].in_language(language), None
        case _:
            return raw, None


def _dates(line: Line, page: _Page) -> Line:
    parts = typing_in.parts_of(page.answers, page.field.key)
    ends = tuple(_written(Kind.DATE, parts.get(name, ""), (), page.language) for name in ("from", "to"))
    (first, _), (last, _) = ends
    return replace(line, value=f"{first} – {last}".strip() if first or last else "", ends=ends)


def _choices(line: Line, page: _Page) -> Line:
    chosen = typing_in.chosen_of(page.answers, page.field.key)
    labels = {option.key: page.say(option.label) for option in page.field.options}
    return replace(line, value=", ".join(labels.get(key, key) for key in chosen))


def _table(line: Line, page: _Page) -> Line:
    """Rows of the plan keep the numbers that the budget refers to."""
    numbered = page.field.means is Meaning.ACTIVITIES
    columns = page.field.columns
    header = tuple(page.say(column.label) for column in columns)
    rows = [
        ((str(place + 1),) if numbered else ()) + tuple(_cell(column, row, page) for column in columns)
        for place, row in typing_in.rows_of(page.answers, page.field.key)
    ]
    first = 1 if numbered else 0
    figures = tuple(index + first for index, column in enumerate(columns) if column.kind in _FIGURES)
    header = ((page.say(_NUMBER),) if numbered else ()) + header
    return replace(line, header=header, rows=tuple(rows), figures=((0,) if numbered else ()) + figures)


def _cell(column: Column, row: Row, page: _Page) -> str:
    options = page.field.options if page.field.kind is Kind.BUDGET else column.options
    return _written(column.kind, row.get(column.key, "").strip(), options, page.language)[0]


def _budget(line: Line, page: _Page) -> Line:
    budget = budget_of(page.spec, page.answers)
    typed = dict(typing_in.rows_of(page.answers, page.field.key))
    columns = page.field.columns
    rows = tuple(
        tuple(_budget_cell(column, typed[cost.place], cost, page) for column in columns) for cost in budget.lines
    )
    sums = {"total": budget.total, **{name: budget.source(name) for name in SOURCES}}
    written = {name: money.written(grosze, page.language) for name, grosze in sums.items()}
    totals = tuple(written.get(column.key, page.say(_TOTAL) if column.key == "cost" else "") for column in columns)
    return replace(
        line,
        header=tuple(page.say(column.label) for column in columns),
        rows=rows,
        totals=totals if rows else (),
        keys=tuple(column.key for column in columns),
        figures=tuple(index for index, column in enumerate(columns) if column.kind in _FIGURES),
    )


def _budget_cell(column: Column, row: Row, cost: BudgetLine, page: _Page) -> str:
    if column.key == "total":
        return "" if cost.total is None else money.written(cost.total, page.language)
    return _cell(column, row, page)


def _attachments(line: Line, page: _Page) -> Line:
    rows = tuple((file.name, written_size(file.size, page.language)) for file in page.facts.attached(page.field.key))
    return replace(line, header=(page.say(_FILE), page.say(_SIZE)), rows=rows, figures=(1,))


def _declarations(line: Line, page: _Page) -> Line:
    ticked = typing_in.parts_of(page.answers, page.field.key)
    version = page.say(_VERSION)
    rows = [
        (
            page.say(declaration.label),
            page.say(declaration.text),
            f"{page.say(YES_NO['yes'])}, {version} {ticked[declaration.key]}" if ticked.get(declaration.key) else "",
        )
        for declaration in page.field.declarations
    ]
    header = (page.say(_DECLARATION), page.say(_TEXT), page.say(_MADE))
    return replace(line, header=header, rows=tuple(rows))


_PRINTERS: dict[Kind, Callable[[Line, _Page], Line]] = {
    Kind.DATE_RANGE: _dates,
    Kind.CHOICES: _choices,
    Kind.TABLE: _table,
    Kind.BUDGET: _budget,
    Kind.ATTACHMENTS: _attachments,
    Kind.DECLARATIONS: _declarations,
}
