"""WSGI entry."""

from strefa import create_app
from strefa.infra import logs
from strefa.infra.queue import ring_after_commits

app = create_app()
logs.begin(app.config["SETTINGS"].log_level)
ring_after_commits(app.config["SETTINGS"])
