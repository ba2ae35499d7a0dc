"""Alembic's entry: runs the migrations on the connection it was handed."""

from typing import Any, Literal

from alembic import context

from strefa.infra.database import Base, Exact, Instant


def _plain(kind: str, thing: Any, _: Any) -> str | Literal[False]:
    """Write our own types as what the database knows, so that a migration does not need today's code."""
    if kind == "type" and isinstance(thing, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Exact):
        return "sa.String(length=24)"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=_plain,
)
with context.begin_transaction():
    context.run_migrations()
