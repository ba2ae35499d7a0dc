"""WSGI entry."""

from strefa import create_app

app = create_app()
