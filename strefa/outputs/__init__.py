"""What leaves the house: words, papers, charts, tables, letters. One reading feeds them all."""

from flask import Flask

from strefa.outputs import writing


def init_app(app: Flask) -> None:
    """Teach templates to write money, moments, points and refusals."""
    writing.init_app(app)
