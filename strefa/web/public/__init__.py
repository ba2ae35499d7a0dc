"""Everybody: rounds, results, help."""

from flask import Blueprint

desk = Blueprint("public", __name__)
