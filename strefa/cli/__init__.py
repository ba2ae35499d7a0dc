"""The `strefa` command. Each command's module is imported only when it is called, so that starting stays quick."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from typing import NamedTuple

import click


class Lazy(NamedTuple):
    """Where a command lives, and its line in the list of commands."""

    target: str  # "package.module:attribute"
    summary: str  # empty: not listed


COMMANDS: dict[str, Lazy] = {
    "serve": Lazy("strefa.cli.serving:serve", "Uruchom Strefę dla prawdziwych ludzi."),
    "run-demo": Lazy("strefa.cli.serving:run_demo", ""),  # what `make run` calls: not listed
    "backup": Lazy("strefa.cli.backup:backup", "Skopiuj bazę i pliki do jednego folderu."),
    "restore": Lazy("strefa.cli.backup:restore", "Odtwórz bazę i pliki z kopii na pustej instancji."),
    "check": Lazy("strefa.cli.check:check", "Sprawdź, czy dane się zgadzają."),
    "people": Lazy("strefa.cli.people:people", "Ludzie: konta i role."),
    "rounds": Lazy("strefa.cli.rounds:rounds", "Edycje konkursu: wczytaj, zapisz, wypisz."),
    "rank": Lazy("strefa.cli.rank:rank", "Policz ranking i podział pieniędzy z plików, bez bazy danych."),
}

_HEADINGS = {"Options": "Opcje", "Commands": "Polecenia"}
_NOTES = {"[required]": "[wymagane]", "[default: ": "[domyślnie: "}


class PolishFormatter(click.HelpFormatter):
    """Help with Polish headings; click has no Polish of its own."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix="Użycie: " if prefix is None else prefix)

    def section(self, name: str) -> AbstractContextManager[None]:
        return super().section(_HEADINGS.get(name, name))

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        for english, polish in _NOTES.items():
            rows = [(name, text.replace(english, polish)) for name, text in rows]
        super().write_dl(rows, col_max, col_spacing)


class PolishContext(click.Context):
    formatter_class = PolishFormatter


def in_polish(command: click.Command) -> click.Command:
    """Give a command, and the commands under it, help in Polish."""
    command.context_class = PolishContext
    command.options_metavar = "[OPCJE]"
    if isinstance(command, click.Group):
        command.subcommand_metavar = "POLECENIE [ARGUMENTY]..."
        for below in command.commands.values():
            in_polish(below)
    option = command.get_help_option(PolishContext(command))
    if option is not None:
        option.help = "Pokaż tę pomoc."
    return command


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(name for name, command in COMMANDS.items() if command.summary)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].target.partition(":")
        return in_polish(getattr(import_module(module), attribute))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, lazy.summary) for name, lazy in sorted(COMMANDS.items()) if lazy.summary])


@click.group(cls=LazyGroup)
def main() -> None:
    """Strefa prowadzi konkurs grantowy od naboru do raportu.

    Pomoc do polecenia: strefa POLECENIE --help. Kod wyjścia 2 oznacza błędne dane.
    """


in_polish(main)
