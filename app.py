"""WSGI entry."""

from strefa import create_app
from strefa.infra.queue import ring_after_commits

app = create_app()
ring_after_commits(app.config["SETTINGS"])
