"""Forms of a librarian's organisations: shape only; what is wrong is said by the actions."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, DateInput, ListWidget

from strefa.infra.i18n import _l
from strefa.outputs.names import NAMES, voivodeship
from strefa.outputs.words import in_words
from strefa.rules.identifiers import VOIVODESHIPS
from strefa.rules.policy import OrganisationRole
from strefa.rules.refusal import Blocker

SHORT: dict[str, Any] = {"data-kind": "short"}
FIGURES: dict[str, Any] = {**SHORT, "inputmode": "numeric"}
COMMUNE_KINDS = [
    ("", "–"), ("urban", _l("miejska")), ("rural", _l("wiejska")), ("urban_rural", _l("miejsko-wiejska")),
    ("city", _l("miasto na prawach powiatu")),
]  # fmt: skip
ROLES = [(role.value, NAMES[OrganisationRole][role]) for role in OrganisationRole]


class Refusable(FlaskForm):
    """A form whose fields say why the rules refused it."""

    def refused(self, blockers: list[Blocker]) -> None:
        """Say each refusal at its field, or above the form when it has none."""
        for blocker in blockers:
            field = self._fields.get(blocker.at)
            if field is None:
                self.form_errors = [*self.form_errors, in_words(blocker)]
            else:
                field.errors = [*field.errors, in_words(blocker)]


class OrganisationDataForm(Refusable):
    """All that is known of an organisation; a new application starts with it."""

    name = StringField(_l("Pełna nazwa"))
    founding_authority = StringField(
        _l("Organizator"), description=_l("Kto prowadzi instytucję, na przykład Gmina Zalesie. Stowarzyszenie pomija.")
    )
    nip = StringField("NIP", render_kw=FIGURES)
    regon = StringField("REGON", render_kw=FIGURES)
    register = StringField(
        _l("Numer w rejestrze"), description=_l("RIK z nazwą organizatora (instytucja kultury) albo KRS.")
    )
    edelivery = StringField(_l("Adres do e-Doręczeń"))
    street = StringField(_l("Ulica i numer"), render_kw={"autocomplete": "street-address"})
    postal_code = StringField(_l("Kod pocztowy"), render_kw={**SHORT, "autocomplete": "postal-code"})
    town = StringField(_l("Miejscowość"), render_kw={"autocomplete": "address-level2"})
    voivodeship = SelectField(_l("Województwo"), validate_choice=False)
    teryt = StringField(
        _l("Kod TERYT gminy"), description=_l("Siedem cyfr, razem z zerem na początku."), render_kw=FIGURES
    )
    commune_kind = SelectField(_l("Rodzaj gminy"), choices=COMMUNE_KINDS, validate_choice=False)
    population = StringField(_l("Liczba mieszkańców gminy"), render_kw=FIGURES)
    population_date = StringField(_l("Stan na dzień (GUS)"), widget=DateInput(), render_kw=SHORT)

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        self.voivodeship.choices = [("", "–"), *((name, voivodeship(name)) for name in VOIVODESHIPS.values())]

    @property
    def typed(self) -> dict[str, str]:
        """What was typed, column by column."""
        return {name: data for name, data in self.data.items() if isinstance(data, str) and name != "csrf_token"}


class InviteForm(Refusable):
    """Asking somebody to join an organisation."""

    email = EmailField(_l("E-mail"), render_kw={"autocomplete": "off"})
    role = RadioField(_l("Rola"), choices=ROLES, default=OrganisationRole.EDITOR.value)


class AgainForm(FlaskForm):
    """In which role somebody is asked once more."""

    role = SelectField(_l("Rola"), choices=ROLES, validate_choice=False)

    @property
    def chosen(self) -> OrganisationRole:
        """The role that is chosen; an unknown one is the least."""
        known = self.role.data in set(OrganisationRole)
        return OrganisationRole(self.role.data) if known else OrganisationRole.READER


class RolesForm(FlaskForm):
    """What somebody does in an organisation; nothing ticked removes her."""

    roles = SelectMultipleField(
        _l("Role"), choices=ROLES, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
        validate_choice=False,
    )  # fmt: skip

    @property
    def chosen(self) -> frozenset[OrganisationRole]:
        """The roles that are ticked; unknown ones are dropped."""
        return frozenset(OrganisationRole(role) for role in self.roles.data or () if role in set(OrganisationRole))
