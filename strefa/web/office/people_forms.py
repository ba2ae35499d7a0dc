"""Forms of the administrators' pages."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, SearchField, StringField

from strefa.contest.people.queries import by_email
from strefa.infra.i18n import _, _l
from strefa.rules.policy import Role
from strefa.web.office.forms import flaws_of_address


class SearchForm(FlaskForm):
    """Finding people by name or address; it travels in the address of the page."""

    class Meta:
        csrf = False

    q = SearchField(_l("Imię, nazwisko albo e-mail"))


def _taken(address: str) -> list[str]:
    known = by_email(address.strip().lower())
    if known is None:
        return []
    return [
        _("Konto z tym adresem już jest: %(name)s. Znajdź je na liście osób i zmień na jego stronie.", name=known.name)
    ]


class NewPersonForm(FlaskForm):
    """An account that staff open for somebody."""

    name = StringField(_l("Imię i nazwisko"))
    email = EmailField(_l("E-mail"), render_kw={"autocomplete": "off"})
    administrator = BooleanField(
        _l("Administracja kontami"),
        description=_l("Zakłada i wyłącza konta, nie widzi ocen. Role w edycji daje się w edycji."),
    )

    @property
    def chosen(self) -> Role:
        """The role of the new account."""
        return Role.ADMINISTRATOR if self.administrator.data else Role.APPLICANT

    def fits(self) -> bool:
        """Say whether an account can be opened so; what is wrong stands at the fields."""
        if not (self.name.data or "").strip():
            self.name.errors = [_("Podaj imię i nazwisko.")]
        self.email.errors = flaws_of_address(self.email.data) or _taken(self.email.data or "")
        return not (self.name.errors or self.email.errors)
