"""Everybody: rounds, results, help."""

from flask import Blueprint

desk = Blueprint("public", __name__)


def menu() -> tuple[str, list[tuple[str, str]]]:
    """Return this desk's name and the entries of its menu: text and address."""
    return "", []
