"""`strefa demo`: a whole round on a throw-away instance, and its papers in a folder."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from strefa.cli.instance import Refusal, reason
from strefa.settings import ROOT, Settings

if TYPE_CHECKING:
    from flask import Flask

TEMPLATE = ROOT / "strefa" / "contest" / "rounds" / "templates" / "strefa-eksperymentu.yaml"
SLUG = "strefa-eksperymentu-2027"
SETTINGS = {"BASE_URL": "https://strefa.example", "MAIL_FROM": "Strefa Eksperymentu <biuro@strefa.example>"}
STEPS = 17


@click.command(short_help="Rozegraj całą rundę na niby i zostaw jej papiery w folderze.")
@click.option(
    "--out", "folder", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False), required=True,
    help="Pusty albo nowy folder na papiery.",
)  # fmt: skip
@click.option(
    "--seed", metavar="LICZBA", type=click.IntRange(0, 999_999_999), default=1, show_default=True,
    help="Ziarno: ta sama liczba daje te same bajty.",
)  # fmt: skip
def demo(folder: Path, seed: int) -> None:
    """Rozegraj całą rundę konkursu przez prawdziwe strony i zostaw jej papiery w FOLDERZE.

    Runda toczy się na własnej, tymczasowej bazie: żadna instancja nie jest ruszana. Trwa to około minuty.
    """
    _refuse_full(folder)
    with throw_away() as app:
        papers = _played(app, seed)
    _written(folder, papers)
    click.echo(f"Runda rozegrana, papiery są w folderze {folder.absolute()} ({len(papers)} plików).")


def _refuse_full(folder: Path) -> None:
    try:
        full = folder.exists() and any(folder.iterdir())
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise Refusal(f"Folder {folder}: {reason(problem)}. Podaj inny.") from problem
    if full:
        raise Refusal(f"Folder {folder} nie jest pusty. Podaj pusty albo nowy folder.")


@contextmanager
def throw_away() -> Iterator["Flask"]:
    """Open an instance of its own in a temporary folder, with no setting of the environment; both end with the block."""
    from strefa import create_app  # slow, and a refusal needs none of it
    from strefa.cli import instance

    with tempfile.TemporaryDirectory(prefix="strefa-demo-") as folder, _environment(folder):
        instance.prepare(instance.settings(begin=True))
        yield create_app()


@contextmanager
def _environment(folder: str) -> Iterator[None]:
    kept = dict(os.environ)
    for name in Settings.model_fields:
        os.environ.pop(name.upper(), None)
    os.environ.update(SETTINGS, INSTANCE_DIR=folder)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def _played(app: "Flask", seed: int) -> dict[str, bytes]:
    """Play the round and return its papers by their place in the folder.

    Raises:
        click.ClickException: a step failed, or the data do not agree after the last one.
    """
    from strefa.cli import check
    from strefa.cli.demo import papers, round, script, stage, stopping, summary
    from strefa.infra import chance
    from strefa.infra.database import reading_only

    chance.seed(seed)
    here = stage.Stage(app, seed, tell=Teller(STEPS))
    try:
        with stopping.heard():
            played = round.play(here, run, script.cast(), TEMPLATE.read_text(encoding="utf-8"), SLUG)
            with here.step("Biuro pobiera papiery"):
                found = papers.fetched(played.office)
                told = summary.summary(played, run, seed, found)
        with app.app_context(), reading_only():
            broken = check.broken()
    except stage.StepFailed as problem:
        raise click.ClickException(f"Runda stanęła. {problem}") from problem
    finally:
        chance.seed(None)
        here.close()
    if broken:
        raise click.ClickException("\n".join(["Dane rozegranej rundy się nie zgadzają:", *broken]))
    return found | {"summary.json": (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()}


class Teller:
    """Tells whoever watches which step of how many begins."""

    def __init__(self, steps: int) -> None:
        self._steps, self._done = steps, 0

    def __call__(self, step: str) -> None:
        self._done += 1
        click.echo(f"[{self._done:2}/{self._steps}] {step}…", err=True)


def run(*words: str) -> str:
    """Run a command of `strefa` in this process and return what it said.

    Raises:
        RuntimeError: it refused; the text says why.
    """
    from click.testing import CliRunner

    from strefa.cli import main
    from strefa.cli.polish import Interrupted

    result = CliRunner().invoke(main, list(words))
    if result.exit_code == Interrupted.exit_code:
        raise KeyboardInterrupt
    if result.exit_code:
        raise RuntimeError(f"strefa {' '.join(words[:2])}: {result.output}{result.exception or ''}")
    return result.stdout


def _written(folder: Path, papers: dict[str, bytes]) -> None:
    for place, content in papers.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
