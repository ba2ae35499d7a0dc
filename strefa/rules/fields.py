"""The questions of a form as data: kinds, options, columns, limits."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from strefa.rules.refusal import Blocker, Reason
from strefa.rules.words_of_round import Words

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Kind(StrEnum):
    """How a field is typed in, judged and printed."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"  # whole, from 0
    DECIMAL = "decimal"  # up to three decimals, from 0
    MONEY = "money"
    DATE = "date"
    DATE_RANGE = "date_range"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    LINK = "link"
    NIP = "nip"
    REGON = "regon"
    KRS = "krs"
    RIK = "rik"
    REGISTER = "register"
    POSTAL_CODE = "postal_code"
    PHONE = "phone"
    EMAIL = "email"
    EDELIVERY = "edelivery"
    TERYT = "teryt"
    IBAN = "iban"
    TABLE = "table"
    BUDGET = "budget"
    ATTACHMENTS = "attachments"
    DECLARATIONS = "declarations"


IDENTIFIERS = frozenset(
    {
        Kind.NIP,
        Kind.REGON,
        Kind.KRS,
        Kind.RIK,
        Kind.REGISTER,
        Kind.POSTAL_CODE,
        Kind.PHONE,
        Kind.EMAIL,
        Kind.EDELIVERY,
        Kind.TERYT,
        Kind.IBAN,
    }
)
WITH_ROWS = frozenset({Kind.TABLE, Kind.BUDGET})
BUDGET_COLUMNS = (
    "group",
    "cost",
    "activity",
    "quantity",
    "unit",
    "unit_price",
    "total",
    "grant",
    "own_cash",
    "own_work",
    "own_in_kind",
)


class Meaning(StrEnum):
    """What a field tells the program beyond its text; at most one field of a form has each."""

    CATEGORY = "category"  # who applies: quotas of a list may go by it
    ORGANISATION = "organisation"
    VOIVODESHIP = "voivodeship"
    TERYT = "teryt"
    POPULATION = "population"
    TITLE = "title"
    SENTENCE = "sentence"
    SUMMARY = "summary"
    DATES = "dates"
    ACTIVITIES = "activities"
    BUDGET = "budget"
    ACCEPTS_FROM = "accepts_from"
    DECLARATIONS = "declarations"
    NIP = "nip"  # two applications with one number are one applicant's, whatever names it goes by
    CONTACT_EMAIL = "contact_email"  # letters about the application go there, too


@dataclass(frozen=True)
class Option:
    """One thing to choose; `key` is what is stored."""

    key: str
    label: Words


@dataclass(frozen=True)
class Declaration:
    """One statement to tick; ticking stores its `version`, so the text agreed to is known for ever."""

    key: str
    version: str
    label: Words
    text: Words


@dataclass(frozen=True)
class Column:
    """One column of a table or of the budget; `limit` counts characters."""

    key: str
    label: Words
    kind: Kind = Kind.LINE
    required: bool = False
    limit: int | None = None
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Condition:
    """Holds when the answer to `field` is the option `equals`."""

    field: str
    equals: str

    def holds(self, answers: Mapping[str, Any]) -> bool:
        return answers.get(self.field) == self.equals


