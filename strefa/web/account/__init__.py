"""One's own account."""

from flask import Blueprint, url_for

from strefa.infra.i18n import _
from strefa.web.account import (
    address,
    clauses,
    device,
    invitations,
    name,
    overview,
    own_data,
    password,
    reminders,
    second_factor,
    sharing,
    signing_in,
    signing_out,
    signing_up,
)
from strefa.web.session import current_user, second_step

desk = Blueprint("account", __name__, url_prefix="/konto")
for noun in (
    address, clauses, device, invitations, name, overview, own_data, password, reminders, second_factor, sharing,
    signing_in, signing_out, signing_up,
):  # fmt: skip
    desk.register_blueprint(noun.pages)


def menu() -> tuple[str, list[tuple[str, str]]]:
    """Return this desk's name and the entries of its menu: text and address."""
    if not current_user.is_authenticated:
        return "", [(_("Edycje konkursu"), url_for("public.rounds.index"))]
    if second_step():
        return _("Konto"), []  # whoever still owes a code comes nowhere else
    return _("Konto"), [
        (_("Moje konto"), url_for("account.overview.show")),
        (_("Hasło"), url_for("account.password.change")),
        (_("Moje dane"), url_for("account.own_data.show")),
        (_("Wróć do pracy"), url_for("account.overview.start")),
    ]
