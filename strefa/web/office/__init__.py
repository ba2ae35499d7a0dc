"""The desk of programme staff and the foundation."""

from flask import Blueprint

desk = Blueprint("office", __name__, url_prefix="/biuro")