@dataclass(frozen=True)
class Files:
    """Limits of an attachments field; sizes in bytes, types as file name endings without the dot."""

    most: int
    size: int
    size_together: int
    types: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """One question.

    `limit` counts characters, `rows` the most rows that are not empty, `least` and `most` bound
    a number. `example` is a good answer of somebody else, shown on request. With `required_when` the question is asked only when the condition holds, and is
    then required. `inside_frame` keeps dates inside the round's time of work. `personal` marks
    data of a named person, which erasure removes and blind papers leave out.
    """

    key: str
    code: str
    label: Words
    kind: Kind
    required: bool = False
    hint: Words | None = None
    example: Words | None = None
    limit: int | None = None
    least: int | None = None
    most: int | None = None
    rows: int | None = None
    required_when: Condition | None = None
    inside_frame: bool = False
    personal: bool = False
    means: Meaning | None = None
    options: tuple[Option, ...] = ()
    columns: tuple[Column, ...] = ()
    files: Files | None = None
    declarations: tuple[Declaration, ...] = ()

    def is_asked(self, answers: Mapping[str, Any]) -> bool:
        """Say whether the question concerns an applicant who answered so."""
        return self.required_when is None or self.required_when.holds(answers)

    def needs_answer(self, answers: Mapping[str, Any]) -> bool:
        """Say whether sending needs an answer here."""
        return self.required or (self.required_when is not None and self.required_when.holds(answers))

    def is_choice_of(self, answer: str) -> bool:
        """Say whether one may choose this answer here; a choice without options is refused for that already."""
        if self.kind is Kind.YES_NO:
            return answer in {"yes", "no"}
        return self.kind is Kind.CHOICE and (not self.options or self.option(answer) is not None)

    def option(self, key: str) -> Option | None:
        return next((option for option in self.options if option.key == key), None)

    def label_of(self, key: str) -> Words:
        """Return the words of an option, or the key itself when it is not offered."""
        option = self.option(key)
        return option.label if option else Words(key, key)

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)

    def flaws(self) -> Iterator[Blocker]:
        """Yield what the field's kind needs and the template lacks."""
        if self.kind in {Kind.CHOICE, Kind.CHOICES} and not self.options:
            yield Blocker(Reason.TEMPLATE_NOTHING_LISTED, "options")
        if self.kind is Kind.TABLE and not self.columns:
            yield Blocker(Reason.TEMPLATE_NOTHING_LISTED, "columns")
        if self.kind is Kind.DECLARATIONS and not self.declarations:
            yield Blocker(Reason.TEMPLATE_NOTHING_LISTED, "declarations")
        if self.kind is Kind.ATTACHMENTS and self.files is None:
            yield Blocker(Reason.TEMPLATE_MISSING_KEY, "files")
        if self.kind is Kind.BUDGET:
            yield from self._budget_flaws()
        yield from repeated("options", (option.key for option in self.options))
        yield from repeated("columns", (column.key for column in self.columns))
        yield from misshapen("key", self.key)
        for index, column in enumerate(self.columns):
            yield from misshapen(f"columns.{index}.key", column.key)
        yield from repeated("declarations", (declaration.key for declaration in self.declarations))

    def _budget_flaws(self) -> Iterator[Blocker]:
        if not self.options:
            yield Blocker(Reason.TEMPLATE_NOTHING_LISTED, "options")
        given = [column.key for column in self.columns]
        for missing in (key for key in BUDGET_COLUMNS if key not in given):
            yield Blocker(Reason.TEMPLATE_MISSING_KEY, "columns", {"key": missing})
        for index, key in enumerate(given):
            if key not in BUDGET_COLUMNS:
                known = ", ".join(BUDGET_COLUMNS)
                yield Blocker(Reason.TEMPLATE_UNKNOWN_VALUE, f"columns.{index}.key", {"value": key, "known": known})


def repeated(at: str, keys: Iterable[str]) -> Iterator[Blocker]:
    """Yield each key of a list that was there before."""
    seen: set[str] = set()
    for index, key in enumerate(keys):
        yield from seen_before(seen, key, f"{at}.{index}.key")


def misshapen(at: str, key: str) -> Iterator[Blocker]:
    """Yield a key that could not stand in an address or in the name of an input."""
    if not _KEY.fullmatch(key):
        yield Blocker(Reason.TEMPLATE_KEY_FORM, at, {"value": key})


def seen_before(seen: set[Any], value: Any, at: str) -> Iterator[Blocker]:
    if value in seen:
        yield Blocker(Reason.TEMPLATE_REPEATED_VALUE, at, {"value": str(value)})
    seen.add(value)
