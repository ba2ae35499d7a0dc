"""The card of the formal check, built from the round's criteria and prefilled by the machine."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import flash
from flask_wtf import FlaskForm
from wtforms import Form, FormField, RadioField, SearchField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  # newer than its stubs

from strefa.contest.applications.models import Application
from strefa.contest.rounds.queries import template_of
from strefa.contest.screening import queries
from strefa.contest.screening.actions import SHORTEST_REASON, Said
from strefa.infra.i18n import _, _l, language
from strefa.outputs.words import in_words
from strefa.rules.formal_criteria import FormalCriterion
from strefa.rules.refusal import Blocker, Reason

WHERE = {Reason.FORMAL_WITHOUT_REASON: "reason", Reason.FORMAL_WITHOUT_WORDS: "note"}


class TakeBackForm(FlaskForm):
    """Why a closed formal check is opened again."""

    reason = TextAreaField(_l("Powód cofnięcia oceny formalnej"), render_kw={"data-least": 10, "data-kind": "low"})

    def refused(self, blockers: Iterable[Blocker]) -> None:
        """Say by the field why the check was not taken back; what was typed stays."""
        self.reason.errors = [*self.reason.errors, *(in_words(blocker) for blocker in blockers)]


class NumberForm(FlaskForm):
    """Finding an application by its number or its applicant."""

    class Meta:
        csrf = False

    q = SearchField(_l("Numer albo wnioskodawca"))


class CheckForm(FlaskForm):
    """One group of fields for each criterion; its name is the criterion's key."""

    @property
    def said(self) -> dict[str, Said]:
        """What the form says, criterion by criterion; nothing marked is None."""
        return {
            name: Said(
                {"yes": True, "no": False}.get(part.form.passed.data or ""),
                part.form.reason.data or "",
                (part.form.note.data or "").strip(),
            )
            for name, part in self._fields.items()
            if isinstance(part, FormField)
        }

    def refused(self, blockers: Iterable[Blocker]) -> None:
        """Say by the criteria why the check cannot be closed; what concerns none of them is said above the form."""
        for blocker in blockers:
            part: Any = self._fields.get(blocker.at)
            if part is None:
                flash(in_words(blocker), "refused")
                continue
            at = part.form[WHERE.get(blocker.reason, "passed")]
            at.errors = [*at.errors, in_words(blocker)]


def check_form(application: Application) -> CheckForm:
    """Return the card: what staff said before, else what the machine says."""
    criteria = template_of(application.round).formal_criteria
    known = queries.verdicts(application)
    machine = {word.key: word for word in queries.machine(application, application.submissions[-1])}
    data: dict[str, Any] = {}
    for criterion in criteria:
        row = known.get(criterion.key)
        passed = row.passed if row else machine[criterion.key].passed
        data[criterion.key] = {
            "passed": {True: "yes", False: "no"}.get(passed) if passed is not None else None,
            "reason": row.reason if row else "",
            "note": row.note if row else "",
        }
    return _form_class(criteria, language())(data=data)


@lru_cache(maxsize=32)
def _form_class(criteria: tuple[FormalCriterion, ...], code: str) -> type[CheckForm]:
    groups = {
        criterion.key: FormField(_group(criterion, code), f"{criterion.key}. {criterion.text.in_language(code)}")
        for criterion in criteria
    }
    return type("RoundCheckForm", (CheckForm,), groups)


def _group(criterion: FormalCriterion, code: str) -> type[Form]:
    reasons = [
        SelectChoice("", _("– wybierz –")),
        *(SelectChoice(reason.key, reason.text.in_language(code)) for reason in criterion.reasons),
    ]
    answers = [SelectChoice("yes", _("tak")), SelectChoice("no", _("nie"))]
    return type(
        "CriterionForm",
        (Form,),
        {
            "passed": RadioField(_("Spełnione?"), choices=answers, validate_choice=False),
            "reason": SelectField(_("Powód, gdy nie"), choices=reasons, validate_choice=False),
            "note": TextAreaField(
                _("Uwagi"),
                render_kw={"data-kind": "low", "rows": 2, "data-least": SHORTEST_REASON},
                description=_("Własnymi słowami: co konkretnie jest nie tak. Przeczyta to wnioskodawca."),
            ),
        },
    )


@dataclass(frozen=True)
class FailedLine:
    """A formal criterion that was not met: its text, the reason from the list, words of whoever judged."""

    criterion: str
    reason: str
    note: str


def failed_lines(application: Application) -> list[FailedLine]:
    """List the formal criteria that an application did not meet, in the order of the round's list."""
    said, lines = queries.verdicts(application), []
    for criterion in template_of(application.round).formal_criteria:
        row = said.get(criterion.key)
        if row is None or row.passed:
            continue
        reason = next((one.text.in_language(language()) for one in criterion.reasons if one.key == row.reason), "")
        lines.append(FailedLine(f"{criterion.key}. {criterion.text.in_language(language())}", reason, row.note))
    return lines
