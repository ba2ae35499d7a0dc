"""A juror's desk."""

from flask import Blueprint

desk = Blueprint("juror", __name__, url_prefix="/jury")


def menu() -> tuple[str, list[tuple[str, str]]]:
    """Return this desk's name and the entries of its menu: text and address."""
    return "", []
