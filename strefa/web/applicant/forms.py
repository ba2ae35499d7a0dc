"""The librarian's forms, built from the round's `FormSpec`: one factory for every kind of field.

They check no content: saving never fails on what somebody has typed. `rules.form_problems` judges
the same answers, as warnings while writing and as refusals when sending. A class is built once for
each form, section and language; `answers.typed` reads what comes back.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    EmailField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  # newer than its stubs
from wtforms.widgets import CheckboxInput, DateInput, ListWidget

from strefa.infra.i18n import _l
from strefa.outputs.questions import YES_NO, hint_of, label_of
from strefa.outputs.words import in_words
from strefa.rules.fields import Column, Field, Kind, Option
from strefa.rules.formspec import FormSpec, Section
from strefa.rules.refusal import Blocker
from strefa.web.applicant.answers import columns_of

CHOOSE = SelectChoice("", "–")
_YES_NO = [SelectChoice(answer, said) for answer, said in YES_NO.items()]
_TAKES = [
    SelectChoice("mine", _l("zostaw mój")), SelectChoice("theirs", _l("weź drugi")),
    SelectChoice("both", _l("połącz: jeden pod drugim")),
]  # fmt: skip
_FIGURE = {"inputmode": "decimal", "data-kind": "money"}
_RENDERED: dict[Kind, dict[str, Any]] = {
    Kind.MONEY: _FIGURE,
    Kind.NUMBER: {"inputmode": "numeric", "data-kind": "short"},
    Kind.DECIMAL: {"inputmode": "decimal", "data-kind": "short"},
    Kind.NIP: {"inputmode": "numeric", "data-kind": "short"},
    Kind.REGON: {"inputmode": "numeric", "data-kind": "short"},
    Kind.KRS: {"inputmode": "numeric", "data-kind": "short"},
    Kind.TERYT: {"inputmode": "numeric", "data-kind": "short"},
    Kind.POSTAL_CODE: {"data-kind": "short"},
    Kind.PHONE: {"type": "tel", "data-kind": "short"},
}


class Asked:
    """Marks a field as needed for sending; typing something else, or nothing, is no error."""

    field_flags = {"required": True}  # noqa: RUF012  # WTForms reads it from the object

    def __call__(self, form: Any, field: Any) -> None:
        """Judge nothing."""


class Part(FormField):
    """A group of fields inside a section, such as two dates; it may carry warnings of its own."""

    errors: Any = ()

    def __init__(self, *given: Any, needed: bool = False, **named: Any) -> None:
        super().__init__(*given, **named)
        self.flags.required = needed


class SectionForm(FlaskForm):
    """One section; `revision` is the one its writer saw. Warnings stand by fields, never as errors of the form."""

    revision = HiddenField(default="0")

    @property
    def errors(self) -> dict[str, Any]:
        return {}


class OrganisationForm(FlaskForm):
    """The organisation that applies; the rest of its data is asked in the application."""

    name = StringField(_l("Pełna nazwa biblioteki albo organizacji"))


class WithdrawForm(FlaskForm):
    """Why an application is withdrawn."""

    reason = TextAreaField(
        _l("Powód wycofania"), render_kw={"rows": 2, "data-kind": "low", "data-least": 5}, validators=[Asked()]
    )

    def refused(self, blockers: Iterable[Blocker]) -> None:
        """Say by the field why the withdrawal was refused."""
        self.reason.errors = [in_words(blocker) for blocker in blockers]


class UploadForm(FlaskForm):
    """Files for one field of an application."""

    file = MultipleFileField(_l("Wybierz pliki"))


_classes: dict[tuple[str, str, str], type[SectionForm]] = {}


def section_form(
    spec: FormSpec, key: str, language: str, *, answers: Mapping[str, Any], revision: int, more: str = ""
) -> SectionForm:
    """Return the form of one section, filled with answers as they were typed.

    Args:
        more: the field whose table shows one empty row more.
    """
    data = {"revision": revision, **_shown(spec.section(key), answers)}
    form = _class_of(spec, key, language)(formdata=None, data=data)
    table = dict(form._fields).get(more)
    if isinstance(table, FieldList):
        table.append_entry()
    return form


def sent_forms(spec: FormSpec, key: str, language: str, sent: MultiDict[str, str], take: str) -> list[Form]:
    """Return a section as a browser sent it, and the choices of the page of two texts: every name has its label there.

    Args:
        take: what the name of such a choice begins with.
    """
    chosen = {
        take + field.key: RadioField(label_of(field, language), choices=_TAKES) for field in spec.section(key).fields
    }
    return [_class_of(spec, key, language)(formdata=sent), type("TakenForm", (Form,), chosen)()]


def _class_of(spec: FormSpec, key: str, language: str) -> type[SectionForm]:
    known = _classes.get((spec.content_hash, key, language))
    if known is None:
        known = _classes[spec.content_hash, key, language] = _built(spec, spec.section(key), language)
    return known


def _built(spec: FormSpec, section: Section, language: str) -> type[SectionForm]:
    fields = {
        field.key: _field(field, language, spec) for field in section.fields if field.kind is not Kind.ATTACHMENTS
    }
    return type("BuiltSectionForm", (SectionForm,), fields)


def _shown(section: Section, answers: Mapping[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for field in section.fields:
        value = answers.get(field.key)
        if field.kind is Kind.DECLARATIONS:
            given = value or {}
            data[field.key] = {d.key: given.get(d.key) == d.version for d in field.declarations}
        elif value is not None:
            data[field.key] = value
    return data


def _field(field: Field, language: str, spec: FormSpec) -> Any:
    label, called_for = label_of(field, language), field.required or field.required_when is not None
    about: dict[str, Any] = {"description": hint_of(spec, field, language)}
    needed: dict[str, Any] = {"validators": [Asked()]} if called_for else {}
    match field.kind:
        case Kind.TABLE | Kind.BUDGET:
            rows = {"data-most": field.rows} if field.rows else {}
            row = FormField(_row(field, language), "")
            return FieldList(row, label, min_entries=1, render_kw=rows, **about, **needed)
        case Kind.DATE_RANGE:
            days = {"from": _day(_l("od")), "to": _day(_l("do"))}
            return Part(type("DaysForm", (Form,), days), label, needed=called_for, **about)
        case Kind.DECLARATIONS:
            ticks = {d.key: _tick(d, language) for d in field.declarations}
            return Part(type("DeclarationsForm", (Form,), ticks), label, needed=called_for, **about)
        case Kind.CHOICES:
            chosen = [SelectChoice(option.key, option.label.in_language(language)) for option in field.options]
            return SelectMultipleField(
                label, choices=chosen, validate_choice=False, widget=ListWidget(prefix_label=False),
                option_widget=CheckboxInput(), **about, **needed,
            )  # fmt: skip
        case kind:
            return _single(kind, label, field.options, field.limit, language, about | needed)


def _tick(declaration: Any, language: str) -> BooleanField:
    label, text = declaration.label.in_language(language), declaration.text.in_language(language)
    version = {"pl": "wersja", "en": "version"}[language]
    return BooleanField(label, description=f"{text} ({version} {declaration.version})")


def _row(field: Field, language: str) -> type[Form]:
    """Return the form of one row: a table's columns, or a cost with its sources."""
    cells = {}
    for key in columns_of(field):
        column: Column = field.column(key)
        options = field.options if (field.kind, key) == (Kind.BUDGET, "group") else column.options
        about = {"validators": [Asked()]} if column.required else {}
        label = column.label.in_language(language)
        counted = column.limit if column.kind is Kind.TEXT else None  # a counter under every small cell is noise
        cells[key] = _single(column.kind, label, options, counted, language, about)
    return type("RowForm", (Form,), cells)


