"""What an instance keeps is readable to its owner alone, from the first moment and after an older version."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from strefa.cli import main
from strefa.cli.serving import programs
from strefa.settings import read
from tests.cli.test_instance import WRITERS

ADD = WRITERS[1]


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """Have new files readable to everybody, as most systems do."""
    before = os.umask(0o022)
    yield
    assert os.umask(before) == 0o022  # a command gives back what it changed


def open_to_others(folder: Path) -> list[str]:
    return sorted(
        str(path.relative_to(folder.parent)) for path in [folder, *folder.rglob("*")] if path.stat().st_mode & 0o077
    )


def test_a_new_instance_and_its_copy_are_their_owners_alone(instance: dict[str, str], tmp_path: Path) -> None:
    folder, copy = Path(instance["INSTANCE_DIR"]), tmp_path / "copies" / "first"
    runner = CliRunner(env=instance | {"SECRET_KEY": ""})
    for words in (ADD, ["check"], ["backup", str(copy)]):
        ended = runner.invoke(main, words)
        assert ended.exit_code == 0, ended.output
    assert (folder / "secret_key").exists()
    assert open_to_others(folder) == open_to_others(copy) == []


def test_what_an_older_version_left_open_is_closed_by_the_next_start(instance: dict[str, str]) -> None:
    folder = Path(instance["INSTANCE_DIR"])
    runner = CliRunner(env=instance)
    assert runner.invoke(main, ADD).exit_code == 0
    (folder / "mail").mkdir()
    (folder / "mail" / "a.eml").write_text("https://strefa.example/konto/haslo/abc")
    (folder / "files" / "ab").mkdir(parents=True)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert runner.invoke(main, ADD).exit_code in (0, 2)
    assert open_to_others(folder) == ["instance/files/ab"]  # behind a closed door


def test_a_folder_that_holds_more_than_an_instance_stays_open_and_what_is_ours_in_it_does_not(
    instance: dict[str, str],
) -> None:
    folder = Path(instance["INSTANCE_DIR"])
    folder.mkdir()
    (folder / "notatki.txt").write_text("cudze")
    assert CliRunner(env=instance).invoke(main, ADD).exit_code == 0
    assert open_to_others(folder) == ["instance", "instance/notatki.txt"]


def test_the_web_server_is_told_to_keep_it_so(tmp_path: Path) -> None:
    web = list(programs(read(instance_dir=tmp_path))[0].command)
    assert web[web.index("--umask") + 1] == "0o77"
