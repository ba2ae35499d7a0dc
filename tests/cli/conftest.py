"""An instance for commands: an empty folder and an empty database of the kind under test."""

import os
from pathlib import Path

import pytest

from tests.databases import database_url

STRONG = "Wr8-Zk3_qLm5TyVb0NcXs7PdHf2JgQa9"


@pytest.fixture
def instance(tmp_path: Path) -> dict[str, str]:
    """Return the environment that names an instance where nothing has begun yet."""
    folder = tmp_path / "instance"
    on_postgresql = os.environ.get("STREFA_TEST_DATABASE") == "postgresql"
    return {
        "INSTANCE_DIR": str(folder),
        "DATABASE_URL": database_url(f"cli_{tmp_path.name}") if on_postgresql else "",
        "SECRET_KEY": STRONG,
        "BASE_URL": "http://127.0.0.1:8000",
        "DEMO": "0",
    }
