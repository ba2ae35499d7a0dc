"""`strefa rank`: ranking and allocation from plain files, without a database or the web."""

import json
import sys
from pathlib import Path

import click

from strefa.cli.placed_json import BadInput
from strefa.cli.rank_files import read_applications, read_scores
from strefa.cli.rank_rules import RuleFile, read_rules
from strefa.rules import record
from strefa.rules.allocation import Allocation, allocate
from strefa.rules.ranking import Card, Entry, Ranking, rounded
from strefa.rules.ranking import rank as ranked

_File = click.Path(path_type=Path)


@click.command("rank")
@click.argument("scores", metavar="[SCORES.csv]", required=False, type=_File)
@click.option("--rules", "rules_path", metavar="RULES.json", required=True, type=_File, help="Zasady rundy.")
@click.option(
    "--applications", "applications_path", metavar="APPS.csv", type=_File, help="Wnioski i kwoty, w groszach."
)
@click.option("--json", "as_json", is_flag=True, help="Wypisz wynik jako JSON.")
def rank(scores: Path | None, rules_path: Path, applications_path: Path | None, as_json: bool) -> None:
    """Policz ranking i podział pieniędzy z plików, bez bazy danych.

    SCORES.csv ma kolumny application, juror, criterion, score. Bez APPS.csv powstaje sam ranking.
    Gdy APPS.csv ma kolumnę points, to ona jest wynikiem, a SCORES.csv się pomija.
    Błędne dane kończą się kodem 2: plik, wiersz i kolumna na stderr, nic na stdout.
    """
    if scores is None and applications_path is None:
        raise click.UsageError("Podaj SCORES.csv albo --applications APPS.csv z kolumną points.")
    try:
        ranking, allocation = _computed(scores, rules_path, applications_path)
    except BadInput as bad:
        click.echo(str(bad), err=True)
        sys.exit(2)
    data = record.result_data(ranking, allocation)
    text = json.dumps(data, ensure_ascii=False, indent=2) if as_json else _table(ranking, allocation)
    sys.stdout.buffer.write(f"{text}\n".encode())


def _computed(scores: Path | None, rules_path: Path, applications_path: Path | None) -> tuple[Ranking, Allocation]:
    file = read_rules(rules_path)
    entries = None
    if applications_path is not None:
        entries = read_applications(applications_path, file, scored=scores is not None)
    cards = [] if scores is None else _cards(scores, file, entries)
    if entries is None:
        entries = [Entry(name) for name in sorted({card.application for card in cards})]
    _check_votes(file, {entry.application for entry in entries})
    ranking = ranked(file.rules, entries, cards)
    allocation = Allocation(left=file.rules.pool) if applications_path is None else allocate(file.rules, ranking)
    return ranking, allocation


def _cards(scores: Path, file: RuleFile, entries: list[Entry] | None) -> list[Card]:
    if not file.rules.rubric.criteria:
        raise BadInput(file.path, file.criteria.line, file.criteria.column, "criteria: brak kryteriów, a są oceny")
    return read_scores(scores, file, None if entries is None else {entry.application for entry in entries})


def _check_votes(file: RuleFile, known: set[str]) -> None:
    for node in file.votes:
        if node.value not in known:
            raise BadInput(file.path, node.line, node.column, f"votes: nie ma wniosku „{node.value}”")


def _table(ranking: Ranking, allocation: Allocation) -> str:
    """Write the ranking for reading: rank, points with 2 decimals, award in złote."""
    lines = [f"{'miejsce':>7}  {'punkty':>9}  {'karty':>5}  {'przyznano':>14}  wniosek"]
    for row in ranking.rows:
        points = "—" if row.points is None else str(rounded(row.points)).replace(".", ",")
        amount = allocation.awards.get(row.application)
        award = "—" if amount is None else f"{amount // 100},{amount % 100:02} zł"
        notes = [f"remis: {row.tie_broken_by}"] if row.tie_broken_by else []
        notes += ["poniżej progu"] if row.fails else []
        notes += ["remis na granicy puli"] if row.application in allocation.tied else []
        notes += ["za mało kart"] if row.rank is None else []
        line = f"{row.rank or '—':>7}  {points:>9}  {row.cards:>5}  {award:>14}  {row.application}"
        lines.append(line + (f"  ({'; '.join(notes)})" if notes else ""))
    lines += [f"niepełna karta, nieliczona: {juror}, {application}" for application, juror in ranking.not_counted]
    lines.append(f"zostaje w puli: {allocation.left // 100},{allocation.left % 100:02} zł")
    return "\n".join(lines)
