"""`strefa check`: named invariants on live data. Each line that fails names the invariant and the row."""

from collections.abc import Iterator

import click

from strefa.cli.instance import opened
from strefa.cli.invariants import INVARIANTS
from strefa.infra import migrations
from strefa.infra.database import db, reading_only


def schema() -> Iterator[str]:
    """Tabele: baza ma dokładnie te, których oczekuje program."""
    for difference in migrations.differences(db.session.connection()):
        yield str(difference)


EVERY = (schema, *INVARIANTS)


def broken() -> list[str]:
    """Return every broken invariant as a line; empty when all hold.

    Tables that are not as they should be stop it: nothing else could be asked of them.
    """
    lines: list[str] = []
    for invariant in EVERY:
        lines += [f"{invariant.__name__}: {line}" for line in invariant()]
        if lines and invariant is schema:
            break
    return lines


@click.command(help="\n\n".join([
    "Sprawdź, czy dane się zgadzają. Niczego nie zmienia.",
    "Kod 1, gdy coś się nie zgadza: po wierszu na każdą rzecz, z nazwą niezmiennika.",
    "\b\n" + "\n".join(f"{invariant.__name__}\n    {invariant.__doc__}" for invariant in EVERY),
]))  # fmt: skip
def check() -> None:
    with opened(), reading_only():
        lines = broken()
    if lines:
        click.echo("\n".join(lines), err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"Wszystko się zgadza ({len(EVERY)} sprawdzeń).")
