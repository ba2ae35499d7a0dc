"""How a question of a round's form is put: its label, and what stands above it."""

from strefa.infra.i18n import _, _l
from strefa.rules.fields import Field
from strefa.rules.formspec import FormSpec

YES_NO = {"yes": _l("tak"), "no": _l("nie")}


def label_of(field: Field, language: str) -> str:
    """Write the label of a question with its code: "A1. Pełna nazwa"."""
    return f"{field.code}. {field.label.in_language(language)}"


def hint_of(spec: FormSpec, field: Field, language: str) -> str:
    """Write what stands above a question; one that only some answers call for says which."""
    hint = field.hint.in_language(language) if field.hint else ""
    wanted = field.required_when
    if wanted is None:
        return hint
    other = spec.field(wanted.field)
    option = other.option(wanted.equals)
    answer = option.label.in_language(language) if option else YES_NO[wanted.equals]
    when = _("Odpowiedz, jeśli w %(code)s jest „%(answer)s”.", code=other.code, answer=answer)
    return f"{when} {hint}".strip()
