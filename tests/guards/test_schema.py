"""The models and the migrations say the same."""

from flask import Flask

from strefa.infra import migrations
from strefa.infra.database import db


def test_models_equal_migrations(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        assert migrations.differences(connection) == []
