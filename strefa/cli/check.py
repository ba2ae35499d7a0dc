"""`strefa check`: named invariants on live data. Each line that fails names the invariant and the row."""

import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import click

from strefa.cli.instance import opened
from strefa.cli.invariants import INVARIANTS
from strefa.infra import migrations
from strefa.infra.database import db, reading_only
from strefa.rules.refusal import Refused

WIDTH, INDENT = 76, "    "  # of the help's lines: click puts two characters before each


def schema() -> Iterator[str]:
    """Tabele: baza ma dokładnie te, których oczekuje program."""
    for difference in migrations.differences(db.session.connection()):
        yield from _told(difference)


def _told(difference: Any) -> Iterator[str]:
    """Say in words what Alembic found: a change, or the changes of one column in a list."""
    if isinstance(difference, list):
        for change in difference:
            yield f"tabela {change[2]}, kolumna {change[3]}: inna, niż oczekuje program"
        return
    (how, _, what), subject = difference[0].partition("_"), difference[-1]
    table = difference[2] if what == "column" else getattr(getattr(subject, "table", subject), "name", "")
    place = f"tabela {table}" + (f", {_PARTS.get(what, what)} {subject.name}" if what != "table" else "")
    yield f"{place}: {'brakuje w bazie' if how == 'add' else 'jest w bazie, a program tego nie zna'}"


_PARTS = {"column": "kolumna", "index": "indeks", "constraint": "warunek", "fk": "powiązanie"}
_SPOILED = (ArithmeticError, AttributeError, LookupError, Refused, TypeError, ValueError)
EVERY = (schema, *INVARIANTS)


def broken() -> list[str]:
    """Return every broken invariant as a line; empty when all hold.

    Tables that are not as they should be stop it: nothing else could be asked of them.
    """
    lines: list[str] = []
    for invariant in EVERY:
        try:
            lines += [f"{invariant.__name__}: {line}" for line in invariant()]
        except _SPOILED as problem:  # data that no step of ours wrote can be read as anything
            lines.append(f"{invariant.__name__}: danych nie da się odczytać ({type(problem).__name__})")
        if lines and invariant is schema:
            break
    return lines


def _explained(invariant: Callable[[], Iterator[str]]) -> str:
    """Write an invariant's name and meaning for the help, in lines that fit a terminal."""
    meaning = textwrap.fill(invariant.__doc__ or "", WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
    return f"{invariant.__name__}\n{meaning}"


@click.command(help="\n\n".join([
    "Sprawdź, czy dane się zgadzają. Niczego nie zmienia.",
    "Kod 1, gdy coś się nie zgadza: po wierszu na każdą rzecz, z nazwą niezmiennika.",
    "\b\n" + "\n".join(map(_explained, EVERY)),
]))  # fmt: skip
def check() -> None:
    with opened(), reading_only(one_moment=True):  # rows and the journal of the same moment: people go on writing
        lines = broken()
    if lines:
        click.echo("\n".join(lines), err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"Wszystko się zgadza (sprawdzeń: {len(EVERY)}).")
