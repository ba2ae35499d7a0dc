"""summary.json of a played round: what the office's pages, the journal and `strefa rank` say."""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from strefa.cli.demo.events import happened
from strefa.cli.demo.librarians import Team
from strefa.cli.demo.office import Office
from strefa.cli.demo.round import Command, Played
from strefa.cli.demo.visitor import Page

FILES = ("scores.csv", "applications.csv", "rules.json")


def summary(played: Played, command: Command, seed: int, papers: Mapping[str, bytes]) -> dict[str, Any]:
    """Tell what happened: as the pages of the office, the journal and `strefa rank` say it."""
    rules, ranked = json.loads(papers["rules.json"]), _ranked(command, papers)
    decided, sent = _decided(played.office), _sent(played.office)
    applications = [_application(team, sent, ranked, decided) for team in played.teams.values()]
    applications.sort(key=lambda one: (one["number"] is None, one["number"] or one["title"]))
    spent = sum(one["awarded"] for one in applications)
    return {
        "seed": seed,
        "round": played.office.slug,
        "pool": rules["pool"],
        "spent": spent,
        "left": rules["pool"] - spent,
        "applications": applications,
        "events": happened(played, applications, ranked, papers),
        "files": {
            place: hashlib.sha256(content).hexdigest()
            for place, content in sorted(papers.items())
            if place.endswith(".pdf")
        },
    }


def _ranked(command: Command, papers: Mapping[str, bytes]) -> dict[str, Any]:
    """Have `strefa rank` compute the ranking anew from the files that the office hands out."""
    with tempfile.TemporaryDirectory() as folder:
        scores, applications, rules = (Path(folder) / name for name in FILES)
        for path in (scores, applications, rules):
            path.write_bytes(papers[path.name])
        said = command("rank", str(scores), "--rules", str(rules), "--applications", str(applications), "--json")
    return json.loads(said)


def _rows(page: Page) -> Iterator[Any]:
    yield from page.tree.xpath("//tbody/tr")


def _sent(office: Office) -> dict[str, tuple[str, int]]:
    """Return status and asked amount of every sent application, as the office's list says."""
    page = office.coordinator.comes().visitor.get(f"{office.address}/wnioski")
    found: dict[str, tuple[str, int]] = {}
    for row in _rows(page):
        status, asked = row.xpath(".//data/@value")
        found[row.xpath(".//th//a")[0].text_content().strip()] = (status, int(asked))
    return found


def _decided(office: Office) -> dict[str, tuple[str, int]]:
    """Return outcome and amount of every decision, as the office's page says."""
    page = office.coordinator.comes().visitor.get(f"{office.address}/decyzje")
    found: dict[str, tuple[str, int]] = {}
    for row in _rows(page):
        outcome, amount = row.xpath(".//data/@value")
        number = row.xpath(".//th//*[contains(@class, 'under')]")[0].text_content().split("·")[0].strip()
        found[number] = (outcome, int(amount))
    return found


def _application(
    team: Team, sent: Mapping[str, tuple[str, int]], ranked: Mapping[str, Any], decided: Mapping[str, tuple[str, int]]
) -> dict[str, Any]:
    place = next((row for row in ranked["ranking"] if row["application"] == team.number), {})
    status, asked = sent.get(team.number, ("draft", None))
    outcome, awarded = decided.get(team.number, (None, 0))
    return {
        "number": team.number or None,
        "title": team.applicant.title,
        "organisation": team.applicant.organisation["name"],
        "voivodeship": team.applicant.organisation["voivodeship"],
        "status": status,
        "asked": asked,
        "points": place.get("points"),
        "rank": place.get("rank"),
        "tie_broken_by": place.get("tie_broken_by"),
        "cards": place.get("cards", 0),
        "decision": outcome,
        "awarded": awarded,
    }
