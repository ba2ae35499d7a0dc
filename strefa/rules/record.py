"""The ranking written down so that anyone can recompute it: the three files of `strefa rank`, its result, hashes.

Equal data give equal bytes. The files are for machines: commas, decimal points, no BOM, text as it is.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

from strefa.rules.allocation import Allocation
from strefa.rules.quotas import Quotas
from strefa.rules.ranking import Card, Entry, Ranking, RuleSet, rank
from strefa.rules.rubric import Criterion


def figure(number: Fraction | Decimal) -> str:
    """Write a number exactly: a decimal without trailing zeros, or `p/q` in lowest terms when it has no end.

    >>> figure(Fraction(167, 2)), figure(Fraction(235, 3)), figure(Decimal("70.0"))
    ('83.5', '235/3', '70')
    """
    exact = Fraction(number)
    places, denominator = 0, exact.denominator
    for prime in (2, 5):
        power = 0
        while denominator % prime == 0:
            denominator //= prime
            power += 1
        places = max(places, power)
    if denominator != 1:
        return str(exact)
    digits = str(abs(exact.numerator) * 10**places // exact.denominator).rjust(places + 1, "0")
    whole = digits[: len(digits) - places] + ("." + digits[-places:] if places else "")
    return f"-{whole}" if exact < 0 else whole


def scores_csv(rules: RuleSet, entries: Iterable[Entry], cards: Sequence[Card]) -> str:
    """Write SCORES.csv: `application,juror,criterion,score`; a blank mark is an empty cell.

    Cards that a divergence put aside are left out, so the file recomputes to the same result.
    """
    ranking = rank(rules, entries, cards)
    kept = {(row.application, juror) for row in ranking.rows for juror in row.totals} | set(ranking.not_counted)
    rows = [["application", "juror", "criterion", "score"]]
    for card in sorted(cards, key=lambda c: (c.application, c.juror)):
        if (card.application, card.juror) in kept:
            for key in rules.rubric.keys:
                mark = card.marks.get(key)
                rows.append([card.application, card.juror, key, "" if mark is None else figure(mark)])
    return _csv(rows)


def applications_csv(entries: Iterable[Entry]) -> str:
    """Write APPS.csv: amounts in grosze, and only the optional columns that say something.

    Raises:
        ValueError: an application without the amount it asks for.
    """
    ordered = sorted(entries, key=lambda entry: entry.application)
    if any(entry.ask is None for entry in ordered):
        raise ValueError("an application does not say how much it asks for")
    lines = [_entry_data(entry) for entry in ordered]
    columns = [c for c in _COLUMNS if c in ("application", "ask") or any(line[c] for line in lines)]
    return _csv([columns, *([line[column] for column in columns] for line in lines)])


_COLUMNS = ("application", "ask", "bonus", "voivodeship", "category", "accepts_from", "points")


def _entry_data(entry: Entry) -> dict[str, str]:
    return {
        "application": entry.application,
        "ask": "" if entry.ask is None else str(entry.ask),
        "bonus": figure(entry.bonus) if entry.bonus else "",
        "voivodeship": entry.voivodeship,
        "category": entry.category,
        "accepts_from": "" if entry.accepts_from is None else str(entry.accepts_from),
        "points": "" if entry.points is None else figure(entry.points),
    }


def _csv(rows: Iterable[Iterable[str]]) -> str:
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows(rows)
    return target.getvalue()


def rules_data(rules: RuleSet) -> dict[str, Any]:
    """Return RULES.json as plain data; optional keys stand only where they say something."""
    data: dict[str, Any] = {
        "criteria": [_criterion_data(criterion) for criterion in rules.rubric.criteria],
        "aggregate": rules.aggregate.value,
        "threshold": figure(rules.threshold),
        "ties": list(rules.ties),
        "pool": rules.pool,
        "list_rule": rules.list_rule.value,
        "cards": rules.cards,
    }
    if rules.partial_floor is not None:
        data["partial"] = {"floor": figure(rules.partial_floor)}
    if quotas := _quotas_data(rules.quotas):
        data["quotas"] = quotas
    if rules.votes:
        data["votes"] = [list(vote) for vote in rules.votes]
    return data


def _criterion_data(criterion: Criterion) -> dict[str, str]:
    optional = {"step": criterion.step, "min_mean": criterion.least_mean}
    return {
        "key": criterion.key,
        "weight": figure(criterion.weight),
        "min": figure(criterion.least),
        "max": figure(criterion.most),
    } | {key: figure(value) for key, value in optional.items() if value is not None}


def _quotas_data(quotas: Quotas) -> dict[str, Any]:
    data = {
        "max_per_category": quotas.most_per_category,
        "max_per_voivodeship": quotas.most_per_voivodeship,
        "min_distinct_voivodeships": quotas.least_voivodeships or None,
        "min_per_category": dict(quotas.least_per_category) or None,
    }
    return {key: value for key, value in data.items() if value is not None}


def rules_json(rules: RuleSet) -> str:
    """Write RULES.json, indented for reading."""
    return json.dumps(rules_data(rules), ensure_ascii=False, indent=2) + "\n"


def result_data(ranking: Ranking, allocation: Allocation) -> dict[str, Any]:
    """Return what `strefa rank --json` prints, as plain data."""
    return {
        "ranking": [
            {
                "application": row.application,
                "rank": row.rank,
                "points": None if row.points is None else figure(row.points),
                "tie_broken_by": row.tie_broken_by,
                "cards": row.cards,
            }
            for row in ranking.rows
        ],
        "funded": list(allocation.funded),
        "reserve": list(allocation.reserve),
        "tied": list(allocation.tied),
        "incomplete": list(ranking.incomplete),
        "awards": dict(allocation.awards),
        "left": allocation.left,
        "not_counted": [{"application": application, "juror": juror} for application, juror in ranking.not_counted],
    }


def inputs_data(entries: Iterable[Entry], cards: Iterable[Card], votes: Iterable[Sequence[str]] = ()) -> dict[str, Any]:
    """Return everything a ranking was made of as plain data, in one order."""
    return {
        "applications": [_entry_data(entry) for entry in sorted(entries, key=lambda entry: entry.application)],
        "cards": [_card_data(card) for card in sorted(cards, key=lambda c: (c.application, c.juror))],
        "votes": sorted(list(vote) for vote in votes),
    }


def _card_data(card: Card) -> dict[str, Any]:
    marks = {key: None if mark is None else figure(mark) for key, mark in card.marks.items()}
    return {"application": card.application, "juror": card.juror, "third": card.third, "marks": marks}


def inputs_of(data: Mapping[str, Any]) -> tuple[list[Entry], list[Card], list[list[str]]]:
    """Read back what `inputs_data` wrote: applications, cards and votes."""
    entries = [_entry(item) for item in data["applications"]]
    cards = [
        Card(item["application"], item["juror"], {k: _decimal(v) for k, v in item["marks"].items()}, item["third"])
        for item in data["cards"]
    ]
    return entries, cards, data["votes"]


def _entry(data: Mapping[str, str]) -> Entry:
    return Entry(
        application=data["application"],
        ask=int(data["ask"]) if data["ask"] else None,
        bonus=Decimal(data["bonus"] or 0),
        voivodeship=data["voivodeship"],
        category=data["category"],
        accepts_from=int(data["accepts_from"]) if data["accepts_from"] else None,
        points=_decimal(data["points"]),
    )


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def canonical(data: Mapping[str, Any]) -> str:
    """Write plain data as JSON that is the same text for equal data: sorted keys, no spaces."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def rules_hash(rules: RuleSet) -> str:
    """Return the SHA-256 of the method: everything frozen before the first mark, so without the votes."""
    divergence = {key: None if value is None else str(value) for key, value in asdict(rules.divergence).items()}
    if rules.divergence.margin is not None:
        divergence["margin"] = figure(rules.divergence.margin)
    method = {key: value for key, value in rules_data(rules).items() if key != "votes"}
    return _sha256(method | {"divergence": divergence})


def input_hash(entries: Iterable[Entry], cards: Iterable[Card], votes: Iterable[Sequence[str]] = ()) -> str:
    """Return the SHA-256 of applications, cards and votes; their order does not matter."""
    return _sha256(inputs_data(entries, cards, votes))


def result_hash(ranking: Ranking, allocation: Allocation) -> str:
    """Return the SHA-256 of the result."""
    return _sha256(result_data(ranking, allocation))


def _sha256(data: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(data).encode()).hexdigest()
