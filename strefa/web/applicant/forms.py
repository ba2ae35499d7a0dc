"""The librarian's forms, built from the round's `FormSpec`: one factory for every kind of field.

They check no content: saving never fails on what somebody has typed. `rules.form_problems` judges
the same answers, as warnings while writing and as refusals when sending.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)  # fmt: skip
from wtforms.widgets import CheckboxInput, DateInput, ListWidget

from strefa.infra.i18n import _l
from strefa.rules.budget import SOURCES
from strefa.rules.fields import Column, Field, Kind
from strefa.rules.formspec import FormSpec

CHOOSE = ("", "–")


class SectionForm(FlaskForm):
    """One section; `revision` is the one its writer saw."""

    revision = HiddenField(default="0")


class OrganisationForm(FlaskForm):
    """The organisation that applies; the rest of its data is asked in the application."""

    name = StringField(_l("Pełna nazwa biblioteki albo organizacji"))


class WithdrawForm(FlaskForm):
    """Why an application is withdrawn."""

    reason = TextAreaField(_l("Powód wycofania (nieobowiązkowy)"), render_kw={"rows": 2, "data-kind": "low"})


def section_form(spec: FormSpec, key: str, language: str) -> type[SectionForm]:
    """Return the form class of one section, kept by the form's hash."""
    return _section_form(spec.content_hash, spec, key, language)


_classes: dict[tuple[str, str, str], type[SectionForm]] = {}


def _section_form(form_hash: str, spec: FormSpec, key: str, language: str) -> type[SectionForm]:
    known = _classes.get((form_hash, key, language))
    if known is None:
        fields = {f.key: _field(f, language) for f in spec.section(key).fields if f.kind is not Kind.ATTACHMENTS}
        known = _classes[form_hash, key, language] = type("BuiltSectionForm", (SectionForm,), fields)
    return known


def _field(field: Field, language: str) -> Any:
    label = f"{field.code}. {field.label.in_language(language)}"
    about: dict[str, Any] = {"description": field.hint.in_language(language) if field.hint else ""}
    match field.kind:
        case Kind.TABLE:
            return FieldList(FormField(_row(field.columns, language), ""), label, min_entries=1, **about)
        case Kind.BUDGET:
            return FieldList(FormField(_budget_row(field, language), ""), label, min_entries=1, **about)
        case Kind.DATE_RANGE:
            days = {"from": _day(_l("od")), "to": _day(_l("do"))}
            return FormField(type("DaysForm", (Form,), days), label, **about)
        case Kind.DECLARATIONS:
            ticks = {
                d.key: BooleanField(d.label.in_language(language), description=d.text.in_language(language))
                for d in field.declarations
            }
            return FormField(type("DeclarationsForm", (Form,), ticks), label, **about)
        case Kind.CHOICES:
            chosen = [(option.key, option.label.in_language(language)) for option in field.options]
            return SelectMultipleField(
                label, choices=chosen, validate_choice=False, widget=ListWidget(prefix_label=False),
                option_widget=CheckboxInput(), **about,
            )  # fmt: skip
        case _:
            return _single(field.kind, label, field.options, field.limit, language, about)


def _single(kind: Kind, label: str, options: Any, limit: int | None, language: str, about: dict[str, Any]) -> Any:
    keywords: dict[str, Any] = {"data-limit": limit} if limit else {}
    match kind:
        case Kind.TEXT:
            return TextAreaField(label, render_kw=keywords, **about)
        case Kind.CHOICE:
            choices = [CHOOSE, *((option.key, option.label.in_language(language)) for option in options)]
            return SelectField(label, choices=choices, validate_choice=False, **about)
        case Kind.YES_NO:
            return RadioField(label, choices=[("yes", _l("tak")), ("no", _l("nie"))], validate_choice=False, **about)
        case Kind.DATE:
            return _day(label, about)
        case Kind.EMAIL:
            return EmailField(label, render_kw=keywords, **about)
        case Kind.MONEY | Kind.NUMBER | Kind.DECIMAL:
            return StringField(label, render_kw=keywords | {"inputmode": "decimal", "data-kind": "money"}, **about)
        case _:
            return StringField(label, render_kw=keywords, **about)


def _day(label: Any, about: Mapping[str, Any] | None = None) -> Any:
    return StringField(label, widget=DateInput(), render_kw={"data-kind": "short"}, **(about or {}))


def _row(columns: tuple[Column, ...], language: str) -> type[Form]:
    cells = {
        column.key: _single(column.kind, column.label.in_language(language), column.options, column.limit, language, {})
        for column in columns
    }
    return type("RowForm", (Form,), cells)


@lru_cache(maxsize=32)
def _budget_row(field: Field, language: str) -> type[Form]:
    groups = [CHOOSE, *((option.key, option.label.in_language(language)) for option in field.options)]
    named = {
        "grant": _l("Dotacja"), "own_cash": _l("Wkład finansowy"), "own_work": _l("Wkład osobowy"),
        "own_in_kind": _l("Wkład rzeczowy"),
    }  # fmt: skip
    money = {"inputmode": "decimal", "data-kind": "money"}
    cells: dict[str, Any] = {
        "group": SelectField(_l("Grupa"), choices=groups, validate_choice=False),
        "cost": StringField(_l("Koszt")),
        "activity": StringField(_l("Nr działania"), render_kw=money),
        "quantity": StringField(_l("Ilość"), render_kw=money),
        "unit": StringField(_l("Jednostka")),
        "unit_price": StringField(_l("Cena"), render_kw=money),
        **{source: StringField(named[source], render_kw=money) for source in SOURCES},
    }
    return type("BudgetRowForm", (Form,), cells)


def shown(spec: FormSpec, key: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Turn stored answers into what the form shows: ticks for declarations, at least one row."""
    data: dict[str, Any] = {}
    for field in spec.section(key).fields:
        value = answers.get(field.key)
        if field.kind is Kind.DECLARATIONS:
            given = value or {}
            data[field.key] = {d.key: given.get(d.key) == d.version for d in field.declarations}
        elif value is not None:
            data[field.key] = value
    return data


def typed(spec: FormSpec, key: str, form: SectionForm) -> dict[str, Any]:
    """Turn a sent form into answers as they were typed; rows left wholly empty at the end go."""
    answers: dict[str, Any] = {}
    for field in spec.section(key).fields:
        if field.kind is Kind.ATTACHMENTS:
            continue
        data = form[field.key].data
        match field.kind:
            case Kind.TABLE | Kind.BUDGET:
                rows = [{name: value or "" for name, value in row.items()} for row in data]
                while rows and not any(rows[-1].values()):
                    rows.pop()
                answers[field.key] = rows
            case Kind.DECLARATIONS:
                answers[field.key] = {d.key: d.version for d in field.declarations if data.get(d.key)}
            case Kind.DATE_RANGE:
                answers[field.key] = {name: value or "" for name, value in data.items()}
            case Kind.CHOICES:
                answers[field.key] = list(data or [])
            case _:
                answers[field.key] = data if data and data != "None" else ""
    return answers
