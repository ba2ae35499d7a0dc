"""Forms of one's own account: shape only, never policy."""

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, StringField

from strefa.infra.i18n import _l

CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "data-kind": "short"}


class SignInForm(FlaskForm):
    """Signing in; `kept` carries what somebody had typed when the session ended."""

    email = EmailField(_l("E-mail"), render_kw={"autocomplete": "username"})
    password = PasswordField(_l("Hasło"), render_kw={"autocomplete": "current-password"})
    next = HiddenField()
    kept = HiddenField()


class SignUpForm(FlaskForm):
    """Opening an account."""

    name = StringField(_l("Imię i nazwisko"), render_kw={"autocomplete": "name"})
    email = EmailField(_l("E-mail"), render_kw={"autocomplete": "username"})
    password = PasswordField(
        _l("Hasło"),
        description=_l("Co najmniej 15 znaków: najprościej kilka słów, które pamiętasz."),
        render_kw={"autocomplete": "new-password"},
    )


class AddressForm(FlaskForm):
    """An address to which a link goes."""

    email = EmailField(_l("E-mail"), render_kw={"autocomplete": "username"})


class NewPasswordForm(FlaskForm):
    """A new password, claimed by a link or with the old one."""

    current = PasswordField(_l("Obecne hasło"), render_kw={"autocomplete": "current-password"})
    password = PasswordField(_l("Nowe hasło"), render_kw={"autocomplete": "new-password"})


class ClaimForm(FlaskForm):
    """A button behind a link: opening the link alone changes nothing."""


class CodeForm(FlaskForm):
    """A code of the second step, or a recovery code."""

    code = StringField(_l("Kod z aplikacji"), render_kw=CODE)
    next = HiddenField()


class SetUpForm(CodeForm):
    """The first code of a new code app; the secret travels signed."""

    secret = HiddenField()
