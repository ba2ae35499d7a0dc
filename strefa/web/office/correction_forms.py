"""The correction request as a form: each field of the application may be marked, with a criterion and words."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask import flash
from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, FormField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  # newer than its stubs
from wtforms.widgets import DateInput

from strefa.contest.applications import queries as applications
from strefa.contest.applications.models import Application
from strefa.contest.rounds.queries import template_of
from strefa.contest.screening import correction_queries as queries
from strefa.infra.i18n import _, _l, language
from strefa.outputs.words import in_words
from strefa.rules.corrections import SHORTEST_NOTE, Item
from strefa.rules.formspec import FormSpec
from strefa.rules.refusal import Blocker, Reason
from strefa.rules.timetable import end_of, moved_on
from strefa.web.office.forms import ReasonForm

WHOLE = "whole"
AT = {Reason.DEFECT_WITHOUT_CRITERION: "criterion", Reason.DEFECT_WITHOUT_WORDS: "note"}


class RequestForm(FlaskForm):
    """One group for each field of the application, named by its key; and one for the application as a whole."""

    @property
    def groups(self) -> dict[str, Any]:
        """The groups by key, in form order."""
        return {name: part for name, part in self._fields.items() if isinstance(part, FormField)}

    @property
    def items(self) -> list[Item]:
        """What was marked."""
        return [
            Item(part.form.criterion.data or "", "" if name == WHOLE else name, (part.form.note.data or "").strip())
            for name, part in self.groups.items()
            if part.form.asked.data
        ]

    def refused(self, blockers: Iterable[Blocker]) -> None:
        """Say by the fields what is missing; what concerns none of them is said above the form."""
        for blocker in blockers:
            part = self.groups.get(blocker.at)
            if part is None:
                flash(in_words(blocker), "refused")
                continue
            at = part.form[AT.get(blocker.reason, "note")]
            at.errors = [*at.errors, in_words(blocker)]


class ExtendForm(ReasonForm):
    """Until which day somebody has more time, and why."""

    until = StringField(_l("Nowy ostatni dzień"), widget=DateInput(), render_kw={"data-kind": "short"})

    def term(self, application: Application) -> datetime | None:
        """Return the exclusive end of the day chosen, moved on from a day off; None when none was chosen."""
        try:
            day = date.fromisoformat(self.until.data or "")
        except ValueError:
            self.until.errors = [*self.until.errors, _("Wybierz dzień, do którego jest czas.")]
            return None
        return end_of(moved_on(day, template_of(application.round).timetable.days_off))

    def refused(self, blockers: Iterable[Blocker]) -> None:
        """Say by the day what is wrong with it, the rest as for every reason."""
        rest = []
        for blocker in blockers:
            if blocker.at == "until":
                self.until.errors = [*self.until.errors, in_words(blocker)]
            else:
                rest.append(blocker)
        super().refused(rest)


class CancelForm(FlaskForm):
    """Why a request is taken back; it stands beside the reason for more time."""

    because = TextAreaField(_l("Powód cofnięcia wezwania"), render_kw={"data-kind": "low", "rows": 2, "data-least": 10})

    def refused(self, blockers: Iterable[Blocker]) -> None:
        """Say by the field why the request was not taken back; what was typed stays."""
        self.because.errors = [*self.because.errors, *(in_words(blocker) for blocker in blockers)]


def request_form(application: Application) -> RequestForm:
    """Return the form with what the machine found marked already, in its words."""
    spec = applications.form(application)
    offered = tuple(
        (one.key, f"{one.key}. {one.text.in_language(language())}")
        for one in template_of(application.round).formal_criteria
        if one.key in queries.mendable(application)
    )
    found = queries.found_by_machine(application, spec)
    data = {
        field: {"asked": True, "criterion": criterion, "note": " ".join(in_words(blocker) for blocker in blockers)}
        for field, (criterion, blockers) in found.items()
    }
    return _form_class(_labels(spec, language()), offered)(data=data)


def _labels(spec: FormSpec, code: str) -> tuple[tuple[str, str], ...]:
    return tuple((field.key, f"{field.code}. {field.label.in_language(code)}") for field in spec.fields)


@lru_cache(maxsize=64)
def _form_class(labels: tuple[tuple[str, str], ...], offered: tuple[tuple[str, str], ...]) -> type[RequestForm]:
    said = _("Cały wniosek: złożyć jeszcze raz")
    whole = FormField(_group(said, offered), said)
    fields: Mapping[str, Any] = {key: FormField(_group(label, offered), label) for key, label in labels}
    return type("RoundRequestForm", (RequestForm,), {WHOLE: whole, **fields})


def _group(label: str, offered: tuple[tuple[str, str], ...]) -> type[Form]:
    choices = [SelectChoice("", _("– wybierz –")), *(SelectChoice(key, text) for key, text in offered)]
    return type(
        "DefectForm",
        (Form,),
        {
            "asked": BooleanField(label),
            "criterion": SelectField(_("Kryterium formalne"), choices=choices, validate_choice=False),
            "note": TextAreaField(
                _("Co jest nie tak i jak to poprawić"),
                render_kw={"data-kind": "low", "rows": 2, "data-least": SHORTEST_NOTE},
            ),
        },
    )
