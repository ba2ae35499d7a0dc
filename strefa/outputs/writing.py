"""How figures are written, the same on pages, in papers and in letters."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup, escape

from strefa.infra import i18n
from strefa.outputs.names import named, voivodeship
from strefa.outputs.words import in_words
from strefa.rules import money
from strefa.rules.budget_rules import BudgetRule
from strefa.rules.ranking import rounded
from strefa.rules.reading import written_number, written_size
from strefa.rules.text import hard_spaces
from strefa.rules.timetable import shown_close

_NUMBER = re.compile(r"(?<![\w-])[^\W\d_]\w*(?:-\w+)*-\d{4,}(?![\w-])")  # as `rules.numbering` makes them
LONGEST_WORD = 26  # letters: "Konstantynopolitańczykowianka" may be broken, "przeciwdziałania" never is


def init_app(app: Flask) -> None:
    """Register the filters that templates write with."""
    app.jinja_env.filters.update(
        pl=typeset, points=points, mark=mark, day=i18n.day, moment=i18n.moment, term=term, last_day=last_day,
        budget_rule=budget_rule, money=written_money, round_money=round_money, money_span=money_span,
        percent=percent,
        named=named,
        voivodeship=voivodeship,
        whole=whole,
        time_of_day=i18n.time_of_day, said=said, paragraphs=paragraphs,
    )  # fmt: skip
    app.jinja_env.filters |= {"size": size, "whole_numbers": whole_numbers}
    app.jinja_env.tests.update(unbroken=unbroken)
    app.jinja_env.globals.update(in_words=in_words)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def term(closes: datetime, weekday: bool = True) -> str:
    """Write until when something is open: "czwartek, 11 lutego 2027, 15:00"; the end of a day as its 23:59."""
    return i18n.moment(shown_close(closes), weekday)


def last_day(closes: datetime) -> str:
    """Write the last day on which something is open: "11 lutego 2027"."""
    return i18n.day(shown_close(closes))


def typeset(text: str) -> str:
    """Keep one-letter words from ending a line; what is escaped already stays so."""
    return Markup(hard_spaces(text)) if isinstance(text, Markup) else hard_spaces(str(text))


def whole_numbers(text: str) -> Markup:
    """Keep the number of an application, such as SE-2027-0001, from breaking at its hyphens.

    >>> whole_numbers("SE-2027-0001: brak kosztorysu")
    Markup('<span class="whole">SE-2027-0001</span>: brak kosztorysu')
    """
    return Markup(_NUMBER.sub(r'<span class="whole">\g<0></span>', str(escape(text))))  # what is put in is escaped


def unbroken(text: str) -> bool:
    """Say whether a text holds a word too long for a column of a table, such as an address of a page."""
    return any(len(word) > LONGEST_WORD for word in str(text).split())


def written_money(grosze: int | None) -> str:
    """Write an amount: "1 234,50 zł"; nothing for None."""
    return "" if grosze is None else money.written(grosze, i18n.language())


def round_money(grosze: int) -> str:
    """Write an amount for a heading, without grosze when there are none: "60 000 zł"."""
    return written_money(grosze).replace(",00\u00a0", "\u00a0").removesuffix(".00")


def money_span(least: int, most: int) -> str:
    """Write from what amount to what: "2 000–8 000 zł"."""
    return round_money(least).removesuffix("\u00a0zł") + "–" + round_money(most).removeprefix("PLN\u00a0")


def budget_rule(rule: BudgetRule, least: int | None, most: int | None) -> str:
    """Say a rule of a round's budget; the round's smallest and largest grant stand where the text asks for them."""
    said = rule.text.in_language(i18n.language())
    for name, amount in (("{least}", least), ("{most}", most)):
        said = said.replace(name, round_money(amount or 0))
    return said


def percent(share: Decimal) -> str:
    """Write a part that a rule names: "70 %", in English "70%"."""
    return written_number((share * 100).normalize(), i18n.language()) + money.PERCENT[i18n.language()]


def size(in_bytes: int) -> str:
    """Write the size of a file: "840 kB", "1,2 MB", in English "1.2 MB"; always up."""
    return written_size(in_bytes, i18n.language())


def whole(number: int) -> str:
    """Write a whole number with its thousands apart: "20 000"."""
    return written_number(number, i18n.language())


def points(value: Fraction | Decimal | int | str | None, places: int = 2) -> str:
    """Write exact points with two decimals, half up; only this rounds, never what is compared."""
    if value is None:
        return ""
    text = _rounded(value, places)
    return text.replace(".", ",") if i18n.language() == "pl" else text


@lru_cache(16_384)  # a page of the ranking writes more than a thousand figures, mostly the same
def _rounded(value: Fraction | Decimal | int | str, places: int) -> str:
    return f"{rounded(Fraction(value)):.{places}f}"


def mark(value: Decimal | None) -> str:
    """Write a mark as jurors say it: "4", "3½"."""
    if value is None:
        return ""
    whole = int(value)
    return f"{whole or ''}½" if value - whole == Decimal("0.5") else f"{value.normalize():f}".replace(".", ",")


def said(words: Mapping[str, str] | str) -> str:
    """Return a round's own text, given as {"pl": …, "en": …}, in the language of the page."""
    if isinstance(words, str):
        return words
    return words.get(i18n.language()) or words["pl"]


def paragraphs(text: str) -> Markup:
    """Set typed text as paragraphs; single line ends are kept as breaks."""
    blocks = [block for block in str(text).strip().split("\n\n") if block.strip()]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in block.strip().split("\n")))
        for block in blocks
    )


def absolute(endpoint: str, **parts: Any) -> str:
    """Return a whole address for letters, papers and QR codes, from BASE_URL and never the Host header."""
    path = current_app.url_map.bind("").build(endpoint, parts)
    return current_app.config["BASE_URL"] + path
