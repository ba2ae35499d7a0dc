"""The empty form of a round, to be printed and written on: every question with its hint, its limits and room."""

from collections.abc import Iterator
from dataclasses import dataclass

from strefa.contest.rounds import queries as rounds
from strefa.infra.i18n import _, _n, language
from strefa.outputs.paper_contents.paper import Paper
from strefa.outputs.questions import YES_NO, hint_of, label_of
from strefa.rules.fields import WITH_ROWS, Column, Field, Kind
from strefa.rules.formspec import FormSpec, Section
from strefa.rules.reading import written_number, written_size

MOST_ROWS = 8  # empty ones on paper
ROOMS = ((250, "room-low"), (800, "room-middle"))  # most characters, and the box they are written in
NO_ROOM = WITH_ROWS | {Kind.CHOICE, Kind.CHOICES, Kind.YES_NO, Kind.DATE_RANGE, Kind.ATTACHMENTS, Kind.DECLARATIONS}


@dataclass(frozen=True)
class Blank:
    """A question on paper. `room` names the box to write in, "" for none; `rows` are empty rows under `columns`."""

    label: str
    hint: str
    limits: str
    room: str
    options: list[tuple[str, str]]
    columns: list[str]
    rows: int
    is_span: bool


def empty_form(round_id: int) -> Paper | None:
    """The form of a round as it is asked now."""
    round_ = rounds.by_id(round_id)
    if round_ is None or round_.form_version is None:
        return None
    template = rounds.template_of(round_)
    values = {
        "round": round_,
        "sections": [(section, _blanks(template.form, section)) for section in template.form.sections],
        "budget_rules": template.form.budget_rules,
        "frame": template.frame,
        "closes": round_.closes_at,
        "sha256": round_.form_version.sha256,
    }
    return Paper("empty_form", values, round_.form_version.created_at, f"formularz-{round_.slug}.pdf")


def _blanks(spec: FormSpec, section: Section) -> list[Blank]:
    return [
        Blank(
            label_of(field, language()),
            hint_of(spec, field, language()),
            "; ".join(_limits(field)),
            _room(field),
            _options(field),
            [column.label.in_language(language()) for column in field.columns],
            min(field.rows or MOST_ROWS, MOST_ROWS) if field.kind in WITH_ROWS else 0,
            field.kind is Kind.DATE_RANGE,
        )
        for field in section.fields
    ]


def _room(field: Field) -> str:
    if field.kind in NO_ROOM:
        return ""
    if field.kind is not Kind.TEXT:
        return "room-line"
    return next((room for most, room in ROOMS if field.limit and field.limit <= most), "room-high")


def _options(field: Field) -> list[tuple[str, str]]:
    """List what is ticked: each with its text, which only declarations have."""
    if field.kind is Kind.YES_NO:
        return [(str(words), "") for words in YES_NO.values()]
    if field.declarations:
        return [(one.label.in_language(language()), one.text.in_language(language())) for one in field.declarations]
    return [(option.label.in_language(language()), "") for option in field.options]


def _limits(field: Field) -> Iterator[str]:
    """Say what bounds an answer, in the order in which one meets it."""
    if field.required:
        yield _("trzeba odpowiedzieć")
    elif field.required_when is None:
        yield _("można pominąć")
    if field.limit:
        yield _n("najwyżej %(count)s znak", "najwyżej %(count)s znaków", field.limit, count=field.limit)
    if field.least is not None:
        yield _("co najmniej %(least)s", least=written_number(field.least, language()))
    if field.most is not None:
        yield _("najwyżej %(most)s", most=written_number(field.most, language()))
    if field.rows:
        yield _n("najwyżej %(count)s wiersz", "najwyżej %(count)s wierszy", field.rows, count=field.rows)
    yield from filter(None, map(_of_column, field.columns))
    if field.files:
        yield _n("najwyżej %(count)s plik", "najwyżej %(count)s plików", field.files.most, count=field.files.most)
        yield _("każdy do %(size)s", size=written_size(field.files.size, language()))
        yield _("razem do %(size)s", size=written_size(field.files.size_together, language()))
        yield ", ".join(field.files.types)


def _of_column(column: Column) -> str:
    label = column.label.in_language(language())
    if column.options:
        return f"{label}: " + ", ".join(option.label.in_language(language()) for option in column.options)
    if not column.limit:
        return ""
    most = _n("najwyżej %(count)s znak", "najwyżej %(count)s znaków", column.limit, count=column.limit)
    return f"{label}: {most}"
