"""Strefa: a grant contest from the open call to the foundation's report."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(**overrides: Any) -> "Flask":
    """Build the application; `overrides` win over the environment and the settings file.

    Raises:
        pydantic.ValidationError: a setting does not fit.
        RuntimeError: an endpoint names no permission.
    """
    # Imported here: `strefa rank` passes through this package and needs neither Flask nor the database.
    from flask import Flask

    from strefa import outputs, settings, web
    from strefa.infra import clock, database, i18n

    values = settings.load(**overrides)
    app = Flask(
        __name__,
        template_folder=settings.ROOT / "templates",
        static_folder=settings.ROOT / "static",
        static_url_path=web.assets.address_of(settings.ROOT / "static"),
        instance_path=str(values.instance_dir.absolute()),
    )
    app.config.from_mapping(web.configuration(values))
    database.init_app(app)
    clock.init_app(app)
    i18n.init_app(app)
    outputs.init_app(app)
    web.init_app(app)
    return app
