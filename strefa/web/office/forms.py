"""Forms of the office: shape only, never policy."""

import re
from collections.abc import Iterable

from flask import flash
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import TextAreaField

from strefa.infra.i18n import _, _l
from strefa.outputs.words import in_words
from strefa.rules import identifiers
from strefa.rules.refusal import Blocker, Refused

TYPED_TEXT = {"rows": 24, "spellcheck": "false", "class": "code"}


class RoundFileForm(FlaskForm):
    """A round as the text of its file, typed, pasted or taken from a file."""

    file = FileField(
        _l("Plik edycji (YAML)"), description=_l("Plik ma pierwszeństwo przed tekstem poniżej."),
        render_kw={"accept": ".yaml,.yml"},
    )  # fmt: skip
    text = TextAreaField(
        _l("Tekst edycji"),
        description=_l("Na początek domyślna edycja programu: zmień adres, początek numerów i daty."),
        render_kw=TYPED_TEXT,
    )

    @property
    def source(self) -> str:
        """The text to read: the file's when one was given, with what it said kept in the form."""
        if self.file.data:
            self.text.data = self.file.data.read().decode("utf-8", errors="replace")
        return self.text.data or ""

    def refused(self, blockers: list[Blocker] | tuple[Blocker, ...]) -> None:
        """Say what is wrong with the text, each error with its line and column."""
        said = [self._said(blocker) for blocker in blockers]
        self.text.errors = [*self.text.errors, *said]

    @staticmethod
    def _said(blocker: Blocker) -> str:
        said, at = in_words(blocker), blocker.values
        if "line" not in at:
            return said
        place = _("Wiersz %(line)s, znak %(column)s", line=at["line"], column=at["column"])
        return ": ".join([*([f"{place}, {blocker.at}"] if blocker.at else [place]), said])


class RoundChangeForm(RoundFileForm):
    """The text of a round that there is already: it begins as what the round is."""

    text = TextAreaField(_l("Tekst edycji"), render_kw=TYPED_TEXT)


class VoteForm(FlaskForm):
    """The jury's order of equal applications."""

    numbers = TextAreaField(
        _l("Numery wniosków w kolejności jury"),
        description=_l("Każdy numer w osobnym wierszu, najlepszy pierwszy, np. SE-2027-0007."),
        render_kw={"data-kind": "low", "rows": 3},
    )
    note = TextAreaField(_l("Jak głosowano (trafi do protokołu)"), render_kw={"data-kind": "low", "rows": 2})

    @property
    def order(self) -> list[str]:
        """The numbers as typed, one each line or separated by commas."""
        return [number for number in re.split(r"[\s,;]+", (self.numbers.data or "").strip()) if number]

    def refused(self, blockers: Iterable[Blocker]) -> None:
        """Say by the field, or by the numbers, why the vote was not written down; what was typed stays."""
        for blocker in blockers:
            field = self.note if blocker.at == "note" else self.numbers
            field.errors = [*field.errors, in_words(blocker)]


def flaws_of_address(typed: str | None) -> list[str]:
    """Say what is wrong with an e-mail address; nothing when it is one."""
    try:
        identifiers.checked("email", typed or "", "email")
    except Refused as refused:
        return [in_words(blocker) for blocker in refused.blockers]
    return []


class ReasonForm(FlaskForm):
    """Why something is sent back or given up."""

    reason = TextAreaField(_l("Powód"), render_kw={"data-kind": "low", "rows": 2, "data-least": 10})

    def refused(self, blockers: Iterable[Blocker]) -> None:
        """Say by the reason what it lacks, and above the form what has nothing to do with it."""
        for blocker in blockers:
            if blocker.at == "reason":
                self.reason.errors = [*self.reason.errors, in_words(blocker)]
            else:
                flash(in_words(blocker), "refused")