def _single(kind: Kind, label: Any, options: Iterable[Option], limit: int | None, language: str, about: Any) -> Any:
    rendered = dict(_RENDERED.get(kind, {})) | ({"data-limit": limit} if limit else {})
    match kind:
        case Kind.TEXT:
            return TextAreaField(label, render_kw=rendered, **about)
        case Kind.CHOICE:
            choices = [CHOOSE, *(SelectChoice(option.key, option.label.in_language(language)) for option in options)]
            return SelectField(
                label, choices=choices, validate_choice=False, render_kw={"data-kind": "middle"}, **about
            )
        case Kind.YES_NO:
            return RadioField(label, choices=_YES_NO, validate_choice=False, **about)
        case Kind.DATE:
            return _day(label, **about)
        case Kind.EMAIL:
            return EmailField(label, render_kw=rendered, **about)
        case Kind.LINK:
            return URLField(label, render_kw=rendered, **about)
        case _:
            return StringField(label, render_kw=rendered, **about)


def _day(label: Any, **about: Any) -> Any:
    return StringField(label, widget=DateInput(), render_kw={"data-kind": "short"}, **about)


def show_warnings(form: SectionForm, blockers: Iterable[Blocker]) -> list[Blocker]:
    """Put each problem by its field; return those of the section that have no field in the form."""
    left = []
    for blocker in blockers:
        field = _at(form, blocker.at.split("."))
        if field is None:
            left.append(blocker)
        else:
            field.errors = [*field.errors, in_words(blocker)]
    return left


def _at(form: SectionForm, path: list[str]) -> Any:
    """Return the field at the path of a blocker, such as `field.0.column`; the whole field when it has no such part."""
    key, *parts = path
    whole: Any = dict(form._fields).get(key)
    found = whole
    for part in parts:
        if isinstance(found, FieldList):
            found = found.entries[int(part)] if part.isdigit() and int(part) < len(found.entries) else None
        elif isinstance(found, FormField):
            found = dict(found.form._fields).get(part)
        if found is None:
            return whole
    return found
