"""Migrations of the database, from the first table on."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

FOLDER = Path(__file__).resolve().parent


def configuration(connection: Connection) -> Config:
    """Return Alembic's configuration for one open connection."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Bring a database to the newest revision; an empty one gets all tables."""
    command.upgrade(configuration(connection), "head")


def is_newest(connection: Connection) -> bool:
    """Tell whether a database is at the newest revision."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    newest = ScriptDirectory(str(FOLDER)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == newest


def differences(connection: Connection) -> list[Any]:
    """List how the models differ from the migrated database; empty when they agree."""
    from alembic.autogenerate import compare_metadata  # only tests and `strefa check` ask
    from alembic.migration import MigrationContext

    from strefa.infra.database import Base

    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return compare_metadata(context, Base.metadata)
