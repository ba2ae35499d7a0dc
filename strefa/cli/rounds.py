"""Rounds on the command line: load a file, write it back, list them."""

from pathlib import Path

import click

from strefa.cli.instance import Refusal, opened, reason
from strefa.contest.rounds import actions, queries, template_file
from strefa.infra.clock import now
from strefa.infra.database import reading_only, saving
from strefa.outputs.words import in_words
from strefa.rules.refusal import Blocker, Refused


@click.group()
def rounds() -> None:
    """Edycje konkursu: wczytaj z pliku, zapisz do pliku, wypisz."""


@rounds.command("load")
@click.argument("file", metavar="PLIK", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Wczytaj edycję z pliku YAML i wypisz jej adres.

    Znana edycja zostanie uaktualniona. Każdy błąd pliku dostaje wiersz i kolumnę, a baza zostaje bez zmian.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Refusal(f"{file}: to nie jest tekst w UTF-8. Zapisz plik w tym kodowaniu.") from None
    with opened(writing=True):
        try:
            template = template_file.load(text)
            with saving():
                slug = actions.load(template, template_file.dump(template), actor=None, now=now()).slug
        except Refused as refused:
            raise Refusal("\n".join(_placed(file, blocker) for blocker in refused.blockers)) from None
    click.echo(slug)


def _placed(file: Path, blocker: Blocker) -> str:
    place = [str(blocker.values[key]) for key in ("line", "column") if key in blocker.values]
    return ": ".join([":".join([str(file), *place]), *([blocker.at] if blocker.at else []), in_words(blocker)])


@rounds.command("export")
@click.argument("slug", metavar="EDYCJA")
@click.option("--out", metavar="PLIK", type=click.Path(dir_okay=False, path_type=Path), help="Plik zamiast wyjścia.")
def export(slug: str, out: Path | None) -> None:
    """Zapisz edycję o tym adresie jako plik YAML.

    Wczytany i zapisany jeszcze raz daje te same bajty.
    """
    with opened(), reading_only():
        round_ = queries.by_slug(slug)
        if round_ is None:
            raise Refusal(f"Nie ma edycji „{slug}”. Wszystkie pokaże: strefa rounds list")
        source = round_.source
    if out is None:
        click.echo(source.encode(), nl=False)
        return
    try:
        out.write_bytes(source.encode())
    except OSError as problem:
        raise Refusal(f"Nie da się zapisać {out} ({reason(problem)}). Wskaż inny plik przez --out.") from None


@rounds.command("list")
def list_() -> None:
    """Wypisz edycje: adres, nazwę, początek i koniec naboru."""
    with opened(), reading_only():
        for round_ in queries.listed():
            click.echo(
                f"{round_.slug}\t{round_.name}\t{round_.opens_at:%Y-%m-%d %H:%M}Z\t{round_.closes_at:%Y-%m-%d %H:%M}Z"
            )
