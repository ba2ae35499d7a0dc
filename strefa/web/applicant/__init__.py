"""A librarian's desk."""

from flask import Blueprint

desk = Blueprint("applicant", __name__, url_prefix="/moje")
