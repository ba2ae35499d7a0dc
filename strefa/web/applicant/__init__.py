"""A librarian's desk."""

from flask import Blueprint

desk = Blueprint("applicant", __name__, url_prefix="/moje")


def menu() -> tuple[str, list[tuple[str, str]]]:
    """Return this desk's name and the entries of its menu: text and address."""
    return "", []
