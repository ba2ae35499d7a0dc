"""One's own account."""

from flask import Blueprint

desk = Blueprint("account", __name__, url_prefix="/konto")


def menu() -> tuple[str, list[tuple[str, str]]]:
    """Return this desk's name and the entries of its menu: text and address."""
    return "", []
