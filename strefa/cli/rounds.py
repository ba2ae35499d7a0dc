"""Rounds on the command line: load a file, write it back, list them."""

from pathlib import Path

import click

from strefa import create_app
from strefa.contest.rounds import actions, queries, template_file
from strefa.infra.clock import now
from strefa.infra.database import reading_only, saving
from strefa.outputs.words import in_words
from strefa.rules.refusal import Refused


@click.group()
def rounds() -> None:
    """Edycje konkursu: wczytaj z pliku, zapisz do pliku, wypisz."""


@rounds.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Wczytaj edycję z pliku YAML; znana edycja zostanie uaktualniona."""
    with create_app().app_context():
        try:
            template = template_file.load(file.read_text(encoding="utf-8"))
            with saving():
                round_ = actions.load(template, template_file.dump(template), actor=None, now=now())
                slug = round_.slug
        except UnicodeDecodeError:
            raise click.UsageError(f"{file}: to nie jest tekst w UTF-8") from None
        except Refused as refused:
            for blocker in refused.blockers:
                place = ":".join(str(blocker.values[key]) for key in ("line", "column") if key in blocker.values)
                click.echo(
                    f"{file}:{place}: {in_words(blocker)}" if place else f"{file}: {in_words(blocker)}", err=True
                )
            raise click.exceptions.Exit(2) from None
    click.echo(slug)


@rounds.command("export")
@click.argument("slug")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Plik; bez tego na wyjście.")
def export(slug: str, out: Path | None) -> None:
    """Zapisz edycję jako plik YAML, bajt w bajt taki, jaki da się wczytać."""
    with create_app().app_context(), reading_only():
        round_ = queries.by_slug(slug)
        if round_ is None:
            raise click.UsageError(f"nie ma edycji „{slug}”; strefa rounds list pokaże wszystkie")
        source = round_.source
    if out is None:
        click.echo(source, nl=False)
    else:
        out.write_text(source, encoding="utf-8")


@rounds.command("list")
def list_() -> None:
    """Wypisz edycje: adres, nazwę, początek i koniec naboru."""
    with create_app().app_context(), reading_only():
        for round_ in queries.listed():
            click.echo(
                f"{round_.slug}\t{round_.name}\t{round_.opens_at:%Y-%m-%d %H:%M}Z\t{round_.closes_at:%Y-%m-%d %H:%M}Z"
            )
