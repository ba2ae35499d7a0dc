"""The desk of programme staff and the foundation."""

from flask import Blueprint

desk = Blueprint("office", __name__, url_prefix="/biuro")


def menu() -> tuple[str, list[tuple[str, str]]]:
    """Return this desk's name and the entries of its menu: text and address."""
    return "", []
