"""A copy holds the database and the files as one unit, and comes back only as it was."""

import hashlib
import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, Table, create_engine, insert, select

from strefa.cli import main
from strefa.cli.backup import backup, restore
from strefa.infra.files.models import StoredFile
from tests.databases import database_url

TABLE = cast("Table", StoredFile.__table__)
CONTENTS = (b"statut biblioteki", b"budzet", bytes(range(256)) * 9000)
MOMENT = datetime(2027, 2, 11, 14, 0, tzinfo=UTC)


class Instance:
    """One instance's place: its folder, its database on the kind under test."""

    def __init__(self, folder: Path, address: str = "") -> None:
        self.folder = folder
        on_postgresql = os.environ.get("STREFA_TEST_DATABASE") == "postgresql"
        usual = database_url(f"backup_{folder.name}") if on_postgresql else f"sqlite:///{folder}/strefa.sqlite"
        self.address = address or usual

    def run(self, command: str, folder: Path) -> Result:
        settings = {"INSTANCE_DIR": str(self.folder), "DATABASE_URL": self.address}
        commands = {"backup": backup, "restore": restore}
        return CliRunner(env=settings).invoke(commands[command], [str(folder)])

    @property
    def engine(self) -> Engine:
        return create_engine(self.address)

    def path_of(self, sha256: str) -> Path:
        return self.folder / "files" / sha256[:2] / sha256[2:4] / sha256

    def keep(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        self.path_of(sha256).parent.mkdir(parents=True, exist_ok=True)
        self.path_of(sha256).write_bytes(content)
        with self.engine.begin() as connection:
            connection.execute(insert(TABLE).values(sha256=sha256, size=len(content), created_at=MOMENT))
        return sha256

    def rows(self) -> list[tuple[object, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(select(TABLE).order_by(TABLE.c.sha256))]


@pytest.fixture
def lived_in(tmp_path: Path) -> Instance:
    (tmp_path / "old").mkdir()
    instance = Instance(tmp_path / "old")
    StoredFile.metadata.create_all(instance.engine, [TABLE])
    for content in CONTENTS:
        instance.keep(content)
    return instance


@pytest.fixture
def empty(tmp_path: Path) -> Instance:
    return Instance(tmp_path / "new")


def test_what_was_copied_comes_back_row_for_row_and_byte_for_byte(
    lived_in: Instance, empty: Instance, tmp_path: Path
) -> None:
    made = lived_in.run("backup", tmp_path / "copy")
    assert (made.exit_code, "wiersze: 3, pliki: 3" in made.output) == (0, True), made.output
    restored = empty.run("restore", tmp_path / "copy")
    assert restored.exit_code == 0, restored.output
    assert empty.rows() == lived_in.rows()
    assert [empty.path_of(str(row[0])).read_bytes() for row in empty.rows()] == [
        lived_in.path_of(str(row[0])).read_bytes() for row in lived_in.rows()
    ]
    second = empty.run("backup", tmp_path / "copy of the copy")
    assert second.exit_code == 0, second.output
    of_both = [json.loads((tmp_path / name / "manifest.json").read_text()) for name in ("copy", "copy of the copy")]
    assert of_both[0]["files"] == of_both[1]["files"]
    assert of_both[0]["database"]["tables"] == of_both[1]["database"]["tables"] == {"stored_files": 3}


def test_nothing_is_restored_over_an_instance_that_is_lived_in(lived_in: Instance, tmp_path: Path) -> None:
    lived_in.run("backup", tmp_path / "copy")
    before = lived_in.rows()
    refused = lived_in.run("restore", tmp_path / "copy")
    assert refused.exit_code == 2
    assert "nie jest pusta" in refused.output
    shutil.rmtree(lived_in.folder / "files")
    assert lived_in.run("restore", tmp_path / "copy").exit_code == 2  # rows alone are enough to refuse
    assert lived_in.rows() == before


def test_a_copy_never_lands_among_other_files(lived_in: Instance, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").write_bytes(b"x")
    refused = lived_in.run("backup", tmp_path / "photos")
    assert (refused.exit_code, "nie jest pusty" in refused.output) == (2, True)
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["one.jpg"]


def test_a_file_the_database_knows_but_the_disk_has_lost_stops_the_copy(lived_in: Instance, tmp_path: Path) -> None:
    lost = str(lived_in.rows()[0][0])
    lived_in.path_of(lost).unlink()
    refused = lived_in.run("backup", tmp_path / "copy")
    assert (refused.exit_code, lost in refused.output) == (2, True)
    assert not list(tmp_path.glob("copy*"))


def test_a_file_whose_bytes_changed_stops_the_copy(lived_in: Instance, tmp_path: Path) -> None:
    spoiled = lived_in.path_of(str(lived_in.rows()[0][0]))
    spoiled.write_bytes(b"something else")
    refused = lived_in.run("backup", tmp_path / "copy")
    assert (refused.exit_code, "uszkodzony" in refused.output) == (2, True)
    assert not list(tmp_path.glob("copy*"))


@pytest.mark.parametrize("part", ["database", "file", "lost file", "manifest", "other format", "no manifest"])
def test_a_spoiled_copy_is_refused_before_anything_is_written(
    lived_in: Instance, empty: Instance, tmp_path: Path, part: str
) -> None:
    copy = tmp_path / "copy"
    lived_in.run("backup", copy)
    kept = next((copy / "files").iterdir())
    match part:
        case "database":
            with next(copy.glob("database.*")).open("ab") as file:
                file.write(b"\n--")
        case "file":
            kept.write_bytes(kept.read_bytes() + b"!")
        case "lost file":
            kept.unlink()
        case "manifest":
            (copy / "manifest.json").write_text("{")
        case "other format":
            (copy / "manifest.json").write_text('{"format": 99}')
        case _:
            (copy / "manifest.json").unlink()
    refused = empty.run("restore", copy)
    assert refused.exit_code == 2
    assert str(copy) in refused.output
    assert not [path for path in empty.folder.rglob("*") if path.name != "secret_key"]


def test_a_copy_of_the_other_kind_of_database_is_refused(lived_in: Instance, empty: Instance, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    lived_in.run("backup", copy)
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["database"]["kind"] = "another"
    (copy / "manifest.json").write_text(json.dumps(manifest))
    refused = empty.run("restore", copy)
    assert (refused.exit_code, "DATABASE_URL" in refused.output) == (2, True)


def test_an_instance_that_came_back_passes_the_check(instance: dict[str, str], tmp_path: Path) -> None:
    """Whole, through the command itself: people, a round, a kept file; then the same check on both sides."""
    on_postgresql = bool(instance["DATABASE_URL"])
    other = instance | {"INSTANCE_DIR": str(tmp_path / "other")}
    other["DATABASE_URL"] = database_url(f"other_{tmp_path.name}") if on_postgresql else ""

    def strefa(place: dict[str, str], *words: str) -> Result:
        return CliRunner(env=place).invoke(main, list(words))

    person = ("people", "add", "ala@example.org", "--name", "Ala", "--role", "administrator", "--link")
    assert strefa(instance, *person).exit_code == 0
    address = instance["DATABASE_URL"] or f"sqlite:///{instance['INSTANCE_DIR']}/strefa.sqlite"
    first = Instance(Path(instance["INSTANCE_DIR"]), address)
    sha256 = first.keep(b"statut biblioteki")
    made = strefa(instance, "backup", str(tmp_path / "copy"))
    assert made.exit_code == 0, made.output
    assert strefa(other, "restore", str(tmp_path / "copy")).exit_code == 0
    assert strefa(other, "check").stdout == strefa(instance, "check").stdout == "Wszystko się zgadza (sprawdzeń: 33).\n"
    (Path(other["INSTANCE_DIR"]) / "files" / sha256[:2] / sha256[2:4] / sha256).unlink()
    broken = strefa(other, "check")
    assert (broken.exit_code, broken.stdout, broken.stderr) == (1, "", f"files: brakuje pliku {sha256}\n")


def test_what_cannot_be_brought_back_whole_leaves_nothing_behind(
    lived_in: Instance, empty: Instance, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    lived_in.run("backup", copy)
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["database"]["tables"]["stored_files"] = 7
    (copy / "manifest.json").write_text(json.dumps(manifest))
    refused = empty.run("restore", copy)
    assert (refused.exit_code, "liczba wierszy" in refused.output) == (2, True), refused.output
    assert not [path for path in empty.folder.rglob("*") if path.is_file()]
    assert not (empty.folder / "files").exists()


def test_the_tail_of_a_database_that_is_gone_is_not_written_over_the_restored_one(
    lived_in: Instance, empty: Instance, tmp_path: Path
) -> None:
    lived_in.run("backup", tmp_path / "copy")
    empty.folder.mkdir()
    for tail in ("strefa.sqlite-wal", "strefa.sqlite-shm"):
        (empty.folder / tail).write_bytes(b"old")
    assert empty.run("restore", tmp_path / "copy").exit_code == 0
    assert empty.rows() == lived_in.rows()
    on_sqlite = empty.address.startswith("sqlite")
    assert not on_sqlite or not [p for p in empty.folder.glob("strefa.sqlite-*") if p.read_bytes() == b"old"]
