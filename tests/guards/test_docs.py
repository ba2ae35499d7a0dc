"""What an operator can turn, call and must trust is written down: settings, commands, libraries."""

import re
import tomllib
from collections.abc import Iterator

import click
import pytest

from strefa.cli import main
from strefa.settings import Settings
from tests.guards.test_habits import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
INHERITED = {"--help"}


def document(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_every_setting_is_documented(setting: str) -> None:
    assert f"`{setting.upper()}`" in document("ustawienia.md")


def test_no_setting_is_documented_that_does_not_exist() -> None:
    """Beside the settings stand the variables of the set-up: they must be read by it."""
    rows = re.findall(r"^\|\s*`([A-Z][A-Z_]+)`", document("ustawienia.md"), re.MULTILINE)
    read = "".join(path.read_text(encoding="utf-8") for path in [ROOT / "Makefile", *(ROOT / "scripts").glob("*.*")])
    assert rows
    unknown = {row for row in rows if row.lower() not in Settings.model_fields}
    assert [row for row in sorted(unknown) if not re.search(rf"\b{row}\b", read)] == []


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def commands(group: click.Group, words: tuple[str, ...] = ("strefa",)) -> Iterator[tuple[str, click.Command]]:
    """Yield every listed command with its whole name: "strefa people add"."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield " ".join((*words, name)), command


COMMANDS = dict(commands(main))  # pyright: ignore[reportArgumentType]


def section(text: str, heading: str) -> str:
    """Return what stands under a heading, down to the next one."""
    parts = re.split(r"^#+ +(.+)$", text, flags=re.MULTILINE)
    assert heading in parts[1::2], f"no heading {heading}"
    return parts[parts.index(heading) + 1]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_with_its_options(name: str) -> None:
    text = section(document("polecenia.md"), name)
    options = {
        option
        for parameter in COMMANDS[name].params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for option in parameter.opts
        if option.startswith("--")
    }
    assert [option for option in sorted(options - INHERITED) if option not in text] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_explains_itself(name: str) -> None:
    command = COMMANDS[name]
    assert (command.help or "").strip()
    silent = [p.name for p in command.params if isinstance(p, click.Option) and not p.hidden and not p.help]
    assert silent == []


def test_every_library_is_documented() -> None:
    rows = set(re.findall(r"^\| *([a-z0-9.-]+)", document("dependencies.md"), re.MULTILINE))
    wanted = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["development"]
    names = {re.split(r"[\[<>=! ]", line)[0].lower() for line in wanted}
    assert names - rows == set()
    assert rows - names - {"biblioteka", "---"} == set()
