"""The juror's forms: a declaration, and the card built from the rubric it is written under.

The card checks no content: saving never fails on what somebody has typed. The rules judge marks and
justifications, and `show` puts what they say by the fields.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  # newer than its stubs

from strefa.contest.jury import queries
from strefa.contest.jury.models import Assignment
from strefa.contest.rounds.models import Frozen
from strefa.infra.i18n import _, _l, language
from strefa.outputs.names import named
from strefa.outputs.words import in_words
from strefa.outputs.writing import mark as written_mark
from strefa.rules.conflicts import Relation
from strefa.rules.refusal import Blocker, Reason
from strefa.rules.scoring_rules import ScoredCriterion

MARK, WHY = "mark_", "why_"  # how the two fields of a criterion begin


class DeclarationForm(FlaskForm):
    """Whether a juror can judge an application fairly; if not, why."""

    impartial = RadioField(
        _l("Czy możesz bezstronnie ocenić ten wniosek?"),
        choices=[
            SelectChoice("yes", _l("tak, nic mnie nie łączy z wnioskodawcą ani z osobami z jego władz")),
            SelectChoice("no", _l("nie, wyłączam się z oceny tego wniosku")),
        ],
        validate_choice=False,
    )
    relation = RadioField(
        _l("Powód wyłączenia"), choices=[], validate_choice=False,
        description=_l("Wypełnij tylko wtedy, gdy się wyłączasz."),
    )  # fmt: skip
    note = TextAreaField(_l("Wyjaśnienie dla biura (nieobowiązkowe)"), render_kw={"rows": 2, "data-kind": "low"})

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.relation.choices = [SelectChoice(relation.value, named(relation)) for relation in Relation]

    @property
    def answer(self) -> bool | None:
        """What is said: impartial, not impartial, or nothing yet."""
        return {"yes": True, "no": False}.get(self.impartial.data or "")

    def refused(self, blockers: Iterable[Blocker]) -> None:
        """Say by the fields why the declaration was refused."""
        for blocker in blockers:
            field: Any = dict(self._fields).get(blocker.at, self.impartial)
            field.errors = [*field.errors, in_words(blocker)]


class CardForm(FlaskForm):
    """One card; `revision` is the one its juror saw."""

    revision = HiddenField(default="0")

    def show(self, blockers: Iterable[Blocker]) -> None:
        """Put each problem by the mark or the justification that it is about."""
        for blocker in blockers:
            start = WHY if blocker.reason is Reason.JUSTIFICATION_TOO_SHORT else MARK
            field: Any = dict(self._fields).get(start + blocker.at)
            if field is not None:
                field.errors = [*field.errors, in_words(blocker)]


_classes: dict[tuple[str, str], type[CardForm]] = {}


def card_form(assignment: Assignment, data: Mapping[str, Any] | None = None, revision: int | None = None) -> CardForm:
    """Return the form of a card, filled with what is stored, or with what was typed."""
    version = queries.rubric_version(assignment)
    stored = assignment.card.revision if assignment.card else 0
    filled = {"revision": stored if revision is None else revision, **stored_fields(assignment), **(data or {})}
    return _class_of(version)(formdata=None, data=filled)


def _class_of(version: Frozen) -> type[CardForm]:
    key = version.sha256, language()
    if key not in _classes:
        fields: dict[str, Any] = {}
        for criterion in queries.criteria_of(version):
            name = criterion.name.in_language(language())
            fields[MARK + criterion.key] = RadioField(
                name, choices=[SelectChoice(*mark) for mark in scale(criterion)], validate_choice=False
            )
            fields[WHY + criterion.key] = TextAreaField(
                _("Uzasadnienie: %(criterion)s", criterion=name),
                render_kw={"rows": 3, "data-kind": "low", "data-least": criterion.justification},
            )
        _classes[key] = type("RubricCardForm", (CardForm,), fields)
    return _classes[key]


def scale(criterion: ScoredCriterion) -> list[tuple[str, str]]:
    """List a criterion's marks: the value sent, and what is shown ("3½")."""
    steps = int((criterion.most - criterion.least) / criterion.step)
    marks = [criterion.least + criterion.step * step for step in range(steps + 1)]
    return [(plain(mark), written_mark(mark) or "0") for mark in marks]


def plain(mark: Decimal | None) -> str:
    """Write a mark as the form sends it: "3.5"; "" for a blank."""
    return "" if mark is None else f"{mark.normalize():f}"


def stored_fields(assignment: Assignment) -> dict[str, str]:
    """Return what is stored of a card as the fields of its form."""
    marks, said = queries.marks_of(assignment.card), queries.justifications_of(assignment.card)
    fields: dict[str, str] = {}
    for criterion in queries.criteria_of(queries.rubric_version(assignment)):
        fields[MARK + criterion.key] = plain(marks.get(criterion.key))
        fields[WHY + criterion.key] = said.get(criterion.key, "")
    return fields


def typed(assignment: Assignment, form: MultiDict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return marks and justifications as they were sent; a field that was not sent says nothing."""
    keys = [criterion.key for criterion in queries.criteria_of(queries.rubric_version(assignment))]
    marks = {key: form[MARK + key] for key in keys if MARK + key in form}
    return marks, {key: form[WHY + key] for key in keys if WHY + key in form}
