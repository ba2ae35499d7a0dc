"""The command line in Polish: help, and what click itself says of wrong words.

click has no Polish of its own, and its gettext would follow the language of the terminal while our
help stays Polish.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import IO, Any

import click
from click.exceptions import Abort, MissingParameter, NoArgsIsHelpError

_HEADINGS = {"Options": "Opcje", "Commands": "Polecenia"}
_NOTES = tuple(
    (re.compile(english), polish)
    for english, polish in (
        (r"\[required\]", "[wymagane]"),
        (r"\[default: ", "[domyślnie: "),
        (r"; (\S+)<=x<=(\S+)\]", r"; od \1 do \2]"),
    )
)
_SAYINGS = tuple(
    (re.compile(english), polish)
    for english, polish in (
        (r"No such command '(.+)'\.", "nie ma polecenia „{0}”."),
        (r"No such option '?([^' ]+?)'?\.( .*)?", "nie ma opcji {0}."),
        (r"Missing command\.", "brakuje polecenia."),
        (r"Option '(.+)' requires an argument\.", "po {0} ma stać wartość."),
        (r"Option '(.+)' does not take a value\.", "{0} nie przyjmuje wartości."),
        (r"Got unexpected extra arguments? \((.+)\)", "nie wiadomo, co znaczy: {0}."),
        (r"'(.*)' is not one of (.+)\.", "„{0}”; do wyboru: {1}."),
        (r"'(.*)' is not a valid integer(?: range)?\.", "„{0}”; ma to być liczba całkowita."),
        (r"(.+) is not in the range (\S+)<=x<=(\S+)\.", "„{0}”; ma to być liczba od {1} do {2}."),
        (r"(?:File|Directory|Path) '(.+)' does not exist\.", "nie ma „{0}”."),
        (r"(?:File|Directory|Path) '(.+)' is a directory\.", "„{0}” to folder, a ma to być plik."),
        (r"(?:File|Directory|Path) '(.+)' is a file\.", "„{0}” to plik, a ma to być folder."),
        (r"(?:File|Directory|Path) '(.+)' is not readable\.", "„{0}” nie da się odczytać: brakuje uprawnień."),
        (r"(?:File|Directory|Path) '(.+)' is not writable\.", "„{0}” nie da się zapisać: brakuje uprawnień."),
    )
)  # fmt: skip


class PolishFormatter(click.HelpFormatter):
    """Help with Polish headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix="Użycie: " if prefix is None else prefix)

    def section(self, name: str) -> AbstractContextManager[None]:
        return super().section(_HEADINGS.get(name, name))

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        for english, polish in _NOTES:
            rows = [(name, english.sub(polish, text)) for name, text in rows]
        super().write_dl(rows, col_max, col_spacing)


class PolishContext(click.Context):
    formatter_class = PolishFormatter


class WrongWords(click.ClickException):
    """What was typed cannot be understood; shown with the usage and the way to help. The command ends with 2."""

    exit_code = 2

    def __init__(self, error: click.UsageError) -> None:
        super().__init__(said(error))
        self.context = error.ctx

    def show(self, file: IO[Any] | None = None) -> None:
        if self.context is not None:
            usage, path = self.context.get_usage(), self.context.command_path
            click.echo(f"{usage}\nPomoc: {path} --help\n", file=file, err=True)
        click.echo(f"Błąd: {self.message}", file=file, err=True)


class Interrupted(click.ClickException):
    """Somebody stopped the command. It ends with 130, as a shell says it."""

    exit_code = 130

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file, err=True)


def said(error: click.UsageError) -> str:
    """Say in Polish what click found wrong; what it has no words for here stays as it was."""
    if isinstance(error, MissingParameter):
        return f"brakuje {_named(error)}."
    sentence = error.message
    for english, polish in _SAYINGS:
        if found := english.fullmatch(sentence):
            sentence = polish.format(*found.groups()).replace("'", "")
            break
    if isinstance(error, click.BadParameter) and error.param is not None:
        return f"{_named(error)}: {sentence}"
    return sentence


def _named(error: click.BadParameter) -> str:
    if error.param is None or error.ctx is None:
        return error.message
    return error.param.opts[0] if isinstance(error.param, click.Option) else error.param.make_metavar(error.ctx)


@contextmanager
def in_polish_words() -> Iterator[None]:
    """Have whatever click refuses in the block said in Polish."""
    try:
        yield
    except NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise WrongWords(error) from None
    except (Abort, KeyboardInterrupt, EOFError):
        raise Interrupted("Przerwano.") from None


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
