"""A juror's desk."""

from flask import Blueprint

desk = Blueprint("juror", __name__, url_prefix="/jury")
