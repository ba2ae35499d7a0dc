"""The command line speaks Polish: every help, and everything that click refuses."""

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from strefa.cli import COMMANDS, main
from strefa.settings import ROOT

ENGLISH = re.compile(
    r"\b(?:Usage|Options|Commands|Error|Try|Show this|required|default|Missing|No such|Invalid|Got|does not|Aborted)\b"
)


def paths(command: click.Command, above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [above]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in {*command.list_commands(context), *(COMMANDS if command is main else ())}:
            below = command.get_command(context, name)
            assert below is not None
            found += paths(below, (*above, name))
    return sorted(found)


@pytest.mark.parametrize("path", paths(main), ids=" ".join)
def test_help_is_polish_and_fits_a_terminal(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(main, [*path, "--help"])
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.startswith("Użycie: ")
    assert "Pokaż tę pomoc." in shown.stdout
    assert not ENGLISH.search(shown.stdout), shown.stdout
    assert not re.search(r"\b(?:TEXT|FILE|PATH|INTEGER)\b", shown.stdout), shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nie-ma", "nie ma polecenia „nie-ma”."),
        ("rounds nie-ma", "nie ma polecenia „nie-ma”."),
        ("check --nie-ma", "nie ma opcji --nie-ma."),
        ("check co to", "nie wiadomo, co znaczy: co to."),
        ("rank", "brakuje --rules."),
        ("rank --rules", "po --rules ma stać wartość."),
        ("rank --json=1", "--json nie przyjmuje wartości."),
        ("people add", "brakuje EMAIL."),
        ("demo --out nowy --seed -1", "--seed: „-1”; ma to być liczba od 0 do 999999999."),
        ("rounds load", "brakuje PLIK."),
        ("rounds load /nie/ma", "PLIK: nie ma „/nie/ma”."),
        ("rounds load /", "PLIK: „/” to folder, a ma to być plik."),
        ("backup README.md", "FOLDER: „README.md” to plik, a ma to być folder."),
        (
            "people invite a@example.org --round x --role szef",
            "--role: „szef”; do wyboru: juror, chair, coordinator, approver, auditor.",
        ),
    ],
)
def test_wrong_words_end_with_two_one_polish_sentence_and_nothing_on_the_output(
    words: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    refused = CliRunner().invoke(main, words.split())
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.splitlines()[-1] == f"Błąd: {said}"
    assert not ENGLISH.search(refused.stderr), refused.stderr


def test_a_group_called_alone_shows_its_help_and_ends_with_two() -> None:
    shown = CliRunner().invoke(main, ["rounds"])
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "Polecenia:" in shown.stderr


def test_the_list_of_commands_shows_each_but_the_one_that_make_calls() -> None:
    listed = CliRunner().invoke(main, ["--help"]).stdout.partition("Polecenia:")[2]
    shown = {line.split()[0] for line in listed.splitlines() if re.match(r"  \S", line)}
    assert shown == COMMANDS.keys() - {"run-demo"}


def test_a_rule_file_that_is_not_there_is_refused_before_anything_is_imported(tmp_path: Path) -> None:
    refused = CliRunner().invoke(main, ["rank", "--rules", str(tmp_path / "nie-ma.json")])
    assert (refused.exit_code, refused.stdout) == (2, "")


@pytest.mark.parametrize("stop", [KeyboardInterrupt, click.Abort])
def test_a_command_that_was_stopped_says_so_in_one_word(stop: type[BaseException]) -> None:
    @click.group(cls=type(main))
    def stopped() -> None:
        raise stop

    ended = CliRunner().invoke(stopped, ["check"])
    assert (ended.exit_code, ended.stdout, ended.stderr) == (130, "", "Przerwano.\n")


def test_the_range_of_a_number_is_said_in_words() -> None:
    shown = re.sub(r"\s+", " ", CliRunner().invoke(main, ["demo", "--help"]).stdout)
    assert "[domyślnie: 1; od 0 do 999999999]" in shown
