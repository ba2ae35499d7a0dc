"""Forms of one's own account; what a password or an address must be is asked of the rules."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, HiddenField, PasswordField, StringField

from strefa.contest.people.actions import blockers_to_password
from strefa.infra.i18n import _, _l
from strefa.outputs.words import in_words
from strefa.rules import identifiers
from strefa.rules.refusal import Refused
from strefa.rules.text import normalised

CODE = {"autocomplete": "one-time-code", "data-kind": "short"}
FIGURES = CODE | {"inputmode": "numeric"}
# a recovery code holds letters too, which a keyboard of figures lacks; nothing may change them while they are typed
FIGURES_OR_LETTERS = CODE | {"inputmode": "text", "autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
LONGEST_NAME = 120


class SignInForm(FlaskForm):
    """Signing in; `kept` carries what somebody had typed when the session ended."""

    email = EmailField(_l("E-mail"), render_kw={"autocomplete": "username"})
    password = PasswordField(_l("Hasło"), render_kw={"autocomplete": "current-password"})
    shared = BooleanField(
        _l("To jest wspólny komputer"),
        description=_l(
            "Niczego tu nie zapamiętamy: ani tekstu, ani urządzenia. Logowanie skończy się z przeglądarką, najpóźniej po 4 godzinach."
        ),
    )
    next = HiddenField()
    kept = HiddenField()


class AddressForm(FlaskForm):
    """An address to which a link goes."""

    email = EmailField(_l("E-mail"), render_kw={"autocomplete": "username"})

    @property
    def address(self) -> str:
        """The address in the form in which it is kept."""
        return identifiers.checked("email", self.email.data or "").lower()

    def fits(self) -> bool:
        """Say whether this can be an address; what is wrong stands at the field."""
        try:
            identifiers.checked("email", self.email.data or "", "email")
        except Refused as refused:
            self.email.errors = [in_words(blocker) for blocker in refused.blockers]
        return not self.email.errors


class NewPasswordForm(FlaskForm):
    """A new password, claimed by a link."""

    password = PasswordField(
        _l("Nowe hasło"),
        description=_l("Co najmniej 15 znaków (8, gdy masz drugi krok): najprościej kilka słów."),
        render_kw={"autocomplete": "new-password"},
    )

    def fits(self, second_factor: bool) -> bool:
        """Say whether the new password is good; what is wrong stands at the field."""
        return password_fits(self.password, second_factor)


class ChangePasswordForm(NewPasswordForm):
    """A new password for whoever knows the present one."""

    current = PasswordField(_l("Obecne hasło"), render_kw={"autocomplete": "current-password"})


class ChangeAddressForm(AddressForm):
    """A new address for whoever knows the present password."""

    email = EmailField(_l("Nowy adres e-mail"), render_kw={"autocomplete": "email"})
    current = PasswordField(_l("Obecne hasło"), render_kw={"autocomplete": "current-password"})


class PersonForm(FlaskForm):
    """Somebody new, whose address is known from the letter that was answered."""

    name = StringField(_l("Imię i nazwisko"), render_kw={"autocomplete": "name"})
    password = PasswordField(
        _l("Hasło"),
        description=_l("Co najmniej 15 znaków: najprościej kilka słów, które pamiętasz."),
        render_kw={"autocomplete": "new-password"},
    )

    def fits(self) -> bool:
        """Say whether the name and the password will do; what is wrong stands at the fields."""
        return all([name_fits(self.name), password_fits(self.password, second_factor=False)])


class SignUpForm(AddressForm):
    """Opening an account."""

    name = StringField(_l("Imię i nazwisko"), render_kw={"autocomplete": "name"})
    email = EmailField(_l("E-mail"), render_kw={"autocomplete": "username"})
    password = PasswordField(
        _l("Hasło"),
        description=_l("Co najmniej 15 znaków: najprościej kilka słów, które pamiętasz."),
        render_kw={"autocomplete": "new-password"},
    )

    def fits(self) -> bool:
        """Say whether an account can be opened so; what is wrong stands at the fields."""
        return all([super().fits(), name_fits(self.name), password_fits(self.password, second_factor=False)])


class ClaimForm(FlaskForm):
    """A button behind a link: opening the link alone changes nothing."""


class CodeForm(FlaskForm):
    """A code of the second step, or a recovery code; `kept` is what a POST had typed before it was asked."""

    code = StringField(_l("Kod z aplikacji albo kod zapasowy"), render_kw=FIGURES_OR_LETTERS)
    next = HiddenField()
    kept = HiddenField()


class LetterCodeForm(CodeForm):
    """The code from the letter that goes out when somebody signs in on a new device."""

    code = StringField(_l("Kod z listu"), description=_l("6 cyfr."), render_kw=FIGURES)
    remember = BooleanField(
        _l("Nie pytaj o kod na tym urządzeniu przez pół roku"),
        description=_l("Odznacz, gdy nie jest Twoje ani Twojej biblioteki."),
        default=True,
    )


class SetUpForm(CodeForm):
    """The first code of a new code app; the secret travels signed."""

    code = StringField(_l("Kod z aplikacji"), render_kw=FIGURES)
    secret = HiddenField()


class ChangeNameForm(FlaskForm):
    """One's own name, corrected."""

    name = StringField(_l("Imię i nazwisko"), render_kw={"autocomplete": "name"})

    def fits(self) -> bool:
        """Say whether the name will do; what is wrong stands at the field."""
        return name_fits(self.name)


def name_fits(field: Any) -> bool:
    """Say whether a person's name will do; what is wrong stands at the field."""
    name = normalised(field.data or "").strip()
    if not name:
        field.errors = [_("Podaj imię i nazwisko.")]
    elif len(name) > LONGEST_NAME:
        field.errors = [_("Skróć do %(most)s znaków.", most=LONGEST_NAME)]
    return not field.errors


def password_fits(field: Field, second_factor: bool) -> bool:
    """Say whether a new password is good; what is wrong stands at the field."""
    field.errors = [in_words(blocker) for blocker in blockers_to_password(field.data or "", second_factor)]
    return not field.errors
