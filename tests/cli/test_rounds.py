"""`strefa rounds`: a round goes in and out of a file byte for byte, and every error has its place."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from strefa.cli import main
from strefa.contest.rounds import template_file

SLUG = "strefa-eksperymentu-2027"
SHIPPED = template_file.shipped("strefa-eksperymentu")
Strefa = Callable[..., Result]


@pytest.fixture
def strefa(instance: dict[str, str]) -> Strefa:
    """Call the command on an empty instance of the test's own, on the database under test."""

    def call(*words: str | Path, code: int = 0) -> Result:
        result = CliRunner(env=instance).invoke(main, list(map(str, words)))
        assert result.exit_code == code, (result.output, result.exception)
        if code:
            assert result.stdout == ""
        return result

    return call


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "round.yaml"
    path.write_text(SHIPPED, encoding="utf-8")
    return path


def test_what_was_exported_and_loaded_is_exported_again_byte_for_byte(
    strefa: Strefa, file: Path, tmp_path: Path
) -> None:
    assert strefa("rounds", "load", file).stdout == f"{SLUG}\n"
    strefa("rounds", "export", SLUG, "--out", tmp_path / "first.yaml")
    strefa("rounds", "load", tmp_path / "first.yaml")
    second = strefa("rounds", "export", SLUG).stdout_bytes
    assert second == (tmp_path / "first.yaml").read_bytes() == SHIPPED.encode()
    assert (
        strefa("rounds", "list").stdout == f"{SLUG}\tStrefa Eksperymentu 2027\t2027-01-11 08:00Z\t2027-02-11 14:00Z\n"
    )


def test_every_error_of_a_file_has_its_line_and_column_and_changes_nothing(strefa: Strefa, file: Path) -> None:
    strefa("rounds", "load", file)
    for old, new, below, said in (
        ("  pool: ", "  poool: ", 0, "3: frame.poool: Nieznany klucz „poool”."),
        ("slug: ", "slug: [", 1, "14: Pliku nie da się odczytać"),
        ("ends: 2027-02-11 15:00", "ends: 2027-02-31 15:00", 0, "7: "),
        ("number_prefix: SE-2027\n", "", -1, "1: number_prefix: Brakuje klucza „number_prefix”."),
    ):
        line = SHIPPED[: SHIPPED.index(old)].count("\n") + 1 + below
        file.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
        told = strefa("rounds", "load", file, code=2).stderr.splitlines()
        assert any(one.startswith(f"{file}:{line}:{said}") for one in told), told
    assert strefa("rounds", "export", SLUG).stdout == SHIPPED


def test_what_cannot_be_found_read_or_written_is_named_with_what_to_do(
    strefa: Strefa, file: Path, tmp_path: Path
) -> None:
    strefa("rounds", "load", file)
    refused = strefa("rounds", "export", "nie-ma", code=2)
    assert refused.stderr == "Nie ma edycji „nie-ma”. Wszystkie pokaże: strefa rounds list\n"
    assert "--out" in strefa("rounds", "export", SLUG, "--out", tmp_path / "nie-ma" / "x.yaml", code=2).stderr
    file.write_bytes("zażółć".encode("cp1250"))
    assert "UTF-8" in strefa("rounds", "load", file, code=2).stderr
