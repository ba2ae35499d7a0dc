"""Forms of a round's team: shape only, never policy."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  # newer than its stubs

from strefa.infra.i18n import _, _l
from strefa.outputs.names import named
from strefa.outputs.words import in_words
from strefa.rules.policy import Role
from strefa.rules.refusal import Blocker
from strefa.web.office.forms import flaws_of_address

COLLEAGUES = (Role.COORDINATOR, Role.CHAIR, Role.APPROVER, Role.AUDITOR)


class ColleagueForm(FlaskForm):
    """Who is asked to look after a round, and as what."""

    name = StringField(_l("Imię i nazwisko"), render_kw={"autocomplete": "off"})
    email = EmailField(_l("E-mail"), render_kw={"autocomplete": "off"})
    role = SelectField(
        _l("Rola"), validate_choice=False,
        description=_l("Kto zaproponował decyzje, nie może ich sam zatwierdzić: to robi druga osoba."),
    )  # fmt: skip

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        self.role.choices = [SelectChoice(role.value, str(named(role))) for role in COLLEAGUES]

    def fits(self) -> bool:
        """Say whether enough is told; what is missing stands at the fields."""
        if not (self.name.data or "").strip():
            self.name.errors = [_("Podaj imię i nazwisko.")]
        self.email.errors = flaws_of_address(self.email.data)
        if self.role.data not in COLLEAGUES:
            self.role.errors = [_("Wybierz rolę z listy.")]
        return not (self.name.errors or self.email.errors or self.role.errors)

    def refused(self, blockers: Iterable[Blocker]) -> None:
        """Say by the address why the invitation was refused."""
        self.email.errors = [*self.email.errors, *(in_words(blocker) for blocker in blockers)]
