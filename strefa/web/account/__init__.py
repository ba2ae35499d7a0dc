"""One's own account."""

from flask import Blueprint

desk = Blueprint("account", __name__, url_prefix="/konto")
