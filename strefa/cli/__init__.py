"""The `strefa` command. Each command's module is imported only when it is called, so that starting stays quick."""

from importlib import import_module
from typing import Any, NamedTuple

import click

from strefa.cli.polish import in_polish, in_polish_words


class Lazy(NamedTuple):
    """Where a command lives, and its line in the list of commands."""

    target: str  # "package.module:attribute"
    summary: str  # empty: not listed


COMMANDS: dict[str, Lazy] = {
    "serve": Lazy("strefa.cli.serving:serve", "Uruchom Strefę dla prawdziwych ludzi."),
    "demo": Lazy("strefa.cli.playing:demo", "Rozegraj całą rundę na niby i zostaw jej papiery w folderze."),
    "run-demo": Lazy("strefa.cli.serving:run_demo", ""),  # what `make run` calls: not listed
    "backup": Lazy("strefa.cli.backup:backup", "Skopiuj bazę i pliki do jednego folderu."),
    "restore": Lazy("strefa.cli.backup:restore", "Odtwórz bazę i pliki z kopii na pustej instancji."),
    "check": Lazy("strefa.cli.check:check", "Sprawdź, czy dane się zgadzają."),
    "people": Lazy("strefa.cli.people:people", "Ludzie: konta, role, zaproszenia."),
    "rounds": Lazy("strefa.cli.rounds:rounds", "Edycje konkursu: wczytaj, zapisz, wypisz."),
    "rank": Lazy("strefa.cli.rank:rank", "Policz ranking i podział pieniędzy z plików, bez bazy danych."),
}


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

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with in_polish_words():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with in_polish_words():
            return super().invoke(ctx)


@click.group(cls=LazyGroup)
def main() -> None:
    """Strefa prowadzi konkurs grantowy od naboru do raportu.

    Pomoc do polecenia: strefa POLECENIE --help. Kod wyjścia 2 oznacza błędne dane.
    """


in_polish(main)
