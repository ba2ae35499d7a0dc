"""The card of the formal check, built from the round's criteria and prefilled by the machine."""

from functools import lru_cache
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Form, FormField, RadioField, SelectField, TextAreaField

from strefa.contest.applications.models import Application
from strefa.contest.rounds.queries import template_of
from strefa.contest.screening import queries
from strefa.contest.screening.actions import Said
from strefa.infra.i18n import _, _l, language
from strefa.rules.formal_criteria import FormalCriterion


class TakeBackForm(FlaskForm):
    """Why a closed formal check is opened again."""

    reason = TextAreaField(_l("Powód cofnięcia oceny formalnej"), render_kw={"data-least": 10, "data-kind": "low"})


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
    reasons = [("", _("– wybierz –")), *((reason.key, reason.text.in_language(code)) for reason in criterion.reasons)]
    return type(
        "CriterionForm",
        (Form,),
        {
            "passed": RadioField(_("Spełnione?"), choices=[("yes", _("tak")), ("no", _("nie"))], validate_choice=False),
            "reason": SelectField(_("Powód, gdy nie"), choices=reasons, validate_choice=False),
            "note": TextAreaField(_("Uwagi"), render_kw={"data-kind": "low", "rows": 2}),
        },
    )
